"""Moments on a person's own clock, across every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.sharing.hours import Oddity, days_from, is_second, local_time, moment_in, read

ZONES = (
    "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC",
    "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "Asia/Kolkata",
)  # fmt: skip
DECADES = (datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 (a wall clock)
TYPED = st.datetimes(*DECADES).map(lambda at: at.replace(second=0, microsecond=0))


@given(TYPED, st.sampled_from(ZONES), st.booleans())
def test_what_is_typed_is_what_the_clock_shows_unless_it_never_does(typed, zone, second):
    reading = read(typed, zone, second=second)
    assert reading.at.tzinfo is UTC
    shown = local_time(reading.at, zone)
    if reading.oddity is Oddity.MISSING:
        assert typed < shown <= typed + timedelta(hours=24)
        for minutes in range(0, 26 * 60, 5):
            near = reading.at + timedelta(minutes=minutes - 13 * 60)
            assert local_time(near, zone) != typed
    else:
        assert shown == typed


@given(TYPED, st.sampled_from(ZONES))
def test_a_time_that_comes_twice_has_two_moments_and_each_can_be_chosen(typed, zone):
    first, second = read(typed, zone), read(typed, zone, second=True)
    if first.oddity is Oddity.TWICE:
        assert first.at < second.at
        assert local_time(first.at, zone) == local_time(second.at, zone) == typed
        assert (is_second(first.at, zone), is_second(second.at, zone)) == (False, True)
    else:
        assert first == second


@given(st.datetimes(*DECADES, timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_every_moment_comes_back_from_what_the_clock_shows(moment, zone):
    moment = moment.replace(second=0, microsecond=0)
    assert read(local_time(moment, zone), zone, second=is_second(moment, zone)).at == moment


@pytest.mark.parametrize(
    ("typed", "zone", "oddity", "at"),
    [
        ("2027-03-28T02:30", "Europe/Paris", Oddity.MISSING, "2027-03-28T01:30+00:00"),
        ("2027-10-31T02:30", "Europe/Paris", Oddity.TWICE, "2027-10-31T00:30+00:00"),
        ("2026-11-24T09:10", "Europe/Paris", None, "2026-11-24T08:10+00:00"),
        ("2027-03-14T02:30", "America/New_York", Oddity.MISSING, "2027-03-14T07:30+00:00"),
        ("2027-04-04T01:45", "Australia/Lord_Howe", Oddity.TWICE, "2027-04-03T14:45+00:00"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", Oddity.MISSING, "2027-10-02T15:45+00:00"),
    ],
)
def test_known_nights(typed, zone, oddity, at):
    reading = read(datetime.fromisoformat(typed), zone)
    assert (reading.oddity, reading.at) == (oddity, datetime.fromisoformat(at))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 23), st.integers(0, 59), st.sampled_from(ZONES))
def test_a_moment_of_a_day_is_on_that_day_or_is_not(day, hour, minute, zone):
    at = moment_in(day, hour, minute, zone)
    if at is not None:
        assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, time(hour, minute))


def test_days_are_those_of_the_clock():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert next(days_from(late, "Europe/Paris", 1)) == date(2026, 11, 24)
    assert next(days_from(late, "America/New_York", 1)) == date(2026, 11, 23)
