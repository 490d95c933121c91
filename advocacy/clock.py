"""The one clock. Time is UTC in the database and aware everywhere; the person's zone is only for showing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def utcnow() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """The first moment of `day` in `zone`, as UTC (right across daylight saving)."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def from_local(naive: datetime, zone: str) -> datetime:
    """The UTC moment that a wall clock in `zone` showed as `naive`.

    An hour that does not exist (clocks go forward) moves forward; one that exists twice is the first.
    """
    return naive.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def start_of_week(day: date) -> date:
    """The Monday of the ISO week of `day`."""
    return day - timedelta(days=day.weekday())


def start_of_month(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def start_of_quarter(day: date) -> date:
    """The first day of the quarter of `day`."""
    return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
