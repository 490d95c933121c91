"""When each content of a queue goes: a pure function of the queue, the allowed hours, results and the clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from advocacy.sharing.hours import FARTHEST, Hours, days_from, moment_in
from advocacy.sharing.slots import SOONEST, Taste, hours_of_day
from advocacy.sharing.staggering import minute_of_hour

_APART: Final = 2
"""Hours that two contents of a day keep between them where the day is long enough."""
_BESIDE: Final = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Line:
    """A queue's person: clock, hours, results, and the moments at which they share anyway."""

    person_id: int
    zone: str
    hours: Hours
    taste: Taste
    taken: tuple[datetime, ...] = ()


def plan(line: Line, post_ids: Sequence[int], now: datetime, full: Collection[datetime] = ()) -> list[datetime]:
    """A moment for each of the posts, in this order; fewer than posts where the coming 90 days have no room.

    Every moment is allowed, none is sooner than SOONEST, no day gets more than the person wants (what they share
    anyway counts), and the minute is the person's own for that post. `full`: moments that are not to be used.
    """
    moments: list[datetime] = []
    for day in days_from(now, line.zone, FARTHEST.days):
        for hour in _hours_for(line, day, now):
            if len(moments) == len(post_ids):
                return moments
            at = moment_in(day, hour, minute_of_hour(line.person_id, post_ids[len(moments)]), line.zone)
            if at is not None and at >= now + SOONEST and at not in full:
                moments.append(at)
    return moments


def _hours_for(line: Line, day: date, now: datetime) -> list[int]:
    """The hours of the day that are free, in order: the best ones, as many as the day still takes."""
    shared = [at for at in line.taken if at.astimezone(ZoneInfo(line.zone)).date() == day]
    room = line.hours.a_day - len(shared)
    free = [hour for hour in hours_of_day(day, line.hours, line.taste) if _is_free(line, day, hour, now, shared)]
    chosen: list[int] = []
    for apart in (_APART, 1):
        for hour in free:
            if len(chosen) < room and all(abs(hour - other) >= apart for other in chosen):
                chosen.append(hour)
    return sorted(chosen)


def _is_free(line: Line, day: date, hour: int, now: datetime, shared: Sequence[datetime]) -> bool:
    """Whether the hour is still ahead, by its earliest minute, and nothing else of the person goes beside it."""
    middle, first = moment_in(day, hour, 30, line.zone), moment_in(day, hour, 10, line.zone)
    if middle is None or first is None or first < now + SOONEST:
        return False
    return all(abs(middle - at) > _BESIDE for at in shared)
