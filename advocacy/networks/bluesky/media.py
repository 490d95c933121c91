"""Pictures of a post: made small enough, uploaded to the member's own server, named by what it says of them."""

from io import BytesIO
from typing import Any

from PIL import Image

from advocacy.networks.base import Credentials, Outgoing
from advocacy.networks.bluesky.answers import must
from advocacy.networks.bluesky.pds import Pds
from advocacy.networks.fitting import fitting
from advocacy.networks.wire import Asked, malformed
from config.settings import Settings

LARGEST_THUMB = 1_000_000


def upload(settings: Settings, credentials: Credentials, outgoing: Outgoing, largest: int, most: int) -> dict[str, Any]:
    """The thumb of the card, or the pictures, as facts for the post. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=outgoing.key)
    with Pds(settings, credentials) as pds:
        if outgoing.link:
            return {"thumb": _blob(pds, asked, outgoing.pictures[0].load(), LARGEST_THUMB)["image"]}
        return {"images": [_blob(pds, asked, each.load(), largest) for each in outgoing.pictures[:most]]}


def blob_in(found: object) -> dict[str, Any] | None:
    """A blob as a server names it; None for another shape."""
    if not isinstance(found, dict) or found.get("$type") != "blob" or not isinstance(found.get("ref"), dict):
        return None
    return {name: found.get(name) for name in ("$type", "ref", "mimeType", "size")}


def _blob(pds: Pds, asked: Asked, data: bytes, largest: int) -> dict[str, Any]:
    content = fitting(data, largest)
    with Image.open(BytesIO(content)) as picture:
        width, height = picture.size
    headers = {"Content-Type": "image/jpeg"}
    answer = must(pds.post("com.atproto.repo.uploadBlob", asked, data=content, headers=headers), asked)
    blob = blob_in(answer.body.get("blob"))
    if blob is None:
        raise malformed(answer, asked)
    return {"image": blob, "aspectRatio": {"width": width, "height": height}}
