"""What a post needs to know before it goes: who is mentioned, which post is quoted; and what is known of it later."""

from typing import Any

from advocacy.networks.base import METRICS, Figures, NetworkFailure, Rejected
from advocacy.networks.bluesky.answers import must
from advocacy.networks.bluesky.facets import mentioned
from advocacy.networks.bluesky.identity import find_did
from advocacy.networks.bluesky.pds import ask_openly
from advocacy.networks.wire import Asked, Calls, malformed
from config.settings import Settings

SOURCE = "bluesky/getPosts"
MOST_MENTIONS = 10


def dids_of(settings: Settings, text: str) -> dict[str, str]:
    """Who the handles in a text are. One that nobody answers for stays plain text, and keeps no post from going."""
    found: dict[str, str] = {}
    handles = mentioned(text)[:MOST_MENTIONS]
    if not handles:
        return found
    with Calls(settings, typed=True) as calls:
        for handle in handles:
            try:
                did = find_did(calls, handle)
            except NetworkFailure:
                continue
            if did is not None:
                found[handle] = did
    return found


def quoted(settings: Settings, uri: str, asked: Asked) -> dict[str, str]:
    """The post to be quoted, by its exact version. Raises Rejected when it is gone, TryLater."""
    post = _post(settings, uri, asked)
    if post is None:
        raise Rejected("not_reshareable")
    return {"uri": str(post["uri"]), "cid": str(post["cid"])}


def measure(settings: Settings, uri: str) -> Figures:
    """What everybody can see of a post: all None while it is not known there. Views are counted nowhere."""
    post = _post(settings, uri, Asked(key=uri)) or {}
    values = dict.fromkeys(METRICS, None) | {
        "reactions": _count(post, "likeCount"),
        "comments": _count(post, "replyCount"),
        "reshares": _sum(_count(post, "repostCount"), _count(post, "quoteCount")),
    }
    return Figures(values, SOURCE)


def _post(settings: Settings, uri: str, asked: Asked) -> dict[str, Any] | None:
    answer = must(ask_openly(settings, settings.bluesky_public_url, "app.bsky.feed.getPosts", asked, uris=uri), asked)
    posts = answer.body.get("posts")
    if not isinstance(posts, list):
        raise malformed(answer, asked)
    for post in posts:
        if isinstance(post, dict) and isinstance(post.get("uri"), str) and isinstance(post.get("cid"), str):
            return post
    return None


def _count(post: dict[str, Any], name: str) -> int | None:
    found = post.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _sum(*counts: int | None) -> int | None:
    given = [count for count in counts if count is not None]
    return sum(given) if given else None
