"""Feeds in all their dialects (RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed) into one shape, and where a page says its
feeds are.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from advocacy.charsets import decode_text
from advocacy.clock import utcnow
from advocacy.markup import Tag, clean_line, language_tag, tokens
from advocacy.sources.entries import Entry, Feed, NotAFeed, RawEntry, feed_title, gather
from advocacy.sources.feed_json import parse_json_feed
from advocacy.sources.feed_xml import whole_xml
from advocacy.sources.links import absolute_link, canonical_link
from advocacy.sources.moments import believable

__all__ = ["Entry", "Feed", "NamedFeed", "NotAFeed", "canonical_link", "discover_feeds", "parse_feed"]

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_MOST_DISCOVERED = 20


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that a page names, and what it calls it (possibly nothing)."""

    url: str
    title: str


def parse_feed(
    body: bytes, content_type: str | None, url: str, *, charset: str | None = None, now: datetime | None = None
) -> Feed:
    """Read a feed that was served at `url`. Dates before 1990 or more than a day ahead of `now` are None. The
    document says what it is, `content_type` only decides where it does not. Raises `NotAFeed`, nothing else, for any
    bytes.
    """
    now = now or utcnow()
    text = decode_text(body, charset or _charset_of(content_type)).strip()
    if not text:
        raise NotAFeed("empty")
    if text.startswith(("{", "[")):
        return parse_json_feed(text, url, now)
    if not text.startswith("<"):
        raise NotAFeed("malformed" if "json" in (content_type or "") else "not_a_feed")
    return _parse_xml(whole_xml(text), url, now)


def discover_feeds(html: bytes, url: str, charset: str | None = None) -> list[NamedFeed]:
    """The feeds that the page at `url` names in its head, in its order, none twice, at most 20."""
    base = url
    found: dict[str, NamedFeed] = {}
    for token in tokens(decode_text(html, charset)):
        if not isinstance(token, Tag) or token.closing:
            continue
        if token.name == "base":
            base = absolute_link(token.attributes.get("href"), url) or url
        if token.name == "link" and _names_feed(token):
            link = absolute_link(token.attributes.get("href"), base)
            if link is not None:
                found.setdefault(link, NamedFeed(link, clean_line(token.attributes.get("title", "")[:1000], 200)))
    return list(found.values())[:_MOST_DISCOVERED]


def _names_feed(link: Tag) -> bool:
    kind = link.attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in link.attributes.get("rel", "").lower().split() and kind in _FEED_TYPES


def _charset_of(content_type: str | None) -> str | None:
    _, mark, charset = (content_type or "").lower().partition("charset=")
    return charset.partition(";")[0].strip(" \"'") if mark else None


def _parse_xml(document: bytes, url: str, now: datetime) -> Feed:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # As a stream: bytes alone would be taken for a file name first.
        parsed = feedparser.parse(
            io.BytesIO(document), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
        channel = parsed["feed"]
        return Feed(
            title=feed_title(_text(channel, "title")),
            language=language_tag(_text(channel, "language")),
            home_url=absolute_link(_text(channel, "link"), url),
            entries=gather(_raw_entry(item, url, now) for item in parsed["entries"]),
        )
    except Exception as error:  # the parser promises nothing about what it raises on hostile documents
        raise NotAFeed("malformed") from error


def _raw_entry(item: Any, url: str, now: datetime) -> RawEntry:
    contents = [part for part in item.get("content", ()) if isinstance(part, dict)]
    base = next((part["base"] for part in (item.get("title_detail"), *contents) if part and part.get("base")), url)
    return RawEntry(
        base=base,
        guid=_text(item, "id"),
        links=[_text(item, "feedburner_origlink"), _text(item, "link")],
        title=_text(item, "title"),
        texts=[_text(item, "summary"), *(_text(part, "value") for part in contents)],
        images=list(_pictures(item)),
        published_at=_moment(item, now),
        author=_text(item, "author"),
    )


def _pictures(item: Any) -> Iterator[str]:
    for media in item.get("media_content", ()):
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/"):
            yield _text(media, "url")
    for link in item.get("links", ()):
        if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image/"):
            yield _text(link, "href")
    for media in item.get("media_thumbnail", ()):
        yield _text(media, "url")
    image = item.get("image")
    if isinstance(image, dict):
        yield _text(image, "href")


def _moment(item: Any, now: datetime) -> datetime | None:
    # Asked for by membership first: the parser warns when a missing `updated` falls back on `published`.
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parts = item[name] if name in item else None  # noqa: SIM401
        if isinstance(parts, struct_time):
            try:
                return believable(datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC), now)
            except ValueError:
                continue
    return None


def _text(holder: Any, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
