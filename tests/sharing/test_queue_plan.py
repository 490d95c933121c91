"""The plan of a queue, and room under caps: every promise, for any hours, zone and night."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.sharing.hours import USUAL
from advocacy.sharing.queue_plan import Line, plan
from advocacy.sharing.room import first_day, first_fit, fits
from advocacy.sharing.slots import SOONEST, Taste
from tests.sharing.test_slots import HOURS, NOW, ZONES

TAKEN = st.lists(st.integers(0, 20 * 24 * 60), max_size=6)
POSTS = st.lists(st.integers(1, 10**6), max_size=25)


@given(POSTS, HOURS, st.sampled_from(ZONES), NOW, TAKEN, st.integers(1, 10**6))
@settings(max_examples=80)
def test_every_content_gets_an_allowed_moment_of_its_own(posts, hours, zone, now, taken, person):
    shared = tuple(sorted(now + timedelta(minutes=minutes) for minutes in taken))
    moments = plan(Line(person, zone, hours, Taste(()), shared), posts, now)
    assert moments == sorted(set(moments))
    assert all(at >= now + SOONEST and hours.hold(at.astimezone(ZoneInfo(zone))) for at in moments)
    days = Counter(at.astimezone(ZoneInfo(zone)).date() for at in moments)
    others = Counter(at.astimezone(ZoneInfo(zone)).date() for at in shared)
    assert all(count + others[day] <= hours.a_day for day, count in days.items())
    assert all(abs(at - other) >= timedelta(minutes=20) for at in moments for other in shared)
    weeks_of_room = len(hours.days) * min(hours.a_day, hours.closes - hours.opens)
    if len(posts) < 4 * weeks_of_room - len(taken):
        assert len(moments) == len(posts)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=12, unique=True), st.sampled_from(ZONES), NOW)
@settings(max_examples=40)
def test_order_is_kept_and_the_first_does_not_depend_on_the_last(posts, zone, now):
    line = Line(7, zone, HOURS_OF_DAY, Taste(()))
    assert plan(line, posts, now)[:-1] == plan(line, posts[:-1], now)


HOURS_OF_DAY = USUAL


def test_a_day_that_is_short_takes_what_it_can():
    monday = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    line = Line(1, "UTC", type(HOURS_OF_DAY)(frozenset({0}), 9, 11, 12), Taste(()))
    moments = plan(line, [1, 2, 3, 4, 5], monday)
    assert [at.date() for at in moments] == [
        date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 7)
    ]  # fmt: skip


def test_what_is_full_is_left_out():
    now = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    line = Line(1, "UTC", HOURS_OF_DAY, Taste(()))
    [first] = plan(line, [1], now)
    [other] = plan(line, [1], now, {first})
    assert other > first


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(1, 5), st.integers(1, 600), st.integers(0, 6000))
def test_the_first_fit_fits_and_nothing_fits_before(minutes, most, span, wished):
    start = datetime(2026, 11, 23, tzinfo=UTC)
    taken = [start + timedelta(minutes=minute) for minute in minutes]
    at, width = start + timedelta(minutes=wished), timedelta(minutes=span)
    free = first_fit(at, taken, most, width)
    assert free is not None
    assert fits(free, taken, most, width)
    assert free >= at
    assert not any(
        fits(at + timedelta(minutes=step), taken, most, width) for step in range((free - at) // timedelta(minutes=1))
    )


def test_the_first_day_with_room():
    monday = date(2026, 11, 23)
    taken = Counter({monday: 5, monday + timedelta(1): 5, monday + timedelta(2): 4})
    assert first_day(monday, taken, 5, 89) == monday + timedelta(2)
    assert first_day(monday, Counter({monday + timedelta(n): 1 for n in range(1, 90)}), 1, 89) is None
