"""Days on which people can be expected to decide: Monday to Friday."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from advocacy.clock import from_local


def after_working_days(start: datetime, days: int, zone: str) -> datetime:
    """The same time of day `days` working days (at least 1) after `start`, by the clocks of `zone`; as UTC."""
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    left = days
    while left > 0:
        local += timedelta(days=1)
        left -= local.weekday() < 5
    return from_local(local, zone)


def is_working_day(moment: datetime, zone: str) -> bool:
    """Whether it is Monday to Friday in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).weekday() < 5
