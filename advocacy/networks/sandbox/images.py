"""/rest/images and the upload address: an image is announced, put, processed, and then of use to its owner."""

import secrets
import sqlite3
from io import BytesIO

from flask import Blueprint, Response, jsonify, request
from PIL import Image

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import check_scope, check_token, check_version, enter, json_body
from advocacy.networks.sandbox.errors import Refusal, access_denied
from advocacy.networks.sandbox.network import Network, here

UPLOAD_TTL = 3600
MOST_PIXELS = 36_152_320
MOST_FRAMES = 250
FORMATS = ("JPEG", "PNG", "GIF")

blueprint = Blueprint("images", __name__)


@blueprint.post("/rest/images")
def initialize() -> Response:
    """Announce an image: the answer has its URN and where to put its bytes."""
    token = enter("w_member_social", "images.ACTION-initializeUpload")
    if request.args.to_dict(flat=False) != {"action": ["initializeUpload"]}:
        raise Refusal(400, "INVALID_ACTION", "The action must be initializeUpload")
    path = "initializeUploadRequest"
    wanted = shape.fields(shape.fields(json_body(), "", (path,))[path], path, ("owner",))
    owner = shape.urn(wanted["owner"], f"{path}/owner", ("person",))
    if owner != f"urn:li:person:{token['sub']}":
        raise access_denied("images.ACTION-initializeUpload: the owner is not the member who granted the token")
    network = here()
    urn = "urn:li:image:C4E10AQ" + secrets.token_hex(8)
    key = secrets.token_urlsafe(24)
    expires_at = network.clock.now() + UPLOAD_TTL
    network.store.run(
        "INSERT INTO images (urn, sub, upload_key, expires_at) VALUES (?, ?, ?, ?)", urn, token["sub"], key, expires_at
    )
    upload_url = f"{request.host_url}dms-uploads/{key}"
    return jsonify(value={"uploadUrl": upload_url, "uploadUrlExpiresAt": int(expires_at * 1000), "image": urn})


@blueprint.put("/dms-uploads/<key>")
def upload(key: str) -> Response:
    """Take the whole file in one request: 201, empty; what is wrong with it is only known after processing."""
    token = check_token()
    network = here()
    row = network.store.one("SELECT * FROM images WHERE upload_key = ?", key)
    if row is None or row["sub"] != token["sub"]:
        raise Refusal(404, "RESOURCE_NOT_FOUND", "Unknown upload address")
    if row["expires_at"] <= network.clock.now():
        raise Refusal(400, "EXPIRED_UPLOAD_URL", "The upload address has expired")
    if row["uploaded_at"] is not None:
        raise Refusal(400, "ALREADY_UPLOADED", "The image has been uploaded already")
    content = request.get_data()
    if not content:
        raise Refusal(400, "EMPTY_UPLOAD", "The request has no body")
    mime = mime_of(content)
    network.store.run(
        "UPDATE images SET uploaded_at = ?, failed = ?, mime = ?, bytes = ? WHERE id = ?",
        network.clock.now(),
        int(mime is None),
        mime,
        content,
        row["id"],
    )
    return Response(status=201)


@blueprint.get("/rest/images/<urn>")
def read_refused(urn: str) -> Response:
    """The state of an image is not for a token that may only post."""
    version = check_version()
    check_scope(check_token(), "r_member_social", f"images.GET.{version}")
    raise access_denied("images.GET")


def mime_of(content: bytes) -> str | None:
    """The media type of an image that meets the limits of format, pixels and frames; None for anything else."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            frames = int(getattr(image, "n_frames", 1))
            if image.width * image.height >= MOST_PIXELS or frames > MOST_FRAMES:
                return None
            image.load()
            return Image.MIME[image.format or ""]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def status_of(network: Network, row: sqlite3.Row) -> str:
    """WAITING_UPLOAD, PROCESSING, AVAILABLE or PROCESSING_FAILED."""
    if row["uploaded_at"] is None:
        return "WAITING_UPLOAD"
    if row["uploaded_at"] + network.options.processing_seconds > network.clock.now():
        return "PROCESSING"
    return "PROCESSING_FAILED" if row["failed"] else "AVAILABLE"


def check_usable(network: Network, urn: str, sub: str) -> None:
    """Raises Refusal unless the image was uploaded by this member and is processed."""
    row = network.store.one("SELECT * FROM images WHERE urn = ?", urn)
    if row is None:
        raise Refusal(400, "INVALID_URN_ID", f"{urn} does not exist")
    if row["sub"] != sub:
        raise access_denied(f"{urn}: the owner of the image is not the author of the post")
    status = status_of(network, row)
    if status == "PROCESSING_FAILED":
        raise Refusal(400, "MEDIA_ASSET_PROCESSING_FAILED", f"{urn} could not be processed")
    if status != "AVAILABLE":
        raise Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available yet ({status})")
