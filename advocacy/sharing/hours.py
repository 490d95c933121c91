"""Allowed hours, and moments on a person's own clock: which do not exist, which come twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

FARTHEST: Final = timedelta(days=90)


class Oddity(StrEnum):
    """What is special about a time on a clock."""

    MISSING = "missing"
    """Clocks jump over it."""
    TWICE = "twice"
    """Clocks go back, and it comes a second time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A time as typed, and the moment it stands for (aware, UTC)."""

    at: datetime
    oddity: Oddity | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Days (0 is Monday) and full hours in which a queue may share, and how many contents a day."""

    days: frozenset[int] = frozenset(range(5))
    opens: int = 8
    closes: int = 18
    a_day: int = 2

    def hold(self, local: datetime) -> bool:
        """Whether this time of a wall clock is allowed."""
        return local.weekday() in self.days and self.opens <= local.hour < self.closes


USUAL: Final = Hours()


def read(typed: datetime, zone: str, *, second: bool = False) -> Reading:
    """What a wall clock in `zone` showing `typed` means.

    A time that clocks jump over is moved on by as much as they jump; of one that comes twice it is the first, unless
    the `second` is asked for.
    """
    place = ZoneInfo(zone)
    first = typed.replace(tzinfo=place, fold=0).astimezone(UTC)
    later = typed.replace(tzinfo=place, fold=1).astimezone(UTC)
    if first == later:
        return Reading(first)
    if first.astimezone(place).replace(tzinfo=None) != typed:
        return Reading(first, Oddity.MISSING)
    return Reading(later if second else first, Oddity.TWICE)


def local_time(moment: datetime, zone: str) -> datetime:
    """What the clock in `zone` shows at `moment`, as it is typed."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_second(moment: datetime, zone: str) -> bool:
    """Whether the clock in `zone` shows at `moment` a time that it showed an hour before as well."""
    return moment.astimezone(ZoneInfo(zone)).fold == 1


def days_from(now: datetime, zone: str, count: int) -> Iterator[date]:
    """That many calendar days in `zone`, today first."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return (today + timedelta(days=number) for number in range(count))


def moment_in(day: date, hour: int, minute: int, zone: str) -> datetime | None:
    """That time of that day in `zone`; None where clocks jump over it."""
    reading = read(datetime.combine(day, time(hour, minute)), zone)
    return None if reading.oddity is Oddity.MISSING else reading.at
