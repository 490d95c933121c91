"""Figures, dates and hours as the reader writes them: pure functions, and the filters that ask who the reader is.

Grouping and names of days come from Babel; what it does not know (`9 h 02`, `1er`, where spaces go) is in MANNERS.
A value that is not known is a dash, never a zero.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _

from advocacy.clock import utcnow

UNKNOWN: Final = "—"
EXACT_UP_TO: Final = 9_999
Figure = int | float | Decimal | None


@dataclass(frozen=True)
class Manner:
    """What a language does its own way."""

    percent: str
    money: str
    clock: str
    first: str


MANNERS: Final = {
    "fr": Manner(percent="{}\u00a0%", money="#,##0.00\u00a0¤", clock="{hour}\u00a0h\u00a0{minute:02}", first="1er"),
    "en": Manner(percent="{}%", money="¤#,##0.00", clock="{hour:02}:{minute:02}", first="1"),
}


def manner_of(locale: Locale) -> Manner:
    """The manner of a language; English for one we do not know."""
    return MANNERS.get(locale.language, MANNERS["en"])


def number(value: Figure, locale: Locale, digits: int = 0) -> str:
    """`1 240` or `1,240`, with exactly `digits` decimals."""
    if value is None:
        return UNKNOWN
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=locale)


def rounded(value: Figure, locale: Locale) -> str:
    """A count as a headline shows it: exact up to 9 999, then to three digits (`142 000`)."""
    if value is None:
        return UNKNOWN
    whole = round(value)
    if abs(whole) > EXACT_UP_TO:
        whole = round(whole, 3 - len(str(abs(whole))))
    return number(whole, locale)


def percent(ratio: Figure, locale: Locale, digits: int = 1) -> str:
    """A ratio (0.18) as `18,0 %` or `18.0%`."""
    if ratio is None:
        return UNKNOWN
    return manner_of(locale).percent.format(number(Decimal(str(ratio)) * 100, locale, digits))


def money(minor_units: int | None, locale: Locale, currency: str = "EUR") -> str:
    """An amount in cents as `2 140 €` or `€2,140`; cents are shown only when there are some."""
    if minor_units is None:
        return UNKNOWN
    pattern = manner_of(locale).money
    if minor_units % 100 == 0:
        pattern = pattern.replace(".00", "")
    amount = Decimal(minor_units) / 100
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)


def _local(value: datetime, tz: tzinfo) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return value.astimezone(tz)


def day(value: date | datetime | None, locale: Locale, tz: tzinfo, today: date | None = None) -> str:
    """`jeu. 26 nov.` or `Thu 26 Nov`; with its year when `today` is given and the year is another."""
    if value is None:
        return UNKNOWN
    local = _local(value, tz).date() if isinstance(value, datetime) else value
    number_of_day = f"'{manner_of(locale).first}'" if local.day == 1 else "d"
    year = " y" if today is not None and today.year != local.year else ""
    return format_date(local, f"EEE {number_of_day} MMM{year}", locale=locale)


def hour_of_day(hour: int, locale: Locale) -> str:
    """A full hour of any day, 24 included: `8 h 00`, `08:00`."""
    return manner_of(locale).clock.format(hour=hour, minute=0)


def clock_time(value: datetime | None, locale: Locale, tz: tzinfo) -> str:
    """`9 h 02` or `09:02`."""
    if value is None:
        return UNKNOWN
    local = _local(value, tz)
    return manner_of(locale).clock.format(hour=local.hour, minute=local.minute)


def moment(value: datetime | None, locale: Locale, tz: tzinfo, today: date | None = None) -> str:
    """Day and time: `jeu. 26 nov., 9 h 02` or `Thu 26 Nov, 09:02`."""
    if value is None:
        return UNKNOWN
    return f"{day(value, locale, tz, today)}, {clock_time(value, locale, tz)}"


def age(value: datetime, tz: tzinfo, now: datetime) -> tuple[str, int]:
    """How long ago, in the largest unit that fits: ("now" | "minutes" | "hours" | "yesterday" | "day", how many)."""
    then, today = _local(value, tz), _local(now, tz)
    minutes = (now - value) // timedelta(minutes=1)
    if minutes < 0:
        return "day", 0
    if minutes < 60:
        return ("minutes", minutes) if minutes else ("now", 0)
    if then.date() == today.date():
        return "hours", minutes // 60
    if then.date() == today.date() - timedelta(days=1):
        return "yesterday", 0
    return "day", 0


def _ago(value: datetime | None) -> str:
    """`il y a 2 h`, `hier`, then the day, for the reader of this page."""
    if value is None:
        return UNKNOWN
    unit, count = age(value, get_timezone(), utcnow())
    match unit:
        case "now":
            return str(_("just now"))
        case "minutes":
            return str(_("%(count)s min ago", count=count))
        case "hours":
            return str(_("%(count)s h ago", count=count))
        case "yesterday":
            return str(_("yesterday"))
    return day(value, reading_locale(), get_timezone(), _today())


def moment_in_words(value: datetime) -> str:
    """Day and time for the reader of this page, for sentences put together in code."""
    return moment(value, reading_locale(), get_timezone(), _today())


def _points(value: int | None) -> str:
    """`1 point`, `1 240 points`, for the reader of this page."""
    if value is None:
        return UNKNOWN
    return str(ngettext("%(points)s point", "%(points)s points", value, points=number(value, reading_locale())))


def reading_locale() -> Locale:
    """The language of whoever reads this page, or whom this request answers."""
    return get_locale() or Locale("en")


def _today() -> date:
    return _local(utcnow(), get_timezone()).date()


def init_formats(app: Flask) -> None:
    """Give the templates the filters, each in the reader's language and zone."""
    app.jinja_env.filters.update(
        number=lambda value, digits=0: number(value, reading_locale(), digits),
        rounded=lambda value: rounded(value, reading_locale()),
        percent=lambda value, digits=1: percent(value, reading_locale(), digits),
        money=lambda value, currency="EUR": money(value, reading_locale(), currency),
        day=lambda value: day(value, reading_locale(), get_timezone(), _today()),
        clock_time=lambda value: clock_time(value, reading_locale(), get_timezone()),
        moment=lambda value: moment(value, reading_locale(), get_timezone(), _today()),
        ago=_ago,
        pts=_points,
        typed=lambda value: _local(value, get_timezone()).strftime("%Y-%m-%dT%H:%M"),
    )
