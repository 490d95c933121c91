"""My impact: what a person's shares brought in a time, and how each figure is known. For that person only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import groupby
from typing import Final

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import func, select

from advocacy import charts
from advocacy.clock import local_day, midnight, start_of_week, utcnow
from advocacy.db import db
from advocacy.home import figures
from advocacy.home.figures import MyShare
from advocacy.home.stats import Stat, engagement_stats, reach_stats, readers_stat
from advocacy.networks import registry
from advocacy.networks.base import Capabilities
from advocacy.people.models import Person
from advocacy.recognition import explanations, ledger
from advocacy.recognition.explanations import Explained
from advocacy.recognition.ledger import Reason
from advocacy.recognition.models import PointEntry
from advocacy.tracking import service as tracking

LINES: Final = 8
SHARES: Final = 8


class Span(Enum):
    """How far back the page looks, in days of the person's calendar, today included; readers by day or by week."""

    MONTH = 30
    QUARTER = 90
    YEAR = 365

    @property
    def by_week(self) -> bool:
        """Whether the chart has a point a week."""
        return self is not Span.MONTH


@dataclass(frozen=True, slots=True)
class Ledger:
    """The newest lines of the person's points, what is before them, and the sum of all."""

    lines: list[Explained]
    older: int
    older_points: int
    total: int


@dataclass(frozen=True, slots=True)
class Impact:
    """All figures of the page. `chart` is None for who has shared nothing in that time."""

    span: Span
    stats: list[Stat]
    chart: Markup | None
    unconfirmed: list[MyShare]
    shares: list[MyShare]
    more_shares: int
    ledger: Ledger


def impact_of(person: Person, span: Span) -> Impact:
    """What this person's shares brought in the time."""
    zone = person.time_zone
    since = midnight(local_day(utcnow(), zone) - timedelta(days=span.value - 1), zone)
    shares = figures.my_shares(person.id, since, since)
    out = [share for share in shares if share.is_out]
    offered = {adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()}
    totals = tracking.totals_for(person.id, since)
    days = tracking.daily_readers(person.id, since, zone)
    readers = sum(count for _day, count in days)
    return Impact(
        span=span,
        stats=_stats(person, since, out, offered, readers, totals.robots + totals.previews),
        chart=readers_chart(days, by_week=span.by_week) if out or readers else None,
        unconfirmed=[share for share in shares if share.is_unconfirmed],
        shares=[share for share in shares if not share.is_unconfirmed][:SHARES],
        more_shares=max(len(shares) - SHARES, 0),
        ledger=_ledger(person),
    )


def _stats(
    person: Person,
    since: datetime,
    out: Sequence[MyShare],
    offered: dict[str, Capabilities],
    readers: int,
    robots: int,
) -> list[Stat]:
    earned = select(func.coalesce(func.sum(PointEntry.points), 0)).where(
        PointEntry.person_id == person.id, PointEntry.earned_at >= since
    )
    source = ngettext("earned with %(num)d share", "earned with %(num)d shares", len(out))
    return [
        *reach_stats(figures.measured(out, "reach", offered)),
        readers_stat(readers, robots),
        *engagement_stats(figures.measured(out, "engagement", offered)),
        Stat(_("Points"), int(db.session.scalar(earned) or 0), "ours", source),
    ]


def readers_chart(days: Sequence[tuple[date, int]], *, by_week: bool) -> Markup:
    """Readers by day, or by ISO week: the first and the last week may be shorter."""
    points = _weeks(days) if by_week else [(_day_name(day), count) for day, count in days]
    names, values = [name for name, _count in points], [count for _name, count in points]
    title = _("Clicks by week") if by_week else _("Clicks by day")
    series = charts.Series(_("Clicks"), values, "ours", _("counted by us"))
    return charts.lines(title, names, [series], every=max(1, len(names) // 5), ticks=2)


def _weeks(days: Sequence[tuple[date, int]]) -> list[tuple[str, int]]:
    sums: dict[date, int] = {}
    for day, count in days:
        monday = start_of_week(day)
        sums[monday] = sums.get(monday, 0) + count
    return [(_("W%(week)d", week=monday.isocalendar().week), count) for monday, count in sums.items()]


def _day_name(day: date) -> str:
    return format_date(day, "d MMM", locale=get_locale())


def _ledger(person: Person) -> Ledger:
    page = ledger.page_of(person.id)
    runs = [list(run) for _key, run in groupby(page.entries, lambda entry: _same(entry, person.time_zone))]
    shown, rest = runs[:LINES], [entry for run in runs[LINES:] for entry in run]
    firsts = explanations.explain([run[0] for run in shown])
    return Ledger(
        lines=[_together(line, run) for line, run in zip(firsts, shown, strict=True)],
        older=page.older + len(rest),
        older_points=page.older_points + sum(entry.points for entry in rest),
        total=page.total,
    )


def _same(entry: PointEntry, zone: str) -> tuple[object, ...]:
    """What neighbouring lines have in common to be told as one: readers of one share on one day."""
    if entry.reason == Reason.READER and entry.points:
        return (entry.reason, entry.note.get("share_id"), local_day(entry.earned_at, zone))
    return (entry.id,)


def _together(line: Explained, run: list[PointEntry]) -> Explained:
    if len(run) == 1:
        return line
    sentence = ngettext("%(num)d reader of your link", "%(num)d readers of your link", len(run))
    return replace(line, sentence=sentence, points=sum(entry.points for entry in run))
