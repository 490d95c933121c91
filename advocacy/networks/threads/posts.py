"""Making, finding again, deleting and measuring a post of Threads.

A post is known by its id and, where the network said it, by the short code in its address: `id:code`.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from advocacy.networks.base import (
    METRICS,
    Credentials,
    Figures,
    NetworkFailure,
    Outgoing,
    Picture,
    Prepared,
    Published,
    Rejected,
    TryLater,
)
from advocacy.networks.meta import quotas
from advocacy.networks.meta.containers import Desk, Flow, Wanted, since
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.meta.insights import figures_of, metrics_in
from advocacy.networks.threads.place import api_of
from advocacy.networks.wire import Answer, Asked
from config.settings import Settings

LONGEST_TEXT, LONGEST_ALT, MOST_PICTURES = 500, 1000, 20
SOURCE = "threads/v1"
FLOW = Flow("me/threads", "me/threads_publish", "status", "error_message")
_NAMES = {
    "impressions": ("views",),
    "reactions": ("likes",),
    "comments": ("replies",),
    "reshares": ("reposts", "quotes"),
}
_CODE = re.compile(r"/post/([\w-]{1,64})", re.ASCII)


def text_of(outgoing: Outgoing) -> str:
    """What stands in the post: the link stands beside a text alone, and below the text of a video where it fits."""
    if outgoing.file is None or outgoing.link is None:
        return outgoing.text
    whole = "\n\n".join(filter(None, (outgoing.text, outgoing.link)))
    return whole if len(whole) <= LONGEST_TEXT else outgoing.text


def limits(settings: Settings, credentials: Credentials) -> dict[str, Any]:
    """What the network says of its quota. Raises TryLater, Reconnect."""
    return quotas.read(api_of(settings), credentials, "me/threads_publishing_limit")


def prepare(settings: Settings, credentials: Credentials, outgoing: Outgoing, before: Prepared | None) -> Prepared:
    """The containers, as far as the network is with them. Raises TryLater, Reconnect, Rejected."""
    return _desk(settings, credentials, outgoing).prepare(_wanted(outgoing), before)


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated, then ask where it stands. Raises any failure of the one call."""
    thread = _desk(settings, credentials, outgoing).publish(prepared)
    try:
        answer = _call(settings, credentials, "GET", thread, {"fields": "id,permalink"})
    except NetworkFailure:
        return _published(settings, credentials, thread, "")
    return _published(settings, credentials, thread, answer.body.get("permalink"))


def settle(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
    """The post that the container became, or None where it became none. Which one it is has to be looked for among the
    member's own; where it is not found, their page is all that can be shown. Raises Unsettled, TryLater, Reconnect.
    """
    if not _desk(settings, credentials, outgoing).is_published(prepared):
        return None
    begun = since(prepared)
    fields = {"fields": "id,permalink,text,timestamp", "limit": "25"}
    if begun is not None:
        fields["since"] = str(int((begun - timedelta(minutes=5)).timestamp()))
    try:
        listed = objects_in(_call(settings, credentials, "GET", "me/threads", fields)) or []
    except Rejected:
        listed = []
    wanted = " ".join(text_of(outgoing).split())
    for thread in listed:
        if " ".join(str(thread.get("text") or "").split()) == wanted and str(thread.get("id")).isdecimal():
            return _published(settings, credentials, str(thread["id"]), thread.get("permalink"))
    return Published("", permalink(settings, "", credentials.handle))


def permalink(settings: Settings, external_id: str, handle: str) -> str:
    """Where everybody sees the post, or the member's page."""
    page, code = f"{settings.threads_site_url}/@{quote(handle)}", external_id.partition(":")[2]
    return f"{page}/post/{code}" if code else page


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    try:
        _call(settings, credentials, "DELETE", _id(external_id))
    except Rejected as refusal:
        if refusal.reason != "gone":
            raise


def measure(settings: Settings, credentials: Credentials, external_id: str, *, allowed: bool) -> Figures:
    """What the network says of the post; nothing where the member did not allow that."""
    if not allowed:
        return Figures(dict.fromkeys(METRICS), SOURCE)
    metrics = {"metric": "views,likes,replies,reposts,quotes,shares"}
    answer = _call(settings, credentials, "GET", f"{_id(external_id)}/insights", metrics)
    return Figures(figures_of(metrics_in(answer, Asked(key=external_id)), _NAMES), SOURCE)


def _wanted(outgoing: Outgoing) -> Wanted:
    text = text_of(outgoing)
    if outgoing.file is not None:
        video = {"media_type": "VIDEO", "video_url": _public(outgoing.file.address), "text": text}
        return Wanted({**video, **_described(outgoing.file.alt)})
    if outgoing.link or not outgoing.pictures:
        beside = {"link_attachment": outgoing.link} if outgoing.link else {}
        return Wanted({"media_type": "TEXT", "text": text, **beside})
    if len(outgoing.pictures) > MOST_PICTURES:
        raise Rejected("too_many_pictures")
    if len(outgoing.pictures) == 1:
        return Wanted({**_picture(outgoing.pictures[0]), "text": text})
    parts = tuple({**_picture(picture), "is_carousel_item": "true"} for picture in outgoing.pictures)
    return Wanted({"media_type": "CAROUSEL", "text": text}, parts)


def _picture(picture: Picture) -> dict[str, str]:
    return {"media_type": "IMAGE", "image_url": _public(picture.address), **_described(picture.alt)}


def _described(alt: str) -> dict[str, str]:
    return {"alt_text": alt[:LONGEST_ALT]} if alt else {}


def _public(address: str) -> str:
    """The address that the network fetches. Raises Rejected where there is none."""
    if not address:
        raise Rejected("no_public_address")
    return address


def _published(settings: Settings, credentials: Credentials, thread: str, said: object) -> Published:
    found = _CODE.search(said) if isinstance(said, str) else None
    external_id = f"{thread}:{found[1]}" if found else thread
    return Published(external_id, permalink(settings, external_id, credentials.handle))


def _id(external_id: str) -> str:
    return quote(external_id.partition(":")[0], safe="")


def _desk(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Desk:
    return Desk(api_of(settings), FLOW, credentials, outgoing.key)


def _call(
    settings: Settings, credentials: Credentials, method: str, path: str, fields: dict[str, str] | None = None
) -> Answer:
    """About what stands already: a post that is not found is gone, where a container would be made anew."""
    asked, account = Asked(key=credentials.external_id), credentials.external_id
    try:
        return api_of(settings).call(method, path, asked, credentials.access_token, account, fields)
    except TryLater as later:
        if later.reason == "media_gone":
            raise Rejected("gone", later.detail) from None
        raise
