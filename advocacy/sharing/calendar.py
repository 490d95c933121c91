"""The calendar of a person's own shares, on their own clock."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from advocacy.clock import local_day, midnight, utcnow
from advocacy.content.calendar import FIRST, LAST, Span, edges_of, neighbours_of
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.sharing.models import Share, ShareState

MOST = 500


class Kind(StrEnum):
    """What a share is on the calendar."""

    QUEUED = "queued"
    PLANNED = "planned"
    PUBLISHED = "published"
    OPEN = "open"
    """It waits for its person: held, failed, or without an answer."""


_OUT = (ShareState.CANCELLED.value, ShareState.REMOVED.value, ShareState.OPENED.value)
_ON_THEIR_WAY = (ShareState.SCHEDULED.value, ShareState.CLAIMED.value, ShareState.ARMED.value)


@dataclass(frozen=True, slots=True)
class Entry:
    """A share and its moment."""

    share: Share
    at: datetime
    kind: Kind

    @property
    def can_change(self) -> bool:
        """Whether its page lets it be changed."""
        return self.share.state in (ShareState.SCHEDULED.value, ShareState.HELD.value)


@dataclass(slots=True)
class Day:
    """A day and its shares, in order; `outside` the month that is shown."""

    day: date
    outside: bool
    today: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Whole weeks, Monday first; days to go to for the page before and after; whether there is more than is shown."""

    span: Span
    on: date
    weeks: list[list[Day]]
    before: date | None
    after: date | None
    cut: bool


def calendar_of(person: Person, span: Span, on: date) -> Page:
    """The week or the month around `on`; days out of the calendar's range are the nearest in it."""
    on, zone = min(max(on, FIRST), LAST), person.time_zone
    first, beyond = edges_of(span, on)
    today = local_day(utcnow(), zone)
    days = {
        day: Day(day, span is Span.MONTH and day.month != on.month, day == today)
        for day in (first + timedelta(days=number) for number in range((beyond - first).days))
    }
    shares = _shares(person, midnight(first, zone), midnight(beyond, zone))
    for entry in sorted((_entry(share) for share in shares[:MOST]), key=lambda one: (one.at, one.share.id)):
        if (day := local_day(entry.at, zone)) in days:
            days[day].entries.append(entry)
    ordered = list(days.values())
    before, after = neighbours_of(span, on)
    weeks = [ordered[number : number + 7] for number in range(0, len(ordered), 7)]
    return Page(span, on, weeks, before, after, len(shares) > MOST)


def _shares(person: Person, start: datetime, end: datetime) -> list[Share]:
    query = (
        select(Share)
        .where(
            Share.person_id == person.id,
            Share.wanted_at >= start - timedelta(days=1),
            Share.wanted_at < end,
            Share.state.not_in(_OUT),
        )
        .order_by(Share.wanted_at, Share.id)
        .limit(MOST + 1)
        .options(joinedload(Share.post).options(lazyload(Post.wordings), lazyload(Post.topics)))
    )
    return list(db.session.scalars(query.options(joinedload(Share.post).lazyload(Post.audiences))))


def _entry(share: Share) -> Entry:
    if share.state == ShareState.PUBLISHED.value:
        return Entry(share, share.published_at or share.wanted_at, Kind.PUBLISHED)
    if share.state in _ON_THEIR_WAY:
        return Entry(share, share.wanted_at, Kind.QUEUED if share.queued else Kind.PLANNED)
    return Entry(share, share.wanted_at, Kind.OPEN)
