"""What Relais keeps of a feed, whatever its dialect, and how a raw item becomes that."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from advocacy.addresses import FetchRefused
from advocacy.markup import Tag, clean_line, language_tag, plain_text, tokens
from advocacy.sources.links import absolute_link, canonical_link

MOST_ENTRIES = 500
_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 500
_LONGEST_GUID = 500
_LONGEST_ALT = 500
# More than any summary needs; a feed may carry whole books.
_HTML_READ = 20_000
_SMALLEST_PICTURE = 3

NotAFeedReason = Literal["empty", "not_a_feed", "entities", "malformed"]


class NotAFeed(Exception):
    """The document is no feed that Relais reads. `reason` is a short machine word for the service to translate."""

    def __init__(self, reason: NotAFeedReason) -> None:
        super().__init__(reason)
        self.reason: NotAFeedReason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One item. `guid` is its identity within its feed: the guid or id, else the canonical link. Texts are plain,
    links are http(s). `image_alt` and `language` are known of the posts of accounts only.
    """

    guid: str
    link: str
    title: str
    summary: str
    image_url: str | None
    published_at: datetime | None
    author: str | None
    image_alt: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read: at most 500 entries, in the document's order, none twice."""

    title: str
    language: str | None
    home_url: str | None
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An item as its dialect has it, nothing trusted: texts may be HTML, links relative to `base`, candidates in
    falling order.
    """

    base: str
    guid: str
    links: list[str]
    title: str
    texts: list[str]
    images: list[str]
    published_at: datetime | None
    author: str
    image_alt: str = ""
    language: str | None = None


def gather(raw_entries: Iterable[RawEntry]) -> list[Entry]:
    """The usable entries in their order: those without a web link are left out, and of equal guids all but the
    first.
    """
    found: dict[str, Entry] = {}
    for raw in raw_entries:
        entry = _settled(raw)
        if entry is not None:
            found.setdefault(entry.guid, entry)
        if len(found) == MOST_ENTRIES:
            break
    return list(found.values())


def feed_title(source: str) -> str:
    """The title of a feed in plain text, possibly empty."""
    return clean_line(plain_text(source[:_HTML_READ]), _LONGEST_TITLE)


def _settled(raw: RawEntry) -> Entry | None:
    # An identity serves as a link only when it is a whole address: `7` is no page beside the feed.
    named = [raw.guid] if raw.guid.strip().lower().startswith(("http://", "https://")) else []
    link = _first_link([*raw.links, *named], raw.base)
    if link is None:
        return None
    texts = [plain_text(text[:_HTML_READ]) for text in raw.texts]
    summary = clean_line(next(filter(None, texts), ""), _LONGEST_SUMMARY)
    title = clean_line(plain_text(raw.title[:_HTML_READ]), _LONGEST_TITLE)
    return Entry(
        guid=_identity(raw.guid, link),
        link=link,
        title=title or clean_line(summary, 100),
        summary=summary,
        image_url=_first_link([*raw.images, *pictures(raw.texts)], raw.base),
        published_at=raw.published_at,
        author=clean_line(plain_text(raw.author[:_HTML_READ]), 200) or None,
        image_alt=clean_line(raw.image_alt[:_HTML_READ], _LONGEST_ALT),
        language=language_tag(raw.language or ""),
    )


def pictures(texts: Iterable[str]) -> Iterable[str]:
    """The addresses of pictures inside HTML texts, without those that only count readers."""
    for text in texts:
        for token in tokens(text[:_HTML_READ]):
            if isinstance(token, Tag) and token.name == "img" and not token.closing and not _is_pixel(token):
                yield token.attributes.get("src", "")


def _is_pixel(image: Tag) -> bool:
    sides = (image.attributes.get(side, "") for side in ("width", "height"))
    return any(side.isdecimal() and int(side[:6]) < _SMALLEST_PICTURE for side in sides)


def _first_link(candidates: Iterable[str], base: str) -> str | None:
    for candidate in candidates:
        link = absolute_link(candidate, base)
        if link is not None:
            return link
    return None


def _identity(guid: str, link: str) -> str:
    guid = clean_line(guid, len(guid))
    if not guid:
        try:
            guid = canonical_link(link)
        except FetchRefused:
            guid = link
    if len(guid) > _LONGEST_GUID:
        return "sha256:" + hashlib.sha256(guid.encode()).hexdigest()
    return guid
