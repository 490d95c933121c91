"""The rhythm of a person: in which of the last weeks they shared. ISO weeks, by their own calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from advocacy.clock import local_day, start_of_week

WEEKS: Final = 8
_WEEK: Final = timedelta(weeks=1)


class Beat(StrEnum):
    """What a week was like; `now` is this week while nothing was shared in it yet."""

    ON = "on"
    NONE = "none"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday."""

    monday: date
    beat: Beat

    @property
    def number(self) -> int:
        """The number of the ISO week, 1 to 53."""
        return self.monday.isocalendar().week


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The last WEEKS weeks, this one last, and how many weeks in a row had a share up to now. This week breaks nothing
    while it lasts."""

    weeks: tuple[Week, ...]
    streak: int


def rhythm_of(published: Iterable[datetime], zone: str, today: date) -> Rhythm:
    """The rhythm that these moments of publishing make, on the calendar of `zone`, where it is `today`."""
    shared = {start_of_week(local_day(moment, zone)) for moment in published}
    this_week = start_of_week(today)
    mondays = [this_week - _WEEK * back for back in reversed(range(WEEKS))]
    return Rhythm(
        tuple(Week(monday, _beat(monday, shared, this_week)) for monday in mondays), _streak(shared, this_week)
    )


def _beat(monday: date, shared: set[date], this_week: date) -> Beat:
    if monday in shared:
        return Beat.ON
    return Beat.NOW if monday == this_week else Beat.NONE


def _streak(shared: set[date], this_week: date) -> int:
    monday = this_week if this_week in shared else this_week - _WEEK
    count = 0
    while monday in shared:
        count += 1
        monday -= _WEEK
    return count
