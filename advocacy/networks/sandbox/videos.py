"""/rest/videos and its upload addresses: a video is announced with its size, put in parts, finished, processed."""

import hashlib
import re
import secrets
import sqlite3
import struct
from typing import Any

from flask import Blueprint, Response, jsonify, request

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import enter, json_body
from advocacy.networks.sandbox.errors import Refusal, access_denied, wrong_input
from advocacy.networks.sandbox.network import Network, here
from advocacy.networks.sandbox.uploads import (
    UPLOAD_TTL,
    body_sent,
    check_action,
    check_open,
    check_owner,
    status_of,
)

PART = 4 * 1024 * 1024
SMALLEST, LARGEST = 75_000, 500 * 1024 * 1024
SHORTEST, LONGEST = 3.0, 1800.0
SCOPE = "w_member_social"
LENGTH = re.compile(rb"mvhd(?:\x00...........(.{8})|\x01...................(.{12}))", re.DOTALL)

blueprint = Blueprint("videos", __name__)


@blueprint.post("/rest/videos")
def act() -> Response:
    """Announce a video, or say that all of its parts are there."""
    if request.args.get("action") == "finalizeUpload":
        return finalize()
    token = enter(SCOPE, "videos.ACTION-initializeUpload")
    check_action("initializeUpload")
    path = "initializeUploadRequest"
    body = shape.fields(json_body(), "", (path,))[path]
    wanted = shape.fields(body, path, ("owner", "fileSizeBytes"), ("uploadCaptions", "uploadThumbnail"))
    check_owner(wanted["owner"], path, token, "videos.ACTION-initializeUpload")
    size = size_in(wanted, path)
    network = here()
    urn, key = "urn:li:video:C5F10AQ" + secrets.token_hex(8), secrets.token_urlsafe(24)
    expires_at, upload_token = network.clock.now() + UPLOAD_TTL, secrets.token_hex(4)
    network.store.run(
        "INSERT INTO videos (urn, sub, upload_key, token, size, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        urn,
        token["sub"],
        key,
        upload_token,
        size,
        expires_at,
    )
    instructions = [
        {"uploadUrl": f"{request.host_url}dms-uploads/videos/{key}/{number}", "firstByte": first, "lastByte": last}
        for number, (first, last) in enumerate(slices(size))
    ]
    return jsonify(
        value={
            "uploadUrlsExpireAt": int(expires_at * 1000),
            "video": urn,
            "uploadInstructions": instructions,
            "uploadToken": upload_token,
        }
    )


def size_in(wanted: dict[str, Any], path: str) -> int:
    """The size announced. Raises Refusal for one out of bounds, and for the captions that nothing here takes."""
    for name in ("uploadCaptions", "uploadThumbnail"):
        if shape.boolean(wanted.get(name, False), f"{path}/{name}"):
            raise wrong_input(f"{path}/{name}", "INVALID_VALUE_FOR_FIELD", "is not taken by this stand-in")
    size = wanted["fileSizeBytes"]
    if not isinstance(size, int) or isinstance(size, bool) or not SMALLEST <= size <= LARGEST:
        raise wrong_input(f"{path}/fileSizeBytes", "INVALID_VALUE_FOR_FIELD", f"must be {SMALLEST} to {LARGEST}")
    return size


def slices(size: int) -> list[tuple[int, int]]:
    """First and last byte of each part."""
    return [(first, min(first + PART, size) - 1) for first in range(0, size, PART)]


