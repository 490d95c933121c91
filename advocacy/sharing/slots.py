"""The best moments for a person, from what became of their own posts: pure functions of results, hours and the clock.

A person has few results and a week has many hours. So each hour starts from a plain default, the same for everybody,
and moves away from it only as far as results nearby bear it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from statistics import fmean, median
from typing import Final
from zoneinfo import ZoneInfo

from advocacy.sharing.hours import Hours, days_from, moment_in
from advocacy.sharing.staggering import minute_of_hour

SOONEST: Final = timedelta(minutes=15)
ENOUGH: Final = 5
"""Results from which on they are spoken of."""
DAYS: Final = 8
_APART: Final = 3
_PRIOR: Final = 6.0
"""How many results the plain default is worth."""
_RISE: Final = 1.05
_MOST: Final = 1.8
"""One post that everybody read does not make an hour: readers are compared by their square root with the middle one of
all posts, up to this ratio."""
_NEAR: Final = {0: 1.0, 1: 0.5, 2: 0.15}
_BY_DAY: Final = (0.95, 1.1, 1.08, 1.05, 0.85, 0.55, 0.5)
_BY_HOUR: Final = {
    6: 0.6, 7: 0.8, 8: 1.2, 9: 1.3, 10: 1.2, 11: 1.05, 12: 1.1, 13: 1.0, 14: 0.9, 15: 0.85, 16: 0.85, 17: 0.95,
    18: 0.9, 19: 0.8, 20: 0.7, 21: 0.6,
}  # fmt: skip
_AT_NIGHT: Final = 0.3


class Part(StrEnum):
    """A part of the week, as people speak of it."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


class Ground(StrEnum):
    """What a suggestion rests on."""

    NOTHING = "nothing"
    """No results yet."""
    LITTLE = "little"
    """Too few to speak of."""
    EVEN = "even"
    """Enough, but this part of the week does not stand out."""
    OWN = "own"
    """The person's posts of this part of the week are read more than their others."""


@dataclass(frozen=True, slots=True)
class Result:
    """One post of the person: when it went online, and how many read it or reacted."""

    at: datetime
    readers: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment to share at (UTC), and why."""

    at: datetime
    part: Part
    ground: Ground
    results: int
    """How many posts that rests on."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What a person's results say of each hour of the week, on their own clock."""

    points: tuple[tuple[int, int, float], ...]
    """Weekday, hour and readers against the person's usual (see _MOST), of each result."""

    @property
    def count(self) -> int:
        """How many results there are."""
        return len(self.points)

    def score(self, weekday: int, hour: int) -> float:
        """How good this hour is, 1 being usual: the plain default, moved by results of the hours around it."""
        weight = worth = 0.0
        for day, at, readers in self.points:
            if (day > 4) is not (weekday > 4):
                continue
            near = _NEAR.get(min(abs(at - hour), 24 - abs(at - hour)), 0.0) * (1.0 if day == weekday else 0.5)
            weight, worth = weight + near, worth + near * readers
        plain = sqrt(_BY_DAY[weekday] * _BY_HOUR.get(hour, _AT_NIGHT))
        return (worth + _PRIOR * plain) / (weight + _PRIOR)

    def ground(self, part: Part) -> Ground:
        """What a suggestion in this part of the week rests on."""
        if not self.points:
            return Ground.NOTHING
        if self.count < ENOUGH:
            return Ground.LITTLE
        here = [readers for day, hour, readers in self.points if part_of(day, hour) is part]
        usual = sum(readers for _day, _hour, readers in self.points) / self.count
        stands_out = len(here) >= _APART and sum(here) / len(here) >= _RISE * usual
        return Ground.OWN if stands_out else Ground.EVEN


def part_of(weekday: int, hour: int) -> Part:
    """The part of the week that an hour belongs to."""
    if weekday > 4:
        return Part.WEEKEND
    if 5 <= hour < 11:
        return Part.MORNING
    if 11 <= hour < 14:
        return Part.MIDDAY
    return Part.AFTERNOON if 14 <= hour < 18 else Part.EVENING


def taste_of(results: Iterable[Result], zone: str) -> Taste:
    """What the results say on the clock of `zone`; where nobody ever read, they say nothing."""
    found = list(results)
    roots = [sqrt(result.readers) for result in found]
    usual = (median(roots) or fmean(roots)) if roots else 0.0
    if not usual:
        return Taste(())
    local = ((result.at.astimezone(ZoneInfo(zone)), min(sqrt(result.readers) / usual, _MOST)) for result in found)
    return Taste(tuple((at.weekday(), at.hour, readers) for at, readers in local))


def hours_of_day(day: date, hours: Hours, taste: Taste) -> list[int]:
    """The allowed hours of a day, the best first."""
    if day.weekday() not in hours.days:
        return []
    return sorted(range(hours.opens, hours.closes), key=lambda hour: (-taste.score(day.weekday(), hour), hour))


def best_slots(
    taste: Taste, zone: str, hours: Hours, now: datetime, mine: tuple[int, int], count: int = 3
) -> list[Slot]:
    """Up to `count` moments of the coming days, the best first, on days of their own where that is possible.

    `mine` are the ids of person and post: they give the minute. All lie within the allowed hours, and none sooner than
    SOONEST.
    """
    minute = minute_of_hour(*mine)
    found: list[tuple[float, datetime, date, int]] = []
    for day in days_from(now, zone, DAYS):
        for hour in hours_of_day(day, hours, taste):
            at = moment_in(day, hour, minute, zone)
            if at is not None and at >= now + SOONEST:
                found.append((-taste.score(day.weekday(), hour), at, day, hour))
    return [_slot(at, day, hour, taste) for _score, at, day, hour in _apart(sorted(found), count)]


def _apart(found: Sequence[tuple[float, datetime, date, int]], count: int) -> list[tuple[float, datetime, date, int]]:
    chosen: list[tuple[float, datetime, date, int]] = []
    for one in found:
        if len(chosen) < count and one[2] not in {other[2] for other in chosen}:
            chosen.append(one)
    for one in found:
        far = all(abs(one[1] - other[1]) >= timedelta(hours=_APART) for other in chosen)
        if len(chosen) < count and far:
            chosen.append(one)
    return chosen


def _slot(at: datetime, day: date, hour: int, taste: Taste) -> Slot:
    part = part_of(day.weekday(), hour)
    return Slot(at, part, taste.ground(part), taste.count)
