"""What became of a person's earlier posts. Who knows is joined in wiring: readers are counted above this slice."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from advocacy.people.models import Person
from advocacy.sharing.slots import Result, Taste, taste_of

SINCE: Final = timedelta(days=180)
RIPE: Final = timedelta(days=1)
"""Younger posts are still being read, and left out."""
MOST: Final = 300

Known = tuple[datetime, int]
Reader = Callable[[int, datetime, datetime, int], Sequence[Known]]
_readers: list[Reader] = []


def set_reader(reader: Reader) -> None:
    """Have `reader` asked for when posts of a person went online in a time, and how many read or reacted."""
    _readers[:] = [reader]


def taste_for(person: Person, now: datetime) -> Taste:
    """What the person's own results say, on their own clock."""
    known = _readers[0](person.id, now - SINCE, now - RIPE, MOST) if _readers else ()
    return taste_of((Result(at, readers) for at, readers in known), person.time_zone)
