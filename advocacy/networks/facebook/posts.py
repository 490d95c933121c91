"""Making, deleting and measuring a post of a Page."""

import json
import re
from typing import Any
from urllib.parse import quote

from advocacy.networks.base import METRICS, Credentials, Figures, Outgoing, Picture, Prepared, Published, Rejected
from advocacy.networks.facebook.place import api_of
from advocacy.networks.fitting import fitting
from advocacy.networks.meta import grants
from advocacy.networks.meta.answers import codes_of, failure_of
from advocacy.networks.meta.containers import id_in
from advocacy.networks.meta.insights import figures_of, metrics_in
from advocacy.networks.wire import Answer, Asked, malformed
from config.settings import Settings

LONGEST_TEXT, LONGEST_ALT, MOST_PICTURES, LARGEST_PICTURE = 63_206, 1000, 10, 8_000_000
SOURCE = "facebook/graph"
REACHED, REACTIONS = "post_total_media_view_unique", "post_reactions_by_type_total"
_POST = re.compile(r"\d+(?:_\d+)?", re.ASCII)


def prepare(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Prepared:
    """Upload what the post shows; with a link, Facebook makes the card from the page itself. Raises TryLater,
    Reconnect, Rejected.
    """
    if outgoing.link or not outgoing.pictures:
        return Prepared()
    if len(outgoing.pictures) > MOST_PICTURES:
        raise Rejected("too_many_pictures")
    asked = Asked(key=outgoing.key)
    return Prepared({"photos": [_photo(settings, credentials, picture, asked) for picture in outgoing.pictures]})


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked = Asked(once=True, key=outgoing.key)
    fields = {"message": outgoing.text, "published": "true"}
    if outgoing.link:
        fields["link"] = outgoing.link
    for number, photo in enumerate(prepared.facts.get("photos") or []):
        fields[f"attached_media[{number}]"] = json.dumps({"media_fbid": photo})
    answer = _call(settings, credentials, asked, "POST", f"{_page(credentials)}/feed", fields)
    post_id = answer.body.get("id")
    if not isinstance(post_id, str) or not _POST.fullmatch(post_id):
        raise malformed(answer, asked)
    return Published(post_id, permalink(settings, post_id))


def permalink(settings: Settings, external_id: str) -> str:
    """Where everybody sees the post."""
    return f"{settings.facebook_site_url}/{quote(external_id)}"


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    try:
        _call(settings, credentials, Asked(key=external_id), "DELETE", quote(external_id, safe=""))
    except Rejected as refusal:
        if refusal.reason != "gone":
            raise


def measure(settings: Settings, credentials: Credentials, external_id: str, *, allowed: bool) -> Figures:
    """What Facebook says of the post; nothing where the person did not allow that. Metrics of the operator's that
    Facebook does not know (any more) are left out, since one of them would spoil the whole answer.
    """
    if not allowed:
        return Figures(dict.fromkeys(METRICS), SOURCE)
    asked, views = Asked(key=external_id), grants.scopes_in(settings.facebook_metrics)
    answer = _insights(settings, credentials, asked, external_id, (REACHED, REACTIONS, *views))
    if codes_of(answer)[0] == 100 and "metric" in answer.message and views:
        answer = _insights(settings, credentials, asked, external_id, (REACHED, REACTIONS))
    if not 200 <= answer.status < 300 or "error" in answer.body:
        raise failure_of(answer, asked)
    names = {"impressions": views, "reach": (REACHED,), "reactions": (REACTIONS,)}
    return Figures(figures_of(metrics_in(answer, asked), names), SOURCE)


def _insights(
    settings: Settings, credentials: Credentials, asked: Asked, external_id: str, metrics: tuple[str, ...]
) -> Answer:
    path, fields = f"{quote(external_id, safe='')}/insights", {"metric": ",".join(metrics)}
    return api_of(settings).send("GET", path, asked, credentials.access_token, credentials.external_id, fields)


def _photo(settings: Settings, credentials: Credentials, picture: Picture, asked: Asked) -> str:
    data = fitting(picture.load(), LARGEST_PICTURE)
    fields = {"published": "false"}
    if picture.alt:
        fields["alt_text_custom"] = picture.alt[:LONGEST_ALT]
    files = {"source": ("picture.jpg", data, "image/jpeg")}
    return id_in(_call(settings, credentials, asked, "POST", f"{_page(credentials)}/photos", fields, files), asked)


def _page(credentials: Credentials) -> str:
    return quote(credentials.external_id, safe="")


def _call(
    settings: Settings,
    credentials: Credentials,
    asked: Asked,
    method: str,
    path: str,
    fields: dict[str, str] | None = None,
    files: dict[str, Any] | None = None,
) -> Answer:
    token, account = credentials.access_token, credentials.external_id
    return api_of(settings).call(method, path, asked, token, account, fields, files)
