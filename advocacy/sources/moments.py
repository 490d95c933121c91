"""Dates as documents give them, made usable or left out."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST_YEAR = 1990
_AHEAD = timedelta(days=1)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment in UTC, or None when it is absurd: before 1990 or more than a day ahead of `now`. A naive one is
    taken as UTC.
    """
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment.year >= EARLIEST_YEAR and moment <= now + _AHEAD else None


def read_moment(text: str, now: datetime) -> datetime | None:
    """A moment written by RFC 3339/ISO 8601 or RFC 5322, as `believable` has it; None for everything else."""
    text = text.strip()[:60]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return believable(read(text), now)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
