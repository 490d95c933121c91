"""The kinds of sources, one reader each: what an address is of, and how it is read."""

from collections.abc import Callable
from typing import Final

from advocacy.fetching import Fetcher
from advocacy.sources.kinds import bluesky, feed, mastodon, youtube
from advocacy.sources.models import Kind
from advocacy.sources.reading import Reading, Wanted

READERS: Final[dict[str, Callable[[Fetcher, Wanted], Reading]]] = {
    Kind.FEED: feed.read,
    Kind.YOUTUBE: youtube.read,
    Kind.MASTODON: mastodon.read,
    Kind.BLUESKY: bluesky.read,
}


def address_of(typed: str) -> str | None:
    """The address of an account or channel that was typed by its name or id; None for anything else."""
    return mastodon.address_of(typed) or bluesky.address_of(typed) or youtube.address_of(typed)


def find(fetcher: Fetcher, url: str) -> Reading:
    """The source at an address: a channel, an account, a feed, or what the page there names. Never raises."""
    if youtube.is_channel(url):
        return youtube.find(fetcher, url)
    if bluesky.is_profile(url):
        return bluesky.find(fetcher, url)
    account = mastodon.find(fetcher, url) if mastodon.is_profile(url) else None
    if account is not None and account.failure != "members_only":
        return account
    found = feed.find(fetcher, url)
    return found if account is None or found.feed is not None else account


def known_without_asking(url: str) -> tuple[Kind, str]:
    """What an address is of as far as its spelling tells, and the address to read it at."""
    channel_feed = youtube.known_feed(url)
    if channel_feed is not None:
        return Kind.YOUTUBE, channel_feed
    if bluesky.is_profile(url):
        return Kind.BLUESKY, bluesky.profile_of(url)
    return Kind.FEED, url


def read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    """What is new at a source, by the reader of its kind. Never raises."""
    return READERS[wanted.kind](fetcher, wanted)
