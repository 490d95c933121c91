"""Making, deleting and measuring a member's post."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from advocacy.networks.base import METRICS, Credentials, Figures, Outgoing, Prepared, Published, Rejected
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from advocacy.networks.x.answers import failure_of, must
from config.settings import Settings

SOURCE = "x/2"
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
_ID = re.compile(r"\d{1,30}", re.ASCII)


def whole_text(outgoing: Outgoing) -> str:
    """What stands in the post: the words, then the link, as `Defaults.count` counts them."""
    return "\n\n".join(filter(None, (outgoing.text, outgoing.link)))


def too_many_cashtags(text: str) -> bool:
    """Whether X would refuse the text for more than one $SIGN of a share."""
    return len(_CASHTAG.findall(text)) > 1


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked = Asked(once=True, key=outgoing.key)
    text = whole_text(outgoing)
    body: dict[str, Any] = {"text": text} if text else {}
    if prepared.facts.get("media"):
        body["media"] = {"media_ids": prepared.facts["media"]}
    with Calls(settings, credentials.access_token) as calls:
        answer = calls.send("POST", f"{settings.x_api_url}/2/tweets", asked, json=body)
    if not 200 <= answer.status < 300:
        raise failure_of(answer, asked)
    data = answer.body.get("data")
    post_id = data.get("id") if isinstance(data, dict) else None
    if not isinstance(post_id, str) or not _ID.fullmatch(post_id):
        raise malformed(answer, asked)
    return Published(post_id, permalink(settings, post_id, credentials.handle))


def permalink(settings: Settings, post_id: str, handle: str) -> str:
    """Where everybody sees the post."""
    return f"{settings.x_site_url}/{quote(handle) if handle else 'i/web'}/status/{quote(post_id)}"


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    asked, url = Asked(key=external_id), f"{settings.x_api_url}/2/tweets/{quote(external_id, safe='')}"
    with Calls(settings, credentials.access_token) as calls:
        must(calls.send("DELETE", url, asked), asked, 200, 404)


def measure(settings: Settings, credentials: Credentials, external_id: str) -> Figures:
    """What X says to everybody of the post; its impressions count displays, not people.

    A post that is gone is told beside a 200. Raises TryLater, Reconnect, Rejected("gone").
    """
    asked = Asked(key=external_id)
    wanted = {"ids": external_id, "tweet.fields": "public_metrics"}
    with Calls(settings, credentials.access_token) as calls:
        answer = must(calls.send("GET", f"{settings.x_api_url}/2/tweets", asked, params=wanted), asked, 200)
    for post in _objects(answer, "data"):
        if post.get("id") == external_id and isinstance(post.get("public_metrics"), dict):
            return Figures(figures_in(post["public_metrics"]), SOURCE)
    problems = [str(each.get("type")) for each in _objects(answer, "errors") if each.get("resource_id") == external_id]
    if any(problem.endswith("resource-not-found") for problem in problems):
        raise Rejected("gone", answer.detail)
    if problems:
        return Figures(dict.fromkeys(METRICS), SOURCE)
    raise malformed(answer, asked)


def figures_in(metrics: Mapping[str, Any]) -> dict[str, int | None]:
    """X's counts under our names. What is a retweet in one part of its documentation is a repost in another."""
    values: dict[str, int | None] = dict.fromkeys(METRICS)
    values["impressions"], values["reactions"] = _count(metrics, "impression_count"), _count(metrics, "like_count")
    values["comments"] = _count(metrics, "reply_count")
    passed_on = _count(metrics, "retweet_count", "repost_count")
    values["reshares"] = None if passed_on is None else passed_on + (_count(metrics, "quote_count") or 0)
    return values


def _count(metrics: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = metrics.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None


def _objects(answer: Answer, name: str) -> list[dict[str, Any]]:
    listed = answer.body.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
