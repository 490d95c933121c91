"""The calendar of a person's own shares, on their own clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from advocacy.calendars import Page, Span, sheet_of
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


def calendar_of(person: Person, span: Span, on: date) -> Page[Entry]:
    """The week or the month around `on`."""
    sheet = sheet_of(span, on, person.time_zone)
    shares = _shares(person, sheet.start, sheet.end)
    entries = sorted((_entry(share) for share in shares[:MOST]), key=lambda entry: (entry.at, entry.share.id))
    return sheet.filled(entries, cut=len(shares) > MOST)


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
