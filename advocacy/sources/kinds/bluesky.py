"""An account on Bluesky, by its public API, which asks for no key."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from advocacy.clock import utcnow
from advocacy.fetching import Fetcher
from advocacy.markup import clean_line
from advocacy.sources.entries import Feed, RawEntry, gather
from advocacy.sources.kinds.asking import Unanswered, ask, list_of, part_of, text_of
from advocacy.sources.models import Kind
from advocacy.sources.moments import read_moment
from advocacy.sources.reading import Reading, Wanted
from config.settings import get_settings

SITE: Final = "https://bsky.app"
MOST: Final = 50
_NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
_PROFILE: Final = re.compile(rf"/profile/({_NAME}|did:[a-z]+:[A-Za-z0-9._:-]+)(?:/.*)?")
_MARKUP: Final = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def address_of(typed: str) -> str | None:
    """The page of an account that was typed as @name.server or as name.bsky.social; None for anything else."""
    name = typed.removeprefix("@")
    if not re.fullmatch(_NAME, name) or (name == typed and not name.lower().endswith(".bsky.social")):
        return None
    return f"{SITE}/profile/{name.lower()}"


def is_profile(url: str) -> bool:
    """Whether the address is of an account."""
    return _actor(url) is not None


def profile_of(url: str) -> str:
    """The page of the account that the address is of."""
    return f"{SITE}/profile/{_actor(url)}"


def find(fetcher: Fetcher, url: str) -> Reading:
    """The account at an address. Never raises."""
    return read(fetcher, Wanted(0, Kind.BLUESKY, profile_of(url)))


def read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    """What the account wrote. Never raises."""
    try:
        return _read(fetcher, wanted)
    except Unanswered as unanswered:
        # The API says 400 of an account that is unknown, closed or suspended.
        reason = "no_account" if unanswered.reason == "http_400" else unanswered.reason
        return Reading(wanted.url, failure=reason, retry_after=unanswered.retry_after, kind=Kind.BLUESKY)


def _read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    base = f"{get_settings().bluesky_public_url}/xrpc"
    did, title, url = wanted.external_id, "", wanted.url
    if did is None:
        profile = ask(fetcher, f"{base}/app.bsky.actor.getProfile?{urlencode({'actor': _actor(url) or ''})}")
        did, handle = text_of(profile, "did"), text_of(profile, "handle")
        if not did.startswith("did:"):
            raise Unanswered("bad_response")
        title = clean_line(text_of(profile, "displayName") or f"@{handle}", 200)
    asked = {"actor": did, "filter": "posts_no_replies", "limit": str(MOST)}
    answer = ask(fetcher, f"{base}/app.bsky.feed.getAuthorFeed?{urlencode(asked)}")
    posts = [part_of(one, "post") for one in list_of(answer, "feed")[:MOST] if not _is_repost(one)]
    own = [post for post in posts if text_of(part_of(post, "author"), "did") == did]
    if any(_asks_for_members(part_of(post, "author")) for post in own):
        raise Unanswered("members_only")
    now = utcnow()
    feed = Feed(title, None, url, gather(_entry(post, now) for post in own))
    return replace(Reading(url, feed=feed, kind=Kind.BLUESKY), external_id=did)


def _entry(post: dict[str, Any], now: datetime) -> RawEntry:
    record, author, embed = part_of(post, "record"), part_of(post, "author"), _embed(post)
    card = part_of(embed, "external")
    text = told(record)
    picture, alt = _picture(embed, card)
    uri = text_of(post, "uri")
    own = f"{SITE}/profile/{text_of(author, 'handle')}/post/{uri.rpartition('/')[2]}" if uri else ""
    languages = list_of(record, "langs")
    return RawEntry(
        base=SITE,
        guid=uri,
        links=[text_of(card, "uri"), own],
        title=_escaped(text_of(card, "title") or clean_line(text, 100)),
        texts=[_escaped(text or text_of(card, "description"))],
        images=[picture],
        published_at=read_moment(text_of(record, "createdAt"), now),
        author=_escaped(text_of(author, "displayName")),
        image_alt=alt,
        language=languages[0] if languages and isinstance(languages[0], str) else None,
    )


def told(record: dict[str, Any]) -> str:
    """The text of a post, with each link written out where the post shortens it."""
    raw = text_of(record, "text").encode()
    links = []
    for facet in list_of(record, "facets"):
        place = part_of(facet, "index")
        start, end = place.get("byteStart"), place.get("byteEnd")
        uri = next(filter(None, (text_of(one, "uri") for one in list_of(facet, "features"))), "")
        if uri and isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(raw):
            links.append((start, end, uri))
    before = len(raw)
    for start, end, uri in sorted(links, reverse=True):
        if end <= before:
            raw, before = raw[:start] + uri.encode(errors="replace") + raw[end:], start
    return raw.decode(errors="replace")


def _embed(post: dict[str, Any]) -> dict[str, Any]:
    """What is shown with the post; beside a quoted post it stands one level deeper."""
    embed = part_of(post, "embed")
    return part_of(embed, "media") or embed


def _picture(embed: dict[str, Any], card: dict[str, Any]) -> tuple[str, str]:
    for image in list_of(embed, "images"):
        if address := text_of(image, "fullsize") or text_of(image, "thumb"):
            return address, text_of(image, "alt")
    if address := text_of(embed, "thumbnail"):
        return address, text_of(embed, "alt")
    return text_of(card, "thumb"), ""


def _is_repost(one: Any) -> bool:
    return text_of(part_of(one, "reason"), "$type").endswith("#reasonRepost")


def _asks_for_members(author: dict[str, Any]) -> bool:
    """Whether the account asks not to be shown to people who are not signed in there."""
    return any(text_of(label, "val") == "!no-unauthenticated" for label in list_of(author, "labels"))


def _escaped(text: str) -> str:
    """Plain text where HTML is expected."""
    return text.translate(_MARKUP)


def _actor(url: str) -> str | None:
    parts = urlsplit(url)
    found = _PROFILE.fullmatch(parts.path) if parts.hostname == "bsky.app" else None
    return found[1] if found else None
