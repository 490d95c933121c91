"""A document of a post: announced, uploaded in one piece, and processed for a while nobody may ask about."""

from datetime import timedelta

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, File, Prepared
from advocacy.networks.linkedin.uploads import put_whole
from advocacy.networks.wire import Asked, Calls
from config.settings import Settings


def upload(settings: Settings, credentials: Credentials, document: File, key: str) -> Prepared:
    """Upload a document for the member. Repeating it leaves an unused one. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=key, media_wait=settings.linkedin_image_wait)
    with Calls(settings, credentials.access_token) as calls, document.path.open("rb") as data:
        urn = put_whole(calls, "document", credentials, asked, data, document.mimetype)
    return Prepared({"document": urn}, utcnow() + timedelta(seconds=settings.linkedin_image_wait))
