"""A body's desk: what it was offered and has not answered, what changed since it adapted, what it answered.

An editor answers for bodies that somebody above them offers something to. Who edits at the offering organisation
sees its own page of the offer instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from advocacy.cascade.models import Answer, Offer, OfferReply
from advocacy.clock import utcnow
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role

PAGE: Final = 20
MOST_CHANGED: Final = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some answers, newest offer first, and where the next page begins (None at the end)."""

    replies: Sequence[OfferReply]
    next_id: int | None = None


def is_below_somebody(person: Person) -> bool:
    """Whether somebody above could offer anything to a body that the person edits for."""
    return any(_edits(grant.role) and grant.organisation.parent_id is not None for grant in person.grants)


def count_open(actor: Person) -> int:
    """How many answers wait for the actor: offers, and changes of originals."""
    query = _of(actor).where(or_(_waits(), _changed())).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def waiting_for(actor: Person, before: int | None = None) -> Page:
    """What is still to be answered."""
    return _page(_of(actor).where(_waits()), before)


def changed_for(actor: Person) -> list[OfferReply]:
    """Bodies' own versions whose original is not what it was; MOST_CHANGED at most."""
    query = _loaded(_of(actor).where(_changed()))
    return list(db.session.scalars(query.order_by(OfferReply.id.desc()).limit(MOST_CHANGED)))


def answered_by_bodies_of(actor: Person, before: int | None = None) -> Page:
    """What was answered."""
    return _page(_of(actor).where(OfferReply.answer.is_not(None)), before)


def offers_made_by(actor: Person, before: int | None = None) -> tuple[list[Offer], int | None]:
    """The offers of the organisations where the actor is editor, newest first, and where the next page begins."""
    query = select(Offer).join(Organisation, Organisation.id == Offer.organisation_id)
    query = query.where(Organisation.lineage.overlap(_tops(actor))).options(joinedload(Offer.offered_by), *_bare())
    if before is not None:
        query = query.where(Offer.id < before)
    found = list(db.session.scalars(query.order_by(Offer.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def answers_to(offers: Sequence[Offer]) -> dict[int, dict[str | None, int]]:
    """How many bodies gave each answer to each offer; under None those who wait."""
    found: dict[int, dict[str | None, int]] = {one.id: {} for one in offers}
    query = select(OfferReply.offer_id, OfferReply.answer, func.count()).where(OfferReply.offer_id.in_(found))
    for offer_id, answer, number in db.session.execute(query.group_by(OfferReply.offer_id, OfferReply.answer)):
        found[offer_id][answer] = number
    return found


def _edits(role: str) -> bool:
    return Role(role).weight >= Role.EDITOR.weight


def _tops(actor: Person) -> list[int]:
    return [grant.organisation_id for grant in actor.grants if _edits(grant.role)]


def _of(actor: Person) -> Select[Any]:
    body, giver, tops = aliased(Organisation), aliased(Organisation), _tops(actor)
    return (
        select(OfferReply)
        .join(OfferReply.offer)
        .join(Offer.post)
        .join(body, body.id == OfferReply.organisation_id)
        .join(giver, giver.id == Offer.organisation_id)
        .where(body.lineage.overlap(tops), ~giver.lineage.overlap(tops))
    )


def _waits() -> ColumnElement[bool]:
    there = and_(Post.state != PostState.WITHDRAWN.value, or_(Post.expires_at.is_(None), Post.expires_at > utcnow()))
    return and_(OfferReply.answer.is_(None), Offer.withdrawn_at.is_(None), there)


def _changed() -> ColumnElement[bool]:
    return and_(OfferReply.answer == Answer.ADAPTED.value, Post.version > OfferReply.seen_version)


def _page(query: Select[Any], before: int | None) -> Page:
    if before is not None:
        query = query.where(OfferReply.id < before)
    found = list(db.session.scalars(_loaded(query).order_by(OfferReply.id.desc()).limit(PAGE + 1)))
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def _loaded(query: Select[Any]) -> Select[Any]:
    post = contains_eager(OfferReply.offer).contains_eager(Offer.post)
    return query.options(
        post, post.lazyload(Post.audiences), post.lazyload(Post.wordings), joinedload(OfferReply.answered_by)
    )


def _bare() -> tuple[Any, ...]:
    post = joinedload(Offer.post)
    return post.lazyload(Post.audiences), post.lazyload(Post.wordings), lazyload(Offer.organisation)
