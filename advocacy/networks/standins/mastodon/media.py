"""Media: taken with a description, worked on for a while, attached once by the member who sent them."""

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.mastodon.checks import acting, no

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon

KINDS = {
    "image/jpeg": ("image", b"\xff\xd8\xff"),
    "image/png": ("image", b"\x89PNG"),
    "video/mp4": ("video", b""),
}
_WRONG = "Validation failed: File content type is invalid, File is invalid"


def add(standin: "Mastodon", app: Flask) -> None:
    """POST /api/v2/media, GET /api/v1/media/:id."""
    app.add_url_rule("/api/v2/media", "upload", lambda: _upload(standin), methods=["POST"])
    app.add_url_rule("/api/v1/media/<media_id>", "media", lambda media_id: _show(standin, media_id))


def _upload(standin: "Mastodon") -> Response:
    token = acting(standin, "write:media")
    file, description = request.files.get("file"), request.form.get("description", "")
    if file is None:
        raise no(400, "param is missing or the value is empty: file")
    kind, start = KINDS.get(file.mimetype, ("", b""))
    data = file.read()
    if not kind or not data.startswith(start) or (kind == "video" and data[4:8] != b"ftyp"):
        raise no(422, _WRONG)
    if len(data) > (standin.video_limit if kind == "video" else standin.picture_limit):
        raise no(422, "Validation failed: File file size must be less than or equal to the limit")
    if len(description) > standin.description_limit:
        raise no(422, f"Validation failed: Description character limit of {standin.description_limit} exceeded")
    wait = standin.video_seconds if kind == "video" else standin.picture_seconds
    upload: dict[str, Any] = {
        "id": standin.state.number(),
        "member": token.member,
        "kind": kind,
        "description": description,
        "ready_at": standin.clock.now() + wait,
        "status": None,
    }
    with standin.state.lock:
        standin.state.uploads[upload["id"]] = upload
    answer = jsonify(_written(standin, upload))
    answer.status_code = 202 if wait else 200
    return answer


def _show(standin: "Mastodon", media_id: str) -> Response:
    token = acting(standin, "write:media")
    upload = standin.state.uploads.get(media_id)
    if upload is None or upload["member"] != token.member or upload["status"] is not None:
        raise no(404, "Record not found")
    answer = jsonify(_written(standin, upload))
    answer.status_code = 200 if is_ready(standin, upload) else 206
    return answer


def is_ready(standin: "Mastodon", upload: dict[str, Any]) -> bool:
    """Whether the server's work on it is done."""
    return bool(upload["ready_at"] <= standin.clock.now())


def _written(standin: "Mastodon", upload: dict[str, Any]) -> dict[str, Any]:
    address = f"{standin.url}/files/{upload['id']}" if is_ready(standin, upload) else None
    return {
        "id": upload["id"],
        "type": upload["kind"],
        "url": address,
        "preview_url": f"{standin.url}/files/{upload['id']}/small",
        "remote_url": None,
        "description": upload["description"] or None,
        "blurhash": None,
    }
