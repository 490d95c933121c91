"""Pictures of a post: announced, uploaded in one piece, and processed by LinkedIn for a while nobody may ask about."""

from collections.abc import Sequence
from datetime import timedelta

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Picture, Prepared
from advocacy.networks.fitting import fitting
from advocacy.networks.linkedin.uploads import put_whole
from advocacy.networks.wire import Asked, Calls
from config.settings import Settings

LARGEST = 20_000_000
MOST_PIXELS = 36_152_319
MOST = 20


def upload(settings: Settings, credentials: Credentials, pictures: Sequence[Picture], key: str) -> Prepared:
    """Upload pictures for the member. Repeating it leaves unused pictures. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=key, media_wait=settings.linkedin_image_wait)
    ready = [fitting(picture.load(), LARGEST, MOST_PIXELS) for picture in pictures[:MOST]]
    with Calls(settings, credentials.access_token) as calls:
        urns = [put_whole(calls, "image", credentials, asked, data, "image/jpeg") for data in ready]
    facts = {"image": urns[0]} if len(urns) == 1 else {"images": urns}
    return Prepared(facts, utcnow() + timedelta(seconds=settings.linkedin_image_wait))
