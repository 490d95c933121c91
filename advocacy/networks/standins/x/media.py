"""Media there: pictures at once; videos announced, in pieces, closed and worked on; each its sender's own."""

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.x.checks import acting, body_of, charge, invalid, no

if TYPE_CHECKING:
    from advocacy.networks.standins.x import X

LARGEST_PICTURE, LARGEST_VIDEO = 5 * 1024 * 1024, 512 * 1024 * 1024
LIVES = 86_400
LONGEST_ALT = 1000
PRICE_OF_WORDS = 5_000
_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")


def add(standin: "X", app: Flask) -> None:
    """The upload in its steps, and the words for a picture."""
    base = "/2/media/upload"
    app.add_url_rule(base, "one-shot", lambda: _one_shot(standin), methods=["POST"])
    app.add_url_rule(base, "status", lambda: _status(standin))
    app.add_url_rule(f"{base}/initialize", "initialize", lambda: _initialize(standin), methods=["POST"])
    one = f"{base}/<media_id>"
    app.add_url_rule(f"{one}/append", "append", lambda media_id: _append(standin, media_id), methods=["POST"])
    app.add_url_rule(f"{one}/finalize", "finalize", lambda media_id: _finalize(standin, media_id), methods=["POST"])
    app.add_url_rule("/2/media/metadata", "metadata", lambda: _metadata(standin), methods=["POST"])


def is_usable(standin: "X", upload: dict[str, Any] | None, member: str) -> bool:
    """Whether the member may put it into a post now."""
    now = standin.clock.now()
    if upload is None or upload["member"] != member or upload["ends_at"] <= now:
        return False
    return upload["ready_at"] is not None and upload["ready_at"] <= now


def _one_shot(standin: "X") -> Response:
    token = acting(standin, "media.write")
    file, category = request.files.get("media"), request.form.get("media_category")
    if file is None or set(request.form) - {"media_category", "media_type", "shared", "additional_owners"}:
        raise invalid("$.media: is missing but it is required")
    if category != "tweet_image":
        raise invalid("$.media_category: does not have a value in the enumeration [tweet_image]")
    data = file.read()
    if not data.startswith(_STARTS):
        raise invalid("Media type unrecognized.")
    if len(data) > LARGEST_PICTURE:
        raise invalid(f"File size exceeds {LARGEST_PICTURE} bytes.")
    upload = _new(standin, token.member, "image", len(data))
    upload["ready_at"] = standin.clock.now()
    return jsonify(data=_written(upload))


def _initialize(standin: "X") -> Response:
    token = acting(standin, "media.write")
    body = body_of("media_type", "media_category", "total_bytes", "shared", "additional_owners")
    total = body.get("total_bytes")
    if body.get("media_type") != "video/mp4" or body.get("media_category") != "tweet_video":
        raise invalid("$.media_type: does not have a value in the enumeration")
    if not isinstance(total, int) or not 0 < total <= LARGEST_VIDEO:
        raise invalid("$.total_bytes: must have a maximum value")
    upload = _new(standin, token.member, "video", total)
    return jsonify(data=_written(upload))


def _append(standin: "X", media_id: str) -> Response:
    upload = _open(standin, media_id)
    file, index = request.files.get("media"), request.form.get("segment_index", "")
    if file is None or not index.isdecimal() or int(index) > 999:
        raise invalid("$.segment_index: must be an integer between 0 and 999")
    upload["pieces"][int(index)] = file.read()
    return jsonify(data={"expires_at": int(upload["ends_at"])})


def _finalize(standin: "X", media_id: str) -> Response:
    upload = _open(standin, media_id)
    numbers = sorted(upload["pieces"])
    data = b"".join(upload["pieces"][number] for number in numbers)
    if numbers != list(range(len(numbers))) or len(data) != upload["size"]:
        raise invalid("Segments do not add up to provided total file size.")
    upload["pieces"], upload["ready_at"] = {}, standin.clock.now() + standin.video_seconds
    upload["failed"] = data[4:8] != b"ftyp"
    return jsonify(data=_written(upload, _processing(standin, upload)))


def _status(standin: "X") -> Response:
    token = acting(standin, "media.write")
    if request.args.get("command") != "STATUS":
        raise invalid("The `command` query parameter value is not STATUS")
    upload = standin.state.uploads.get(request.args.get("media_id", ""))
    if upload is None or upload["member"] != token.member or upload["ready_at"] is None:
        raise no(404, "Could not find media.", "Not Found Error", "resource-not-found")
    return jsonify(data=_written(upload, _processing(standin, upload)))


def _metadata(standin: "X") -> Response:
    token = acting(standin, "media.write")
    body = body_of("id", "metadata")
    upload = standin.state.uploads.get(str(body.get("id")))
    said = body.get("metadata")
    words = said.get("alt_text", {}).get("text") if isinstance(said, dict) else None
    if upload is None or upload["member"] != token.member or upload["kind"] != "image":
        raise invalid("The media id is invalid.")
    if not isinstance(words, str) or not 0 < len(words) <= LONGEST_ALT:
        raise invalid("$.metadata.alt_text.text: must be at most 1000 characters long")
    charge(standin, PRICE_OF_WORDS)
    upload["alt"] = words
    return jsonify(data={"id": upload["id"], "associated_metadata": {"alt_text": {"text": words}}})


def _open(standin: "X", media_id: str) -> dict[str, Any]:
    """An upload that still takes pieces. Raises Refusal."""
    token = acting(standin, "media.write")
    upload = standin.state.uploads.get(media_id)
    if upload is None or upload["member"] != token.member or upload["ready_at"] is not None:
        raise no(404, "Could not find media.", "Not Found Error", "resource-not-found")
    return upload


def _new(standin: "X", member: str, kind: str, size: int) -> dict[str, Any]:
    upload: dict[str, Any] = {
        "id": standin.state.number(),
        "member": member,
        "kind": kind,
        "size": size,
        "alt": "",
        "pieces": {},
        "ready_at": None,
        "failed": False,
        "ends_at": standin.clock.now() + LIVES,
    }
    with standin.state.lock:
        standin.state.uploads[upload["id"]] = upload
    return upload


def _processing(standin: "X", upload: dict[str, Any]) -> dict[str, Any]:
    left = upload["ready_at"] - standin.clock.now()
    if left > standin.video_seconds / 2:
        return {"processing_info": {"state": "pending", "check_after_secs": max(round(left / 2), 1)}}
    if left > 0:
        info = {"state": "in_progress", "check_after_secs": max(round(left), 1), "progress_percent": 50}
        return {"processing_info": info}
    if upload["failed"]:
        error = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
        return {"processing_info": {"state": "failed", "error": error}}
    return {"processing_info": {"state": "succeeded", "progress_percent": 100}}


def _written(upload: dict[str, Any], more: dict[str, Any] | None = None) -> dict[str, Any]:
    key = f"{'13' if upload['kind'] == 'video' else '3'}_{upload['id']}"
    said = {"id": upload["id"], "media_key": key, "size": upload["size"], "expires_after_secs": LIVES}
    return {**said, **(more or {})}
