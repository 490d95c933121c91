"""Figures and dates, as each reader writes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from flask import Flask, render_template_string
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from advocacy import formats
from advocacy.clock import utcnow

FR, EN = Locale("fr"), Locale("en")
PARIS = ZoneInfo("Europe/Paris")
WHEN = datetime(2026, 11, 26, 8, 2, tzinfo=UTC)
locales = st.sampled_from([FR, EN])
moments = st.integers(946_771_200, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
zones = st.sampled_from(["Europe/Paris", "UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"]).map(
    ZoneInfo
)


@pytest.mark.parametrize(
    ("said", "french", "english"),
    [
        (lambda to: formats.number(1240, to), "1\u202f240", "1,240"),
        (lambda to: formats.number(0, to), "0", "0"),
        (lambda to: formats.number(3.14159, to, 2), "3,14", "3.14"),
        (lambda to: formats.rounded(9_999, to), "9\u202f999", "9,999"),
        (lambda to: formats.rounded(142_345, to), "142\u202f000", "142,000"),
        (lambda to: formats.percent(0.18, to), "18,0\u00a0%", "18.0%"),
        (lambda to: formats.percent(1, to, 0), "100\u00a0%", "100%"),
        (lambda to: formats.money(214_000, to), "2\u202f140\u00a0€", "€2,140"),
        (lambda to: formats.money(1_250, to), "12,50\u00a0€", "€12.50"),
        (lambda to: formats.day(WHEN, to, PARIS), "jeu. 26 nov.", "Thu 26 Nov"),
        (
            lambda to: formats.day(date(2027, 1, 1), to, PARIS, date(2026, 1, 1)),
            "ven. 1er janv. 2027",
            "Fri 1 Jan 2027",
        ),
        (lambda to: formats.clock_time(WHEN, to, PARIS), "9\u00a0h\u00a002", "09:02"),
        (lambda to: formats.moment(WHEN, to, PARIS), "jeu. 26 nov., 9\u00a0h\u00a002", "Thu 26 Nov, 09:02"),
    ],
)
def test_each_language_in_its_own_manner(said, french, english):
    assert (said(FR), said(EN)) == (french, english)


def test_the_unknown_is_a_dash_and_never_a_zero():
    plain = [formats.number(None, FR), formats.rounded(None, FR), formats.percent(None, FR), formats.money(None, FR)]
    dated = [formats.day(None, FR, PARIS), formats.clock_time(None, FR, PARIS), formats.moment(None, FR, PARIS)]
    assert {*plain, *dated} == {"—"}


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        formats.day(WHEN.replace(tzinfo=None), FR, PARIS)


def test_a_day_without_hours_does_not_move_with_the_zone():
    assert formats.day(date(2026, 11, 26), EN, ZoneInfo("Pacific/Auckland")) == "Thu 26 Nov"


@given(st.integers(-(10**12), 10**12), locales)
def test_a_number_can_be_read_back(value, locale):
    assert int(formats.number(value, locale).replace("\u202f", "").replace(",", "")) == value


@given(st.integers(0, 10**12), locales)
def test_a_rounded_count_is_exact_or_has_three_digits(value, locale):
    shown = int(formats.rounded(value, locale).replace("\u202f", "").replace(",", ""))
    if value <= formats.EXACT_UP_TO:
        assert shown == value
    else:
        assert len(str(shown).rstrip("0")) <= 3
        assert abs(shown - value) <= value * 0.005


@given(st.integers(-(10**9), 10**9), locales)
def test_no_cent_is_lost(cents, locale):
    shown = "".join(char for char in formats.money(cents, locale) if char.isdigit() or char in "-.,")
    digits = "".join(char for char in shown if char.isdigit())
    assert int(digits) == abs(cents) // (1 if cents % 100 else 100)
    assert shown.startswith("-") == (cents < 0)


@given(moments, zones, locales)
def test_the_hour_is_the_one_on_the_readers_wall(moment, zone, locale):
    shown = formats.clock_time(moment, locale, zone).replace("\u00a0h\u00a0", ":")
    hour, minute = (int(part) for part in shown.split(":"))
    local = moment.astimezone(zone)
    assert (hour, minute) == (local.hour, local.minute)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=3)), zones)
def test_age_is_told_in_the_largest_unit_that_is_true(then, passed, zone):
    now = then + passed
    unit, count = formats.age(then, zone, now)
    days_between = (now.astimezone(zone).date() - then.astimezone(zone).date()).days
    match unit:
        case "now":
            assert passed < timedelta(minutes=1)
        case "minutes":
            assert 1 <= count < 60
            assert timedelta(minutes=count) <= passed < timedelta(minutes=count + 1)
        case "hours":
            assert days_between == 0
            assert count >= 1
        case "yesterday":
            assert days_between == 1
        case "day":
            assert days_between > 1


def test_what_is_still_to_come_is_not_ago():
    assert formats.age(WHEN, PARIS, WHEN - timedelta(hours=3)) == ("day", 0)


@pytest.fixture
def english() -> Iterator[Flask]:
    app = Flask(__name__, static_folder=None)
    Babel(app, default_locale="en", default_timezone="Europe/Paris")
    formats.init_formats(app)
    with app.test_request_context():
        yield app


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ 1240|number }} {{ 12345|rounded }} {{ 0.5|percent }} {{ 500|money }}", "1,240 12,300 50.0% €5"),
        ("{{ 1|pts }}, {{ 1240|pts }}, {{ none|pts }}", "1 point, 1,240 points, —"),
        ("{{ now|ago }}, {{ minutes|ago }}, {{ none|ago }}", "just now, 5 min ago, —"),
    ],
)
def test_the_filters_of_the_pages(english, template, shown):
    now = utcnow()
    assert render_template_string(template, now=now, minutes=now - timedelta(minutes=5, seconds=2)) == shown


def test_filters_use_the_readers_zone(english):
    year = utcnow().astimezone(PARIS).year
    when = datetime(year, 7, 14, 22, 30, tzinfo=UTC)
    assert render_template_string("{{ when|moment }}", when=when).endswith("15 Jul, 00:30")
    assert render_template_string("{{ when|day }}", when=when).endswith("15 Jul")
    assert render_template_string("{{ when|clock_time }}", when=when) == "00:30"
    assert render_template_string("{{ when|ago }}", when=when.replace(year=year - 2)).endswith(f"15 Jul {year - 2}")
