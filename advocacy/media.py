"""Pictures: stored re-encoded under the hash of their bytes, served for ever."""

from flask import Blueprint, Response, abort, send_file

from advocacy.images import ImageStore
from advocacy.web import open_to_all
from config.settings import get_settings

media = Blueprint("media", __name__)


def get_image_store() -> ImageStore:
    """The instance's pictures, under var/media."""
    return ImageStore(get_settings().var.absolute() / "media")


@media.get("/media/<key>")
@open_to_all
def show(key: str) -> Response:
    """The picture; its address can't be guessed and is part of what gets shared."""
    path = get_image_store().path(key)
    if path is None:
        abort(404)
    response = send_file(path, mimetype="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
