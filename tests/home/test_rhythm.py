from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.clock import midnight
from advocacy.home.rhythm import WEEKS, Beat, rhythm_of

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu")
days = st.dates(date(2019, 1, 1), date(2031, 12, 31))
zones = st.sampled_from(ZONES)
moments = st.integers(1_546_300_800, 1_956_441_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def noon(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))


@given(st.lists(moments, max_size=30), zones, days)
def test_eight_mondays_in_a_row_end_with_this_week(published: list[datetime], zone: str, today: date) -> None:
    weeks = rhythm_of(published, zone, today).weeks
    assert len(weeks) == WEEKS
    assert all(week.monday.weekday() == 0 for week in weeks)
    assert all(later.monday - earlier.monday == timedelta(days=7) for earlier, later in pairwise(weeks))
    assert weeks[-1].monday <= today <= weeks[-1].monday + timedelta(days=6)
    assert all(week.number == week.monday.isocalendar().week for week in weeks)


@given(st.lists(moments, max_size=30), zones, days)
def test_a_week_is_on_exactly_if_a_share_fell_in_it_on_the_persons_calendar(
    published: list[datetime], zone: str, today: date
) -> None:
    iso = {moment.astimezone(ZoneInfo(zone)).isocalendar()[:2] for moment in published}
    for week in rhythm_of(published, zone, today).weeks:
        assert (week.beat is Beat.ON) == (week.monday.isocalendar()[:2] in iso)
        assert (week.beat is Beat.NOW) <= (week.monday == today - timedelta(days=today.weekday()))


@given(st.integers(0, 60), zones, days, st.booleans())
def test_a_streak_counts_weeks_back_from_now_across_year_ends(
    length: int, zone: str, today: date, already: bool
) -> None:
    skipped = 0 if already else 1
    published = [noon(today - timedelta(weeks=back), zone) for back in range(skipped, skipped + length)]
    assert rhythm_of(published, zone, today).streak == length


@given(st.integers(1, 20), zones, days)
def test_two_weeks_without_a_share_end_a_streak(length: int, zone: str, today: date) -> None:
    published = [noon(today - timedelta(weeks=back), zone) for back in range(2, 2 + length)]
    assert rhythm_of(published, zone, today).streak == 0


@pytest.mark.parametrize("zone", ZONES)
def test_midnight_of_monday_parts_two_weeks(zone: str) -> None:
    monday = date(2026, 1, 5)
    before, after = midnight(monday, zone) - timedelta(microseconds=1), midnight(monday, zone)
    assert [week.beat for week in rhythm_of([before], zone, monday).weeks][-2:] == [Beat.ON, Beat.NOW]
    assert [week.beat for week in rhythm_of([after], zone, monday).weeks][-2:] == [Beat.NONE, Beat.ON]


def test_the_long_year_has_a_week_53() -> None:
    weeks = rhythm_of([], "Europe/Paris", date(2027, 1, 6)).weeks
    assert [week.number for week in weeks] == [47, 48, 49, 50, 51, 52, 53, 1]
