"""Making, finding again and measuring a post of Instagram.

A post is known by its id and, where the network said it, by the short code in its address: `id:code`.
"""

import re
from datetime import datetime, timedelta
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
    Reconnect,
    Rejected,
)
from advocacy.networks.instagram.place import api_of
from advocacy.networks.meta import quotas, standing
from advocacy.networks.meta.containers import Desk, Flow, Wanted, public, since
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.meta.insights import figures_of, metrics_in
from advocacy.networks.wire import Asked
from config.settings import Settings

LONGEST_TEXT, LONGEST_ALT, MOST_PICTURES = 2200, 1000, 10
SHAPES = (0.8, 1.91)
SOURCE = "instagram/graph"
_NAMES = {
    "impressions": ("views",),
    "reach": ("reach",),
    "reactions": ("likes",),
    "comments": ("comments",),
    "reshares": ("shares",),
}
_CODE = re.compile(r"/(?:p|reel|tv)/([\w-]{1,64})", re.ASCII)


def text_of(outgoing: Outgoing) -> str:
    """The words, then the link, as `Defaults.count` counts them; nobody can press it there, but read it."""
    return "\n\n".join(filter(None, (outgoing.text, outgoing.link)))


def limits(settings: Settings, credentials: Credentials) -> dict[str, Any]:
    """What the network says of its quota. Raises TryLater, Reconnect."""
    return quotas.read(api_of(settings), credentials, f"{_account(credentials)}/content_publishing_limit")


def prepare(settings: Settings, credentials: Credentials, outgoing: Outgoing, before: Prepared | None) -> Prepared:
    """The containers, as far as the network is with them. Raises TryLater, Reconnect, Rejected."""
    try:
        return _desk(settings, credentials, outgoing).prepare(_wanted(outgoing), before)
    except Rejected as refusal:
        raise _of_the_account(refusal) from None


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated, then ask where it stands. Raises any failure of the one call."""
    desk = _desk(settings, credentials, outgoing)
    media = desk.publish(prepared)
    return _published(settings, credentials, media, standing.address_said(desk.api, credentials, media))


def settle(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
    """The post that the container became, or None where it became none. Which one it is has to be looked for among the
    account's own; where it is not found, its page is all that can be shown. Raises Unsettled, TryLater, Reconnect.
    """
    if not _desk(settings, credentials, outgoing).is_published(prepared):
        return None
    fields = {"fields": "id,permalink,caption,timestamp", "limit": "25"}
    try:
        path = f"{_account(credentials)}/media"
        listed = objects_in(standing.ask(api_of(settings), credentials, "GET", path, fields)) or []
    except Rejected:
        listed = []
    wanted, begun = text_of(outgoing), since(prepared)
    for media in listed:
        same = standing.is_same(media.get("caption"), wanted)
        if same and str(media.get("id")).isdecimal() and not _older(media.get("timestamp"), begun):
            return _published(settings, credentials, str(media["id"]), media.get("permalink"))
    return Published("", permalink(settings, "", credentials.handle))


def permalink(settings: Settings, external_id: str, handle: str) -> str:
    """Where everybody sees the post, or the account's page."""
    code = standing.code_in(external_id)
    return f"{settings.instagram_site_url}/p/{code}/" if code else f"{settings.instagram_site_url}/{quote(handle)}/"


def measure(settings: Settings, credentials: Credentials, external_id: str, *, allowed: bool) -> Figures:
    """What the network says of the post; nothing where the member did not allow that."""
    if not allowed:
        return Figures(dict.fromkeys(METRICS), SOURCE)
    path, metrics = f"{standing.id_in(external_id)}/insights", {"metric": "views,reach,saved,likes,comments,shares"}
    answer = standing.ask(api_of(settings), credentials, "GET", path, metrics)
    return Figures(figures_of(metrics_in(answer, Asked(key=external_id)), _NAMES), SOURCE)


def _wanted(outgoing: Outgoing) -> Wanted:
    caption = {"caption": text_of(outgoing)}
    if outgoing.file is not None:
        return Wanted({"media_type": "REELS", "video_url": public(outgoing.file.address), **caption})
    if not outgoing.pictures:
        raise Rejected("needs_picture")
    if len(outgoing.pictures) > MOST_PICTURES:
        raise Rejected("too_many_pictures")
    if len(outgoing.pictures) == 1:
        return Wanted({**_picture(outgoing.pictures[0]), **caption})
    parts = tuple({**_picture(picture), "is_carousel_item": "true"} for picture in outgoing.pictures)
    return Wanted({"media_type": "CAROUSEL", **caption}, parts)


def _picture(picture: Picture) -> dict[str, str]:
    described = {"alt_text": picture.alt[:LONGEST_ALT]} if picture.alt else {}
    return {"image_url": public(picture.address), **described}


def _of_the_account(refusal: Rejected) -> NetworkFailure:
    """An account that is not found by its own token is one that the token no longer opens."""
    return Reconnect("token", refusal.detail) if refusal.reason == "gone" and "/33)" in refusal.detail else refusal


def _older(said: object, begun: datetime | None) -> bool:
    """Whether the network dates it before the container was begun, with a little room for its clock."""
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return False
    return begun is not None and moment.tzinfo is not None and moment < begun - timedelta(minutes=5)


def _published(settings: Settings, credentials: Credentials, media: str, said: object) -> Published:
    external_id = standing.name_of(media, said, _CODE)
    return Published(external_id, permalink(settings, external_id, credentials.handle))


def _account(credentials: Credentials) -> str:
    return quote(credentials.external_id, safe="")


def _desk(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Desk:
    account = _account(credentials)
    flow = Flow(f"{account}/media", f"{account}/media_publish", "status_code", "status")
    return Desk(api_of(settings), flow, credentials, outgoing.key)
