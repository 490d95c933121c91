"""The answers to an offer, for who made it: a page at a time by the names of bodies, or all of them."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from advocacy.cascade.models import Offer, OfferReply
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Organisation
from advocacy.people.names import folded

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """Some answers by the names of bodies, and after which one the next page begins (None at the end)."""

    replies: list[OfferReply]
    next_id: int | None


def answers_page(offer: Offer, answer: str | None = None, after: int | None = None) -> AnswersPage:
    """Answers to an offer, those of one kind (or "waiting") only where asked; after the one with id `after`."""
    ids = _ids_by_name(offer, answer)
    begin = ids.index(after) + 1 if after in ids else 0
    shown = ids[begin : begin + PAGE]
    by_id = {one.id: one for one in db.session.scalars(_answers(offer).where(OfferReply.id.in_(shown)))}
    more = len(ids) > begin + PAGE
    return AnswersPage([by_id[one] for one in shown if one in by_id], shown[-1] if more else None)


def all_answers(offer: Offer) -> list[OfferReply]:
    """Every answer to an offer, by the names of bodies."""
    found = list(db.session.scalars(_answers(offer)))
    return sorted(found, key=lambda one: (folded(one.organisation.name), one.id))


def _ids_by_name(offer: Offer, answer: str | None) -> list[int]:
    """Databases disagree on where an Î stands; we don't."""
    query = select(OfferReply.id, Organisation.name).join(Organisation, Organisation.id == OfferReply.organisation_id)
    query = query.where(OfferReply.offer_id == offer.id)
    if answer is not None:
        query = query.where(OfferReply.answer.is_(None) if answer == "waiting" else OfferReply.answer == answer)
    return [row.id for row in sorted(db.session.execute(query), key=lambda row: (folded(row.name), row.id))]


def _answers(offer: Offer) -> Select[Any]:
    own = joinedload(OfferReply.adapted)
    return (
        select(OfferReply)
        .join(OfferReply.organisation)
        .where(OfferReply.offer_id == offer.id)
        .options(
            contains_eager(OfferReply.organisation),
            joinedload(OfferReply.answered_by).options(lazyload("*")),
            own.options(lazyload(Post.organisation), lazyload(Post.audiences), lazyload(Post.wordings)),
            own.lazyload(Post.topics),
            own.lazyload(Post.campaign),
        )
    )
