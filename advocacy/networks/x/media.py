"""Pictures and videos of a post: sent before it by the member who posts, described, worked on for a while."""

import math
from datetime import datetime, timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, File, Outgoing, Picture, Prepared, Rejected, TryLater
from advocacy.networks.fitting import fitting
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from advocacy.networks.x.answers import must
from config.settings import Settings

LONGEST_ALT = 1000
LARGEST_PICTURE = 5_000_000
LARGEST_VIDEO = 512_000_000
MOST_PICTURES = 4
_SEGMENT = 4_000_000
_LONGEST_WAIT = 60


def wanted(outgoing: Outgoing) -> bool:
    """Whether there is something to upload. With a link, X makes the card from the page itself."""
    return outgoing.file is not None or bool(outgoing.pictures and not outgoing.link)


def upload(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Prepared:
    """Upload what the post shows. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=outgoing.key)
    with Calls(settings, credentials.access_token) as calls:
        if outgoing.file is not None:
            return _video(calls, outgoing.file, asked)
        if len(outgoing.pictures) > MOST_PICTURES:
            raise Rejected("too_many_pictures")
        return Prepared({"media": [_picture(calls, picture, asked) for picture in outgoing.pictures]})


def look(settings: Settings, credentials: Credentials, before: Prepared, key: str) -> Prepared:
    """What X says of a video it was still at work on. Raises TryLater, Reconnect, Rejected."""
    asked, [media_id] = Asked(key=key), before.facts["media"]
    with Calls(settings, credentials.access_token) as calls:
        answer = calls.send("GET", _address(calls), asked, params={"media_id": media_id, "command": "STATUS"})
    if answer.status == 404:
        raise TryLater("media_gone", utcnow(), answer.detail)
    return _after(must(answer, asked, 200), media_id)


def _picture(calls: Calls, picture: Picture, asked: Asked) -> str:
    data = fitting(picture.load(), LARGEST_PICTURE)
    file, form = {"media": ("picture.jpg", data, "image/jpeg")}, {"media_category": "tweet_image"}
    media_id = _id(must(calls.send("POST", _address(calls), asked, files=file, data=form), asked, 200, 201), asked)
    if picture.alt:
        said = {"id": media_id, "metadata": {"alt_text": {"text": picture.alt[:LONGEST_ALT]}}}
        url = f"{calls.settings.x_api_url}/2/media/metadata"
        must(calls.send("POST", url, asked, json=said), asked, 200, 201)
    return media_id


def _video(calls: Calls, file: File, asked: Asked) -> Prepared:
    """Announced, sent in pieces, closed. What breaks on the way begins anew with the next attempt."""
    said = {"media_type": file.mimetype, "media_category": "tweet_video", "total_bytes": file.size}
    answer = must(calls.send("POST", f"{_address(calls)}/initialize", asked, json=said), asked, 200, 201)
    media_id = _id(answer, asked)
    with file.path.open("rb") as content:
        for number in range(math.ceil(file.size / _SEGMENT)):
            piece = {"media": ("piece", content.read(_SEGMENT), "application/octet-stream")}
            form = {"segment_index": str(number)}
            url = f"{_address(calls)}/{media_id}/append"
            must(calls.send("POST", url, asked, files=piece, data=form), asked, 200, 201, 204)
    answer = calls.send("POST", f"{_address(calls)}/{media_id}/finalize", asked)
    return _after(must(answer, asked, 200, 201), media_id)


def _after(answer: Answer, media_id: str) -> Prepared:
    """Ready, or when to look again. Raises Rejected for a video that X could not make anything of."""
    data = answer.body.get("data")
    info: Any = data.get("processing_info") if isinstance(data, dict) else None
    state = info.get("state") if isinstance(info, dict) else "succeeded"
    if state == "failed":
        raise Rejected("media_refused", answer.detail)
    if state == "succeeded":
        return Prepared({"media": [media_id]})
    return Prepared({"media": [media_id]}, _again(info.get("check_after_secs")), complete=False)


def _again(seconds: object) -> datetime:
    wait = seconds if isinstance(seconds, int) and seconds > 0 else 5
    return utcnow() + timedelta(seconds=min(wait, _LONGEST_WAIT))


def _id(answer: Answer, asked: Asked) -> str:
    data = answer.body.get("data")
    media_id = data.get("id") if isinstance(data, dict) else None
    if not isinstance(media_id, str) or not media_id.isdecimal():
        raise malformed(answer, asked)
    return media_id


def _address(calls: Calls) -> str:
    return f"{calls.settings.x_api_url}/2/media/upload"
