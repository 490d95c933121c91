"""A post is offered to bodies below its own; who offered it follows who does what, reminds, and takes it back."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from advocacy.cascade.bodies import candidates_below
from advocacy.cascade.models import Offer, OfferReply
from advocacy.clock import local_day, utcnow
from advocacy.content import local_says
from advocacy.content import service as content
from advocacy.content.drafts import flaws_of_post
from advocacy.content.gates import flaws_at_the_gates
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """To whom a post is offered, and with which words; `direct`: to all bodies directly below that have an editor."""

    direct: bool = False
    organisation_ids: frozenset[int] = frozenset()
    note: str = ""
    reply_by: date | None = None


def offer(actor: Person, post: Post, typed: OfferDraft) -> Offer:
    """Offer the post to bodies below its organisation; offered again, it goes to those who were not asked yet, with
    the new note and day. `post` is held by the caller. Raises Conflict for a post that is over or withdrawn, NotReady
    for one that could not go live as it is, NotFound for bodies that are not below, Invalid for none at all.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    chosen = _chosen(post, typed)
    _judge(post, typed)
    found = find_offer(post) or Offer(post=post, organisation=post.organisation, reminded_on=None)
    found.note, found.reply_by = clean_line(typed.note, LONGEST_NOTE), typed.reply_by
    found.version, found.withdrawn_at = post.version, None
    found.offered_by_id, found.offered_at = actor.id, utcnow()
    db.session.add(found)
    db.session.flush()
    rows = [{"offer_id": found.id, "organisation_id": one, "reason": "", "tell_at": utcnow()} for one in sorted(chosen)]
    db.session.execute(insert(OfferReply).on_conflict_do_nothing(), rows)
    local_says.ask(post, chosen)
    return found


def find_offer(post: Post) -> Offer | None:
    """The offer of a post, open or taken back."""
    return db.session.scalar(select(Offer).filter_by(post_id=post.id))


def get_offer(actor: Person, offer_id: int, *, locked: bool = False) -> Offer:
    """The offer, for an editor of the organisation that made it; `locked` until the transaction ends. Raises NotFound
    or Forbidden."""
    query = select(Offer).where(Offer.id == offer_id)
    if locked:
        query = query.with_for_update(of=Offer).execution_options(populate_existing=True)
    found = db.session.scalar(query) if 0 < offer_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    people.require(actor, Role.EDITOR, found.organisation)
    return found


def take_back(actor: Person, offer_id: int) -> Offer:
    """Nobody is asked any more: what bodies answered stays, and those who did not answer go without the post. Raises
    Conflict when it was taken back before."""
    found = get_offer(actor, offer_id, locked=True)
    if found.withdrawn_at is not None:
        raise Conflict(_("This offer was taken back already."))
    found.withdrawn_at = utcnow()
    db.session.execute(update(OfferReply).where(OfferReply.offer_id == found.id).values(tell_at=None))
    return found


def remind(actor: Person, offer_id: int) -> int:
    """Have those who did not answer be written to again, once a day at most; how many bodies. Raises Conflict when
    that was done today, or nobody is waited for."""
    found = get_offer(actor, offer_id, locked=True)
    today = local_day(utcnow(), found.organisation.time_zone)
    waiting = update(OfferReply).where(OfferReply.offer_id == found.id, OfferReply.answer.is_(None))
    fine = found.withdrawn_at is None and (found.reminded_on is None or found.reminded_on < today)
    number = rows_changed(db.session.execute(waiting.values(tell_at=utcnow()))) if fine else 0
    if not number:
        raise Conflict(_("They were reminded today already, or nobody is left to answer."))
    found.reminded_on = today
    return number


def count_answers(offer_id: int) -> dict[str | None, int]:
    """How many bodies gave each answer; under None those who still wait."""
    query = select(OfferReply.answer, func.count()).where(OfferReply.offer_id == offer_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(OfferReply.answer))}


def has_bodies_below(organisation: Organisation) -> bool:
    """Whether there is anybody to offer something to."""
    return bool(db.session.scalar(select(exists().where(Organisation.parent_id == organisation.id))))


def _chosen(post: Post, typed: OfferDraft) -> set[int]:
    below = candidates_below(post.organisation)
    if not typed.organisation_ids <= {one.organisation.id for one in below}:
        raise NotFound(_("One of these organisations is not below the organisation of this post."))
    chosen = set(typed.organisation_ids)
    if typed.direct:
        chosen = {one.organisation.id for one in below if one.is_direct and one.editors}
    if not chosen:
        raise Invalid(_("Choose at least one organisation."), field="bodies")
    return chosen


def _judge(post: Post, typed: OfferDraft) -> None:
    if typed.reply_by is not None and typed.reply_by < local_day(utcnow(), post.organisation.time_zone):
        raise Invalid(_("Choose a day that is still to come."), field="reply_by")
    standing = standing_of(post)
    if standing in (Standing.EXPIRED, Standing.WITHDRAWN):
        raise Conflict(_("This post is over: it can’t be offered."))
    moment = post.publish_at if standing is Standing.SCHEDULED or _is_to_come(post) else None
    if flaws := flaws_of_post(post, moment) or flaws_at_the_gates(post, moment):
        raise content.NotReady(flaws)


def _is_to_come(post: Post) -> bool:
    return post.publish_at is not None and post.publish_at > utcnow()
