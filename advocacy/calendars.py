"""Calendars of a week or a month: whole weeks, Monday first, on somebody's own clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

from babel.dates import format_date, get_day_names
from flask import request
from flask_babel import get_locale

from advocacy.clock import local_day, midnight, start_of_month, start_of_week, utcnow

FIRST, LAST = date(2000, 1, 3), date(2199, 12, 1)
_WEEK: Final = timedelta(days=7)


class Span(StrEnum):
    """How much a calendar shows."""

    WEEK = "week"
    MONTH = "month"


class Dated(Protocol):
    """Something that stands on a calendar."""

    @property
    def at(self) -> datetime:
        """Its moment."""


E = TypeVar("E", bound=Dated)


@dataclass(slots=True)
class Day(Generic[E]):
    """A day and what is on it, in the order it was given; `outside` the month that is shown."""

    day: date
    outside: bool
    today: bool
    entries: list[E] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page(Generic[E]):
    """Whole weeks, Monday first; days to go to for the page before and after; whether there is more than is shown."""

    span: Span
    on: date
    weeks: list[list[Day[E]]]
    before: date | None
    after: date | None
    cut: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The days of a page that is to be filled: `first` to the day before `beyond`, and their moments in the zone."""

    span: Span
    on: date
    zone: str
    first: date
    beyond: date

    @property
    def start(self) -> datetime:
        """When it begins."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return midnight(self.beyond, self.zone)

    def filled(self, entries: Iterable[E], *, cut: bool) -> Page[E]:
        """The page with these on their days; those of other days are left out."""
        today, count = local_day(utcnow(), self.zone), (self.beyond - self.first).days
        days: dict[date, Day[E]] = {
            day: Day(day, self.span is Span.MONTH and day.month != self.on.month, day == today)
            for day in (self.first + timedelta(days=number) for number in range(count))
        }
        for entry in entries:
            if (day := local_day(entry.at, self.zone)) in days:
                days[day].entries.append(entry)
        ordered = list(days.values())
        before, after = _neighbours(self.span, self.on)
        weeks = [ordered[number : number + 7] for number in range(0, count, 7)]
        return Page(self.span, self.on, weeks, before, after, cut)


def sheet_of(span: Span, on: date, zone: str) -> Sheet:
    """The week or the month around `on`; days out of FIRST to LAST are the nearest of them."""
    on = min(max(on, FIRST), LAST)
    if span is Span.WEEK:
        return Sheet(span, on, zone, start_of_week(on), start_of_week(on) + _WEEK)
    first = start_of_month(on)
    last = start_of_month(first + timedelta(days=32)) - timedelta(days=1)
    return Sheet(span, on, zone, start_of_week(first), start_of_week(last) + _WEEK)


def asked(zone: str) -> tuple[Span, date]:
    """What the address asks for: ?view=week|month&on=2026-11-23, this month unless told otherwise."""
    view = request.args.get("view", "")
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = local_day(utcnow(), zone)
    return (Span(view) if view in set(Span) else Span.MONTH), on


def words_of(page: Page[Any], zone: str) -> dict[str, Any]:
    """What templates/parts/calendar.html needs besides the page, in the reader's language."""
    locale = get_locale()
    names = get_day_names("wide", locale=locale)
    return {
        "today": local_day(utcnow(), zone),
        "month": format_date(page.on, "MMMM y", locale=locale),
        "weekdays": [names[number] for number in range(7)],
    }


def _neighbours(span: Span, on: date) -> tuple[date | None, date | None]:
    """Days of the page before and of the one after; None at either end of the calendar."""
    if span is Span.WEEK:
        before, after = on - _WEEK, on + _WEEK
    else:
        before = start_of_month(start_of_month(on) - timedelta(days=1))
        after = start_of_month(start_of_month(on) + timedelta(days=32))
    return (before if before >= FIRST else None), (after if after <= LAST else None)
