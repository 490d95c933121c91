"""Room under a cap: pure functions of the moments that are taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta


def fits(at: datetime, taken: Iterable[datetime], most: int, span: timedelta) -> bool:
    """Whether one more at this moment leaves at most `most` in any `span` around it."""
    return sum(1 for other in taken if abs(other - at) < span) < most


def first_fit(at: datetime, taken: Sequence[datetime], most: int, span: timedelta) -> datetime | None:
    """The first moment from `at` on that fits; None where there is never room."""
    if most < 1:
        return None
    candidates = [at, *sorted(other + span for other in taken if other + span > at)]
    return next((one for one in candidates if fits(one, taken, most, span)), None)


def first_day(day: date, taken: Counter[date], most: int, farthest: int) -> date | None:
    """The first day after `day`, within so many, with room for one more; None where there is none."""
    days = (day + timedelta(days=number) for number in range(1, farthest + 1))
    return next((one for one in days if taken[one] < most), None)
