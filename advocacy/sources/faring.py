"""How sources fare: what is new there week by week, and which are in trouble."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from sqlalchemy import func, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sources.models import Item, Source

WEEKS: Final = 12
_WEEK: Final = timedelta(days=7)


class Trouble(IntEnum):
    """What is the matter with a source, the worst first."""

    GONE = 0
    FAILING = 1
    PAUSED = 2
    NONE = 3


@dataclass(frozen=True, slots=True)
class Fare:
    """A source with its new items of the last WEEKS weeks, oldest week first, and their mean since it is read."""

    source: Source
    trouble: Trouble
    weeks: list[int]
    per_week: float


def fares_of(sources: Sequence[Source], now: datetime | None = None) -> list[Fare]:
    """How each fares, those in trouble first, the longest failing before others. One query for all."""
    now = now or utcnow()
    counts = _counted([source.id for source in sources], now)
    fares = [_fare(source, counts.get(source.id, {}), now) for source in sources]
    return sorted(fares, key=lambda fare: (fare.trouble, fare.source.failing_since or now, _name(fare.source)))


def _fare(source: Source, counted: dict[int, int], now: datetime) -> Fare:
    weeks = [counted.get(age, 0) for age in reversed(range(WEEKS))]
    read_for = max(1, min(WEEKS, -(-(now - source.created_at) // _WEEK)))
    return Fare(source, trouble_of(source), weeks, sum(weeks) / read_for)


def trouble_of(source: Source) -> Trouble:
    """What is the matter with the source."""
    if source.disabled_at is not None:
        return Trouble.GONE if source.failure == "gone" else Trouble.PAUSED
    return Trouble.FAILING if source.failure else Trouble.NONE


def _counted(source_ids: list[int], now: datetime) -> dict[int, dict[int, int]]:
    """New items by source and by how many weeks ago."""
    if not source_ids:
        return {}
    age = func.floor(func.extract("epoch", now - Item.found_at) / _WEEK.total_seconds())
    query = select(Item.source_id, age, func.count()).group_by(Item.source_id, age)
    query = query.where(Item.source_id.in_(source_ids), Item.found_at > now - WEEKS * _WEEK)
    found: dict[int, dict[int, int]] = {}
    for source_id, weeks_ago, number in db.session.execute(query):
        if source_id is not None:
            found.setdefault(source_id, {})[max(int(weeks_ago), 0)] = number
    return found


def _name(source: Source) -> tuple[str, int]:
    return (source.title or source.url).casefold(), source.id
