"""Pictures and videos of a status: uploaded with their description, worked on by the server for a while."""

from datetime import timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, File, Outgoing, Picture, Prepared, Rejected, TryLater
from advocacy.networks.fitting import fitting
from advocacy.networks.mastodon.answers import must
from advocacy.networks.mastodon.servers import address
from advocacy.networks.wire import Asked, Calls, malformed
from config.settings import Settings

LONGEST_ALT = 1500
LARGEST_PICTURE = 10_485_760
LARGEST_VIDEO = 41_943_040
MOST_PICTURES = 4
_LOOK_AGAIN = timedelta(seconds=3)


def wanted(outgoing: Outgoing) -> bool:
    """Whether there is something to upload. With a link, the server makes the card by itself: a picture beside it would
    only hide that.
    """
    return outgoing.file is not None or bool(outgoing.pictures and not outgoing.link)


def upload(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> dict[str, list[str]]:
    """Ids of what was uploaded, and of what the server is still at work on. Raises TryLater, Reconnect, Rejected."""
    if outgoing.file is not None:
        sent = [_video(settings, credentials, outgoing.file, outgoing.key)]
    elif len(outgoing.pictures) > int(credentials.limits.get("most_pictures", MOST_PICTURES)):
        raise Rejected("too_many_pictures")
    else:
        sent = [_picture(settings, credentials, picture, outgoing.key) for picture in outgoing.pictures]
    return {"media": [each for each, _ready in sent], "waiting": [each for each, ready in sent if not ready]}


def look(settings: Settings, credentials: Credentials, before: Prepared, key: str) -> Prepared:
    """What the server says of uploads it was still at work on. Raises TryLater, Reconnect, Rejected."""
    asked, base = Asked(key=key), address(settings, credentials.host)
    waiting: list[str] = []
    with Calls(settings, credentials.access_token, typed=True) as calls:
        for media_id in before.facts.get("waiting", []):
            answer = calls.send("GET", f"{base}/api/v1/media/{media_id}", asked)
            if answer.status == 404:
                raise TryLater("media_gone", utcnow(), answer.detail)
            if must(answer, asked, 200, 206).status == 206:
                waiting.append(media_id)
    return prepared({**before.facts, "waiting": waiting})


def prepared(facts: dict[str, Any]) -> Prepared:
    """What is known so far, and whether to look again."""
    if facts.get("waiting"):
        return Prepared(facts, utcnow() + _LOOK_AGAIN, complete=False)
    return Prepared(facts)


def _picture(settings: Settings, credentials: Credentials, picture: Picture, key: str) -> tuple[str, bool]:
    largest = int(credentials.limits.get("largest_picture", LARGEST_PICTURE))
    data = fitting(picture.load(), largest, credentials.limits.get("picture_pixels"))
    return _send(settings, credentials, ("picture.jpg", data, "image/jpeg"), picture.alt, key)


def _video(settings: Settings, credentials: Credentials, file: File, key: str) -> tuple[str, bool]:
    if file.size > int(credentials.limits.get("largest_video", LARGEST_VIDEO)):
        raise Rejected("file_too_large")
    with file.path.open("rb") as content:
        return _send(settings, credentials, (file.name, content, file.mimetype), file.alt, key)


def _send(
    settings: Settings, credentials: Credentials, file: tuple[str, Any, str], alt: str, key: str
) -> tuple[str, bool]:
    """The id of an upload, and whether it is ready."""
    asked, url = Asked(key=key), f"{address(settings, credentials.host)}/api/v2/media"
    described = {"description": alt[: int(credentials.limits.get("longest_alt", LONGEST_ALT))]} if alt else {}
    with Calls(settings, credentials.access_token, typed=True) as calls:
        answer = must(calls.send("POST", url, asked, files={"file": file}, data=described), asked, 200, 202)
    media_id = answer.body.get("id")
    if not isinstance(media_id, str) or not media_id.replace("-", "").isalnum():
        raise malformed(answer, asked)
    return media_id, answer.status == 200
