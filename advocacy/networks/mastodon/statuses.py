"""Making, finding again, deleting and measuring a status."""

import re
from typing import Any
from urllib.parse import quote

from advocacy.networks.base import (
    METRICS,
    Credentials,
    Figures,
    Outgoing,
    Prepared,
    Published,
    Rejected,
    Unsettled,
)
from advocacy.networks.mastodon.answers import failure_of, must
from advocacy.networks.mastodon.servers import address
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from config.settings import Settings

_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
SOURCE = "mastodon/v1"


def whole_text(outgoing: Outgoing) -> str:
    """What stands in the status: the words, then the link, as `Defaults.count` counts them."""
    return "\n\n".join(filter(None, (outgoing.text, outgoing.link)))


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the status by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked = Asked(once=True, key=outgoing.key)
    return _published(settings, credentials, _create(settings, credentials, outgoing, prepared, asked), asked)


def publish_again(
    settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared
) -> Published | None:
    """The very same call with the same key: the server answers with the status that the first one made, if it did,
    and makes it otherwise. None where it now refuses what it would have to make; Unsettled for one that was made and
    is gone, or where it does not come as far as the key; TryLater, Reconnect.
    """
    asked = Asked(key=outgoing.key)
    answer = _create(settings, credentials, outgoing, prepared, asked)
    if answer.status == 422:
        return None
    try:
        return _published(settings, credentials, answer, asked)
    except Rejected as refusal:
        raise Unsettled("gone" if answer.status == 404 else refusal.reason, answer.detail) from None


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the status; gone already is done. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=external_id)
    with Calls(settings, credentials.access_token, typed=True) as calls:
        must(calls.send("DELETE", _address(settings, credentials, external_id), asked), asked, 200, 404, 410)


def measure(settings: Settings, credentials: Credentials, external_id: str) -> Figures:
    """What everybody sees of the status on its own server, all None where that shows nothing to strangers.

    Asked without the member's token: with it, the server would want a grant to read everything the member reads.
    """
    asked, values = Asked(key=external_id), dict[str, int | None].fromkeys(METRICS)
    with Calls(settings, typed=True) as calls:
        answer = calls.send("GET", _address(settings, credentials, external_id), asked)
    if answer.status in (404, 410):
        raise Rejected("gone", answer.detail)
    if answer.status in (401, 403):
        return Figures(values, SOURCE)
    if "id" not in must(answer, asked, 200).body:
        raise malformed(answer, asked)
    boosts, quotes = _count(answer, "reblogs_count"), _count(answer, "quotes_count")
    values["reactions"], values["comments"] = _count(answer, "favourites_count"), _count(answer, "replies_count")
    values["reshares"] = None if boosts is None else boosts + (quotes or 0)
    return Figures(values, SOURCE)


def permalink(settings: Settings, credentials: Credentials, external_id: str) -> str:
    """Where everybody sees the status."""
    return f"{address(settings, credentials.host)}/@{quote(credentials.handle)}/{quote(external_id)}"


def _create(
    settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared, asked: Asked
) -> Answer:
    body: dict[str, Any] = {"status": whole_text(outgoing), "visibility": "public"}
    if _LANGUAGE.fullmatch(outgoing.language):
        body["language"] = outgoing.language
    if prepared.facts.get("media"):
        body["media_ids"] = prepared.facts["media"]
    url, headers = f"{address(settings, credentials.host)}/api/v1/statuses", {"Idempotency-Key": outgoing.key}
    with Calls(settings, credentials.access_token, typed=True) as calls:
        return calls.send("POST", url, asked, json=body, headers=headers)


def _published(settings: Settings, credentials: Credentials, answer: Answer, asked: Asked) -> Published:
    if not 200 <= answer.status < 300:
        raise failure_of(answer, asked)
    status_id, url = answer.body.get("id"), answer.body.get("url")
    if not isinstance(status_id, str) or not _ID.fullmatch(status_id):
        raise malformed(answer, asked)
    own = isinstance(url, str) and url.startswith(f"{address(settings, credentials.host)}/")
    return Published(status_id, str(url) if own else permalink(settings, credentials, status_id))


def _address(settings: Settings, credentials: Credentials, external_id: str) -> str:
    return f"{address(settings, credentials.host)}/api/v1/statuses/{quote(external_id, safe='')}"


def _count(answer: Answer, name: str) -> int | None:
    value = answer.body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
