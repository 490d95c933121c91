"""Going to look: feeds and pages are read here, with no transaction open and nothing of the database asked."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import structlog

from advocacy.addresses import FetchError
from advocacy.clock import utcnow
from advocacy.fetching import Fetched, Fetcher
from advocacy.images import BadImage, ImageStore
from advocacy.sources.entries import Feed, NotAFeed
from advocacy.sources.feeds import NamedFeed, discover_feeds, parse_feed
from advocacy.sources.models import Kind
from advocacy.sources.previews import Preview, read_preview
from config.settings import get_settings

log = structlog.get_logger(__name__)
LONGEST_URL: Final = 2000
LONGEST_WAIT: Final = timedelta(hours=24)
SHORTEST_WAIT: Final = timedelta(minutes=1)
_FEED: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " application/json;q=0.8, text/html;q=0.7, */*;q=0.1"
)
_PAGE: Final = "text/html, application/xhtml+xml, */*;q=0.5"
_IMAGE: Final = "image/webp, image/jpeg, image/png, image/gif, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading a source went. `feed` is None when there was nothing new (then `failure` is None too) or it failed;
    `failure` is a machine word of `reasons`; `retry_after` is how long the site asked to wait. `choices` are the feeds
    that a page names where it names several.
    """

    url: str
    feed: Feed | None = None
    failure: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    retry_after: timedelta | None = None
    discovered: bool = False
    choices: tuple[NamedFeed, ...] = ()
    kind: Kind = Kind.FEED
    external_id: str | None = None
    newest_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is needed to read a source."""

    id: int
    kind: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    external_id: str | None = None
    newest_id: str | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page says of itself, and the key of its picture once stored (None where there is none to be had)."""

    preview: Preview
    image: str | None


class PageUnread(Exception):
    """The page could not be read; `reason` is a machine word of `reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def get_fetcher() -> Fetcher:
    """A fetcher by the settings."""
    settings = get_settings()
    return Fetcher(
        allow_loopback=settings.fetch_allow_loopback,
        max_bytes=settings.fetch_max_bytes,
        connect_seconds=min(5.0, settings.fetch_seconds),
        total_seconds=settings.fetch_seconds,
    )


def read_feed(fetcher: Fetcher, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Reading:
    """Read a feed, only if it changed when validators are given. Never raises: a failure is part of the answer."""
    try:
        fetched = fetcher.get(url, accept=_FEED, etag=etag, last_modified=last_modified)
    except FetchError as error:
        return Reading(url, failure=error.reason)
    return _judged(url, fetched)


def find_feed(fetcher: Fetcher, url: str) -> Reading:
    """The feed at an address, or what the page there names: its one feed, read; of several, their list for a choice.
    Never raises.
    """
    try:
        fetched = fetcher.get(url, accept=_FEED)
    except FetchError as error:
        return Reading(url, failure=error.reason)
    reading = _judged(url, fetched)
    if reading.failure != "feed_not_a_feed":
        return reading
    named = discover_feeds(fetched.body, fetched.url, fetched.charset)
    if len(named) > 1:
        return replace(reading, choices=tuple(named))
    return replace(read_feed(fetcher, named[0].url), discovered=True) if named else reading


def read_page(fetcher: Fetcher, store: ImageStore, url: str, *, image_url: str | None = None) -> PageRead:
    """What the page at `url` says, with its picture (else the one at `image_url`) stored. Raises PageUnread; a picture
    that fails is merely left out.
    """
    try:
        fetched = fetcher.get(url, accept=_PAGE)
        if fetched.status >= 400:
            raise PageUnread("gone" if fetched.status == 410 else f"http_{fetched.status}")
        preview = read_preview(fetched.body, fetched.content_type, fetched.url, charset=fetched.charset)
    except FetchError as error:
        raise PageUnread(error.reason) from error
    return PageRead(preview, read_image(fetcher, store, preview.image_url or image_url))


def read_image(fetcher: Fetcher, store: ImageStore, url: str | None) -> str | None:
    """The key of the picture at `url`, encoded anew and stored; None when there is none to be had."""
    if not url:
        return None
    try:
        fetched = fetcher.get(url, accept=_IMAGE)
        return store.put(fetched.body).key if fetched.status == 200 else None
    except (FetchError, BadImage) as error:
        log.info("picture_left_out", reason=error.reason)
        return None


def _judged(url: str, fetched: Fetched) -> Reading:
    if (refused := refusal(fetched)) is not None:
        failure, retry_after = refused
        return Reading(url, failure=failure, retry_after=retry_after)
    feed = None
    if fetched.status != 304:
        try:
            feed = parse_feed(fetched.body, fetched.content_type, fetched.url, charset=fetched.charset)
        except NotAFeed as error:
            return Reading(url, failure=f"feed_{error.reason}")
    moved = fetched.permanent_url
    return Reading(
        url,
        feed=feed,
        etag=fetched.headers.get("ETag"),
        last_modified=fetched.headers.get("Last-Modified"),
        moved_to=moved if moved and moved != url and len(moved) <= LONGEST_URL else None,
    )


def refusal(fetched: Fetched) -> tuple[str, timedelta | None] | None:
    """The machine word of an answer that is none, and how long it asks to wait; None for an answer."""
    status = fetched.status
    if status == 410:
        return "gone", None
    if status in (429, 503):
        return "busy", read_retry_after(fetched.headers.get("Retry-After"), utcnow())
    if status != 304 and not 200 <= status < 300:
        return f"http_{status}", None
    return None


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, between a minute and a day; None for none, or for nonsense."""
    text = (text or "").strip()[:60]
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text), 10**6))
    else:
        try:
            moment = parsedate_to_datetime(text)
            wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
