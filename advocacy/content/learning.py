"""What proposals learn from slices above content: the page behind a link, the one spelling of a link, how often a
post was shared. Who knows joins in `advocacy/wiring.py`; where nobody does, proposals do without.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """What a page says of itself in plain, bounded words; `image` is the key of a stored picture."""

    canonical: str
    title: str
    description: str
    image: str | None
    image_alt: str


Read = Callable[[str], LinkedPage | None]
Spell = Callable[[str], str]
Count = Callable[[Collection[int]], dict[int, int]]
_readers: list[tuple[Read, Spell]] = []
_counts: list[Count] = []


def set_reader(read: Read, spell: Spell) -> None:
    """Have `read` go and look at a page (None: it can't be read), and `spell` say a link the one way."""
    _readers[:] = [(read, spell)]


def set_share_count(count: Count) -> None:
    """Have `count` say how often each of some posts (by id) was shared; posts never shared may be left out."""
    _counts[:] = [count]


def linked_page(link: str) -> LinkedPage | None:
    """The page behind a link. Asks the network: not within a transaction."""
    return _readers[0][0](link) if _readers else None


def one_spelling(link: str) -> str:
    """The link as it is compared with others."""
    return _readers[0][1](link) if _readers else link


def shares_of(post_ids: Collection[int]) -> dict[int, int]:
    """How often each of these posts was shared."""
    return _counts[0](post_ids) if _counts and post_ids else {}
