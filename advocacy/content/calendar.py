"""The calendar: what goes live and what ends, day by day, in the editor's own zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import lazyload

from advocacy.clock import local_day, midnight, start_of_month, start_of_week, utcnow
from advocacy.content.listing import Filters, Standing, bodies_of, conditions, standing_of
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.people.models import Person

MOST: Final = 500
_WEEK: Final = timedelta(days=7)
FIRST, LAST = date(2000, 1, 3), date(2199, 12, 1)


class Span(StrEnum):
    """How much the calendar shows."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happens to a post: `kind` is begins (it goes or went live), ends (it expires) or meant (a draft
    has this moment in mind)."""

    at: datetime
    kind: str
    post: Post
    standing: Standing


@dataclass(slots=True)
class Day:
    """A day and what happens on it, in order; `outside` the month that is shown."""

    day: date
    outside: bool
    today: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Whole weeks, Monday first; days to go to for the page before and after; whether more happens than is shown."""

    span: Span
    on: date
    weeks: list[list[Day]]
    before: date | None
    after: date | None
    cut: bool


def calendar_for(actor: Person, span: Span, on: date, filters: Filters) -> Page:
    """The week or the month around `on` for an editor; days out of FIRST to LAST are the nearest of them."""
    on = min(max(on, FIRST), LAST)
    first, beyond = edges_of(span, on)
    zone = actor.time_zone
    today = local_day(utcnow(), zone)
    count = (beyond - first).days
    days = {
        day: Day(day, span is Span.MONTH and day.month != on.month, day == today)
        for day in (first + timedelta(days=n) for n in range(count))
    }
    start, end = midnight(first, zone), midnight(beyond, zone)
    posts = _posts(actor, filters, start, end)
    for entry in sorted(
        (one for post in posts[:MOST] for one in _entries(post)), key=lambda one: (one.at, one.post.id)
    ):
        if start <= entry.at < end:
            days[local_day(entry.at, zone)].entries.append(entry)
    ordered = list(days.values())
    weeks = [ordered[n : n + 7] for n in range(0, count, 7)]
    before, after = neighbours_of(span, on)
    return Page(span, on, weeks, before, after, len(posts) > MOST)


def edges_of(span: Span, on: date) -> tuple[date, date]:
    """The first day of what is shown around `on`, a Monday, and the day after the last."""
    if span is Span.WEEK:
        return start_of_week(on), start_of_week(on) + _WEEK
    first = start_of_month(on)
    last = start_of_month(first + timedelta(days=32)) - timedelta(days=1)
    return start_of_week(first), start_of_week(last) + _WEEK


def neighbours_of(span: Span, on: date) -> tuple[date | None, date | None]:
    """Days of the page before and of the one after; None at either end of the calendar."""
    if span is Span.WEEK:
        before, after = on - _WEEK, on + _WEEK
    else:
        before = start_of_month(start_of_month(on) - timedelta(days=1))
        after = start_of_month(start_of_month(on) + timedelta(days=32))
    return (before if before >= FIRST else None), (after if after <= LAST else None)


def _posts(actor: Person, filters: Filters, start: datetime, end: datetime) -> list[Post]:
    within = or_(
        and_(Post.publish_at >= start, Post.publish_at < end), and_(Post.expires_at >= start, Post.expires_at < end)
    )
    shown = Post.state != PostState.WITHDRAWN.value
    query = select(Post).where(*conditions(actor, bodies_of(actor), filters), within, shown)
    options = (lazyload(Post.audiences), lazyload(Post.wordings), lazyload(Post.topics))
    rows = db.session.scalars(query.order_by(Post.publish_at, Post.id).limit(MOST + 1).options(*options))
    return list(rows.unique())


def _entries(post: Post) -> list[Entry]:
    standing = standing_of(post)
    decided = post.state == PostState.PUBLISHED
    found = []
    if post.publish_at is not None and (decided or post.publish_at > utcnow()):
        found.append(Entry(post.publish_at, "begins" if decided else "meant", post, standing))
    if post.expires_at is not None and decided:
        found.append(Entry(post.expires_at, "ends", post, standing))
    return found
