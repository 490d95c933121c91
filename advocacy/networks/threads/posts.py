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
    Outgoing,
    Picture,
    Prepared,
    Published,
    Rejected,
)
from advocacy.networks.meta import quotas, standing
from advocacy.networks.meta.containers import Desk, Flow, Wanted, public, since
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.meta.insights import figures_of, metrics_in
from advocacy.networks.threads.place import api_of
from advocacy.networks.wire import Asked
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
    desk = _desk(settings, credentials, outgoing)
    thread = desk.publish(prepared)
    return _published(settings, credentials, thread, standing.address_said(desk.api, credentials, thread))


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
        listed = objects_in(standing.ask(api_of(settings), credentials, "GET", "me/threads", fields)) or []
    except Rejected:
        listed = []
    wanted = text_of(outgoing)
    for thread in listed:
        if standing.is_same(thread.get("text"), wanted) and str(thread.get("id")).isdecimal():
            return _published(settings, credentials, str(thread["id"]), thread.get("permalink"))
    return Published("", permalink(settings, "", credentials.handle))


def permalink(settings: Settings, external_id: str, handle: str) -> str:
    """Where everybody sees the post, or the member's page."""
    page, code = f"{settings.threads_site_url}/@{quote(handle)}", standing.code_in(external_id)
    return f"{page}/post/{code}" if code else page


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    try:
        standing.ask(api_of(settings), credentials, "DELETE", standing.id_in(external_id))
    except Rejected as refusal:
        if refusal.reason != "gone":
            raise


def measure(settings: Settings, credentials: Credentials, external_id: str, *, allowed: bool) -> Figures:
    """What the network says of the post; nothing where the member did not allow that."""
    if not allowed:
        return Figures(dict.fromkeys(METRICS), SOURCE)
    path, metrics = f"{standing.id_in(external_id)}/insights", {"metric": "views,likes,replies,reposts,quotes,shares"}
    answer = standing.ask(api_of(settings), credentials, "GET", path, metrics)
    return Figures(figures_of(metrics_in(answer, Asked(key=external_id)), _NAMES), SOURCE)


def _wanted(outgoing: Outgoing) -> Wanted:
    text = text_of(outgoing)
    if outgoing.file is not None:
        video = {"media_type": "VIDEO", "video_url": public(outgoing.file.address), "text": text}
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
    return {"media_type": "IMAGE", "image_url": public(picture.address), **_described(picture.alt)}


def _described(alt: str) -> dict[str, str]:
    return {"alt_text": alt[:LONGEST_ALT]} if alt else {}


def _published(settings: Settings, credentials: Credentials, thread: str, said: object) -> Published:
    external_id = standing.name_of(thread, said, _CODE)
    return Published(external_id, permalink(settings, external_id, credentials.handle))


def _desk(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Desk:
    return Desk(api_of(settings), FLOW, credentials, outgoing.key)