@blueprint.put("/dms-uploads/videos/<key>/<int:number>")
def upload(key: str, number: int) -> Response:
    """Take one part: its address is all it needs. The ETag is asked for at the end."""
    network = here()
    row = network.store.one("SELECT * FROM videos WHERE upload_key = ?", key)
    parts = slices(row["size"]) if row is not None else []
    if row is None or number >= len(parts):
        raise Refusal(404, "RESOURCE_NOT_FOUND", "Unknown upload address")
    if "Authorization" in request.headers:
        raise Refusal(400, "UNEXPECTED_AUTHORIZATION", "The address of a part is signed and takes no token")
    if request.mimetype != "application/octet-stream":
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/octet-stream")
    check_open(network, row, "video")
    content, (first, last) = body_sent(), parts[number]
    if len(content) != last - first + 1:
        raise Refusal(400, "INVALID_PART_SIZE", f"The part has {len(content)} bytes, not {last - first + 1}")
    etag = f"/parts/{number}/{hashlib.sha256(content).hexdigest()[:24]}"
    found = LENGTH.search(content)
    network.store.run(
        "INSERT OR REPLACE INTO parts (video, number, etag, film, seconds) VALUES (?, ?, ?, ?, ?)",
        row["id"],
        number,
        etag,
        int(content[4:8] == b"ftyp"),
        seconds_in(found) if found else None,
    )
    return Response(status=200, headers={"ETag": etag})


def seconds_in(found: re.Match[bytes]) -> float:
    """How long an MP4 says that it lasts."""
    scale, duration = struct.unpack(">II" if found[1] else ">IQ", found[1] or found[2])
    return float(duration / scale) if scale else 0.0


def finalize() -> Response:
    """Every part must be named, in its order, by the ETag that its upload was answered with."""
    token = enter(SCOPE, "videos.ACTION-finalizeUpload")
    check_action("finalizeUpload")
    path = "finalizeUploadRequest"
    wanted = shape.fields(
        shape.fields(json_body(), "", (path,))[path], path, ("video", "uploadToken", "uploadedPartIds")
    )
    network = here()
    row = own_video(network, shape.urn(wanted["video"], f"{path}/video", ("video",)), token)
    check_open(network, row, "video")
    parts = network.store.all("SELECT * FROM parts WHERE video = ? ORDER BY number", row["id"])
    if wanted["uploadToken"] != row["token"]:
        raise wrong_input(f"{path}/uploadToken", "INVALID_VALUE_FOR_FIELD", "is not the token of this upload")
    if len(parts) != len(slices(row["size"])) or wanted["uploadedPartIds"] != [part["etag"] for part in parts]:
        raise wrong_input(f"{path}/uploadedPartIds", "INVALID_VALUE_FOR_FIELD", "must be the ETag of each part")
    problem = problem_of(parts)
    network.store.run(
        "UPDATE videos SET uploaded_at = ?, failed = ?, failure = ? WHERE id = ?",
        network.clock.now(),
        int(problem is not None),
        problem,
        row["id"],
    )
    return Response(status=200)


def problem_of(parts: list[sqlite3.Row]) -> str | None:
    """Why these parts make no video of the feed, if they don't."""
    seconds = next((part["seconds"] for part in parts if part["seconds"] is not None), None)
    if not parts[0]["film"] or seconds is None:
        return "The file is not an MP4 video"
    if not SHORTEST <= seconds <= LONGEST:
        return f"The video lasts {seconds:g} seconds, it must be {SHORTEST:g} to {LONGEST:g}"
    return None


@blueprint.get("/rest/videos/<urn>")
def read(urn: str) -> Response:
    """The state of an own video: open to a token that may post."""
    token = enter(SCOPE, "videos.GET")
    row = own_video(here(), shape.urn(urn, "id", ("video",)), token)
    state: dict[str, Any] = {"id": urn, "owner": f"urn:li:person:{token['sub']}", "status": status_of(here(), row)}
    if state["status"] == "PROCESSING_FAILED":
        state["processingFailureReason"] = row["failure"]
    return jsonify(state)


def own_video(network: Network, urn: str, token: sqlite3.Row) -> sqlite3.Row:
    """The video of this URN. Raises Refusal where there is none, or it is somebody else's."""
    row = network.store.one("SELECT * FROM videos WHERE urn = ?", urn)
    if row is None:
        raise Refusal(404, "RESOURCE_NOT_FOUND", f"{urn} was not found")
    if row["sub"] != token["sub"]:
        raise access_denied(f"{urn}: it is somebody else's")
    return row
