"""The calendar: what goes live and what ends, day by day, in the editor's own zone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import lazyload

from advocacy.calendars import Page, Span, sheet_of
from advocacy.clock import utcnow
from advocacy.content.listing import Filters, Standing, bodies_of, conditions, standing_of
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.people.models import Person

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happens to a post: `kind` is begins (it goes or went live), ends (it expires) or meant (a draft
    has this moment in mind)."""

    at: datetime
    kind: str
    post: Post
    standing: Standing


def calendar_for(actor: Person, span: Span, on: date, filters: Filters) -> Page[Entry]:
    """The week or the month around `on` for an editor."""
    sheet = sheet_of(span, on, actor.time_zone)
    posts = _posts(actor, filters, sheet.start, sheet.end)
    entries = (entry for post in posts[:MOST] for entry in _entries(post))
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.post.id))
    return sheet.filled(ordered, cut=len(posts) > MOST)


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
