"""Pictures of a post: announced, uploaded in one piece, and processed by LinkedIn for a while nobody may ask about."""

from datetime import timedelta
from urllib.parse import urlsplit

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Prepared
from advocacy.networks.linkedin.answers import Asked, malformed
from advocacy.networks.linkedin.calls import Calls, must
from config.settings import Settings


def upload(settings: Settings, credentials: Credentials, image: bytes, key: str) -> Prepared:
    """Upload a picture for the member. Repeating it leaves an unused picture. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=key, media_wait=settings.linkedin_image_wait)
    wanted = {"initializeUploadRequest": {"owner": f"urn:li:person:{credentials.external_id}"}}
    with Calls(settings, credentials.access_token) as calls:
        answer = must(calls.rest("POST", "images?action=initializeUpload", asked, wanted), asked, 200)
        value = answer.body.get("value")
        urn, address = (value.get("image"), value.get("uploadUrl")) if isinstance(value, dict) else (None, None)
        if not isinstance(urn, str) or not isinstance(address, str) or not _may_have_token(settings, address):
            raise malformed(answer, asked)
        must(calls.send("PUT", address, asked, data=image, headers={"Content-Type": "image/jpeg"}), asked, 200, 201)
    return Prepared({"image": urn}, utcnow() + timedelta(seconds=settings.linkedin_image_wait))


def _may_have_token(settings: Settings, address: str) -> bool:
    """The upload carries the member's token: only ever encrypted, or to the very server that the API is."""
    return address.startswith("https://") or urlsplit(address)[:2] == urlsplit(settings.linkedin_api_url)[:2]
