"""A feed, or a page that names one."""

from advocacy.fetching import Fetcher
from advocacy.sources.reading import Reading, Wanted, find_feed, read_feed


def find(fetcher: Fetcher, url: str) -> Reading:
    """The feed at an address or named there. Never raises."""
    return find_feed(fetcher, url)


def read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    """What the feed says, if it changed. Never raises."""
    return read_feed(fetcher, wanted.url, etag=wanted.etag, last_modified=wanted.last_modified)
