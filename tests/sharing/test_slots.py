"""Good moments: allowed, ahead, plain where little is known, a person's own where much is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.sharing.hours import Hours
from advocacy.sharing.slots import SOONEST, Ground, Part, Result, best_slots, taste_of

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago")
HOURS = st.builds(
    lambda days, opens, length, a_day: Hours(days, opens, min(opens + length, 24), a_day),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 23),
    st.integers(1, 24),
    st.integers(1, 12),
)
YEARS = (datetime(2024, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 (a wall clock)
NOW = st.datetimes(*YEARS, timezones=st.just(UTC))
RESULTS = st.lists(st.builds(Result, NOW, st.integers(0, 5000)), max_size=40)
MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def results(count: int, weekday: int, hour: int, readers: int, zone: str = "Europe/Paris") -> list[Result]:
    first = datetime(2026, 6, 1 + weekday, hour, 5, tzinfo=ZoneInfo(zone))  # 1 June 2026 is a Monday
    return [Result((first + timedelta(weeks=number)).astimezone(UTC), readers) for number in range(count)]


@given(RESULTS, st.sampled_from(ZONES), HOURS, NOW, st.integers(1, 10**9), st.integers(1, 10**9))
@settings(max_examples=80)
def test_every_suggestion_is_allowed_ahead_and_of_its_own(found, zone, hours, now, person, post):
    slots = best_slots(taste_of(found, zone), zone, hours, now, (person, post))
    assert len(slots) <= 3
    assert len({slot.at for slot in slots}) == len(slots)
    for slot in slots:
        local = slot.at.astimezone(ZoneInfo(zone))
        assert slot.at >= now + SOONEST
        assert slot.at <= now + timedelta(days=9)
        assert hours.hold(local)
        assert 10 <= local.minute <= 50
    if len(hours.days) >= 4:
        assert len({slot.at.astimezone(ZoneInfo(zone)).date() for slot in slots}) == 3


@given(RESULTS, st.sampled_from(ZONES), HOURS, NOW)
@settings(max_examples=40)
def test_the_same_facts_give_the_same_moments(found, zone, hours, now):
    again = [best_slots(taste_of(found, zone), zone, hours, now, (1, 2)) for _time in range(2)]
    assert again[0] == again[1]


def test_without_results_it_is_a_usual_moment_and_says_so():
    slots = best_slots(taste_of([], "Europe/Paris"), "Europe/Paris", Hours(), MONDAY, (1, 2))
    assert {slot.ground for slot in slots} == {Ground.NOTHING}
    local = slots[0].at.astimezone(ZoneInfo("Europe/Paris"))
    assert (local.weekday(), local.hour, slots[0].part) == (1, 9, Part.MORNING)
    unread = taste_of(results(20, 3, 15, 0), "Europe/Paris")
    assert best_slots(unread, "Europe/Paris", Hours(), MONDAY, (1, 2)) == slots


def test_a_few_results_are_not_spoken_of():
    taste = taste_of(results(3, 3, 15, 500), "Europe/Paris")
    assert {slot.ground for slot in best_slots(taste, "Europe/Paris", Hours(), MONDAY, (1, 2))} == {Ground.LITTLE}


@pytest.mark.parametrize(
    ("weekday", "hour", "part"),
    [(1, 9, Part.MORNING), (3, 15, Part.AFTERNOON), (2, 12, Part.MIDDAY), (5, 10, Part.WEEKEND)],
)
def test_where_a_persons_posts_are_read_comes_first(weekday, hour, part):
    """Twelve good ones at one time, twelve poor ones at another."""
    poor = 16 if part is not Part.AFTERNOON else 9
    taste = taste_of(results(12, weekday, hour, 60) + results(12, 0, poor, 4), "Europe/Paris")
    every_day = Hours(frozenset(range(7)), 8, 18)
    best = best_slots(taste, "Europe/Paris", every_day, MONDAY, (1, 2))[0]
    local = best.at.astimezone(ZoneInfo("Europe/Paris"))
    assert (local.weekday(), local.hour) == (weekday, hour)
    assert (best.part, best.ground, best.results) == (part, Ground.OWN, 24)


def test_one_post_that_everybody_read_does_not_make_an_hour():
    taste = taste_of([*results(1, 4, 17, 100_000), *results(12, 1, 9, 50)], "Europe/Paris")
    assert taste.score(1, 9) > taste.score(4, 17)


def test_the_clock_is_the_persons():
    """Read at nine in Montreal, which is three in the afternoon in Paris."""
    taste = taste_of(
        results(10, 2, 9, 80, "America/Montreal") + results(10, 2, 16, 5, "America/Montreal"), "America/Montreal"
    )
    best = best_slots(taste, "America/Montreal", Hours(), MONDAY, (1, 2))[0]
    assert best.at.astimezone(ZoneInfo("America/Montreal")).hour == 9
