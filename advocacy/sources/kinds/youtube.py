"""A YouTube channel: its feed needs no key. Whatever names the channel leads to that feed."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from advocacy.addresses import FetchError
from advocacy.charsets import decode_text
from advocacy.fetching import Fetcher
from advocacy.markup import Tag, tokens
from advocacy.sources.models import Kind
from advocacy.sources.reading import Reading, Wanted, read_feed, refusal
from config.settings import get_settings

_HOSTS: Final = frozenset(("youtube.com", "www.youtube.com", "m.youtube.com"))
_CHANNEL: Final = re.compile(r"UC[A-Za-z0-9_-]{22}")
_NAMED: Final = re.compile(r"/(?:@[^/]+|c/[^/]+|user/[^/]+)(?:/.*)?")
_EXTERNAL: Final = re.compile(r'"externalId"\s*:\s*"(UC[A-Za-z0-9_-]{22})"')


def address_of(typed: str) -> str | None:
    """The page of a channel that was typed as its id or as @name; None for anything else."""
    if _CHANNEL.fullmatch(typed):
        return f"{get_settings().youtube_url}/channel/{typed}"
    if re.fullmatch(r"@[\w·-]{3,30}", typed):
        return f"{get_settings().youtube_url}/{typed}"
    return None


def is_channel(url: str) -> bool:
    """Whether the address is of a channel, or of the feed of one."""
    return _is_youtube(url) and (_id_in(url) is not None or bool(_NAMED.fullmatch(urlsplit(url).path)))


def feed_of(channel_id: str) -> str:
    """The address of a channel's feed."""
    return f"{get_settings().youtube_url}/feeds/videos.xml?channel_id={channel_id}"


def known_feed(url: str) -> str | None:
    """The feed of a channel whose address holds its id; None where the page must be asked."""
    channel_id = _id_in(url) if _is_youtube(url) else None
    return feed_of(channel_id) if channel_id else None


def find(fetcher: Fetcher, url: str) -> Reading:
    """The channel at an address. Never raises."""
    feed = known_feed(url)
    if feed is None:
        try:
            page = fetcher.get(url, accept="text/html")
        except FetchError as error:
            return Reading(url, failure=error.reason)
        if (refused := refusal(page)) is not None:
            return Reading(url, failure=refused[0], retry_after=refused[1])
        channel_id = _named_by(decode_text(page.body, page.charset))
        if channel_id is None:
            return Reading(url, failure="no_channel")
        feed = feed_of(channel_id)
    return replace(read_feed(fetcher, feed), kind=Kind.YOUTUBE)


def read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    """What is new of the channel. Never raises."""
    reading = read_feed(fetcher, wanted.url, etag=wanted.etag, last_modified=wanted.last_modified)
    return replace(reading, kind=Kind.YOUTUBE)


def _is_youtube(url: str) -> bool:
    parts, base = urlsplit(url), urlsplit(get_settings().youtube_url)
    return parts.hostname in _HOSTS or parts.netloc == base.netloc


def _id_in(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.path == "/feeds/videos.xml":
        said = (parse_qs(parts.query).get("channel_id") or [""])[0]
    else:
        head, _, rest = parts.path.removeprefix("/").partition("/")
        said = rest.partition("/")[0] if head == "channel" else ""
    return said if _CHANNEL.fullmatch(said) else None


def _named_by(html: str) -> str | None:
    """The channel that a page is of: the feed it names, its own address, its identifier; never one it mentions."""
    for token in tokens(html):
        if not isinstance(token, Tag) or token.closing:
            continue
        said = token.attributes
        found = None
        if token.name == "link" and said.get("rel", "").lower() in ("alternate", "canonical"):
            found = _id_in(said.get("href", ""))
        elif token.name == "meta" and said.get("itemprop", "").lower() in ("identifier", "channelid"):
            found = said.get("content", "")
        if found and _CHANNEL.fullmatch(found):
            return found
    inside = _EXTERNAL.search(html)
    return inside[1] if inside else None
