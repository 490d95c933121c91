"""/rest/images and the upload address: an image is announced, put, processed, and then of use to its owner."""

import secrets
from io import BytesIO

from flask import Blueprint, Response, jsonify, request
from PIL import Image

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import check_scope, check_token, check_version, enter, json_body
from advocacy.networks.sandbox.errors import access_denied
from advocacy.networks.sandbox.network import here
from advocacy.networks.sandbox.uploads import UPLOAD_TTL, body_sent, check_action, check_owner, waiting

MOST_PIXELS = 36_152_320
MOST_FRAMES = 250
FORMATS = ("JPEG", "PNG", "GIF")

blueprint = Blueprint("images", __name__)


@blueprint.post("/rest/images")
def initialize() -> Response:
    """Announce an image: the answer has its URN and where to put its bytes."""
    token = enter("w_member_social", "images.ACTION-initializeUpload")
    check_action("initializeUpload")
    path = "initializeUploadRequest"
    wanted = shape.fields(shape.fields(json_body(), "", (path,))[path], path, ("owner",))
    check_owner(wanted["owner"], path, token, "images.ACTION-initializeUpload")
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
    row, content = waiting("images", key, "image"), body_sent()
    mime = mime_of(content)
    here().store.run(
        "UPDATE images SET uploaded_at = ?, failed = ?, mime = ?, bytes = ? WHERE id = ?",
        here().clock.now(),
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
