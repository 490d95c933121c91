"""The studio's list: posts by where they stand in time, for the editors of their organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, lazyload

from advocacy.clock import utcnow
from advocacy.content.cursor import Cursor
from advocacy.content.models import Post, PostState, PostTopic
from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Person, Role

PAGE: Final = 20


class Standing(StrEnum):
    """Where a post stands: what its editor decided, and what the clock made of it."""

    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Filters:
    """What an editor looks for; `words` are looked for in titles."""

    standing: Standing = Standing.DRAFT
    words: str = ""
    topic_id: int | None = None
    language: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class StudioPage:
    """Some posts, last changed first; how many there are in each standing; where the next page begins."""

    posts: list[Post]
    counts: dict[Standing, int]
    next_cursor: Cursor | None


def standing_of(post: Post, now: datetime | None = None) -> Standing:
    """Where the post stands at `now`."""
    now = now or utcnow()
    if post.state != PostState.PUBLISHED or post.publish_at is None:
        return Standing(post.state)
    if post.publish_at > now:
        return Standing.SCHEDULED
    return Standing.EXPIRED if post.expires_at is not None and post.expires_at <= now else Standing.LIVE


def studio_list(actor: Person, filters: Filters, before: Cursor | None = None, limit: int = PAGE) -> StudioPage:
    """The posts of the organisations where `actor` is editor that match the filters."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    conditions = [Post.organisation_id.in_(bodies), *_conditions(actor, filters)]
    moments = _moments()
    query = select(Post).where(*conditions, moments[filters.standing])
    if before is not None:
        query = query.where(tuple_(Post.updated_at, Post.id) < tuple_(before.at, before.id))
    rows = _page(query, limit)
    last = Cursor(rows[limit - 1].updated_at, rows[limit - 1].id) if len(rows) > limit else None
    columns = [func.count().filter(moments[standing]) for standing in Standing]
    numbers = db.session.execute(select(*columns).select_from(Post).where(*conditions)).one()
    return StudioPage(list(rows[:limit]), dict(zip(Standing, numbers, strict=True)), last)


def _page(query: Select[Any], limit: int) -> Sequence[Post]:
    query = query.order_by(Post.updated_at.desc(), Post.id.desc()).limit(limit + 1)
    options = (joinedload(Post.author), lazyload(Post.audiences), lazyload(Post.wordings))
    return db.session.scalars(query.options(*options)).all()


def _conditions(actor: Person, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.words:
        found.append(Post.title.icontains(filters.words, autoescape=True))
    if filters.topic_id is not None:
        found.append(Post.id.in_(select(PostTopic.post_id).where(PostTopic.topic_id == filters.topic_id)))
    if filters.language is not None:
        found.append(Post.language == filters.language)
    if filters.mine:
        found.append(Post.author_id == actor.id)
    return found


def _moments() -> dict[Standing, ColumnElement[bool]]:
    now = utcnow()
    published = Post.state == PostState.PUBLISHED.value
    begun = and_(published, Post.publish_at <= now)
    return {
        Standing.DRAFT: Post.state == PostState.DRAFT.value,
        Standing.REVIEW: Post.state == PostState.REVIEW.value,
        Standing.SCHEDULED: and_(published, Post.publish_at > now),
        Standing.LIVE: and_(begun, or_(Post.expires_at.is_(None), Post.expires_at > now)),
        Standing.EXPIRED: and_(begun, Post.expires_at <= now),
        Standing.WITHDRAWN: Post.state == PostState.WITHDRAWN.value,
    }
