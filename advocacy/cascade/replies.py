"""What a body makes of a post it was offered: it inherits it, adapts it, or declines."""

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from advocacy.cascade.copies import PARTS, content_of, make_copy, mark_seen
from advocacy.cascade.models import Answer, Offer, OfferReply
from advocacy.clock import utcnow
from advocacy.content import local_says
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.people.organisations import LARGEST_ID

LONGEST_REASON: Final = 500
SAID: Final = {
    Answer.INHERITED: _l("Inherited"),
    Answer.ADAPTED: _l("Adapted"),
    Answer.DECLINED: _l("Declined"),
    None: _l("Waiting"),
}


def get_reply(actor: Person, reply_id: int) -> OfferReply:
    """What a body answers, for an editor there. Raises NotFound or Forbidden."""
    query = select(OfferReply).where(OfferReply.id == reply_id).options(joinedload(OfferReply.offer))
    found = db.session.scalar(query) if 0 < reply_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    people.require(actor, Role.EDITOR, found.organisation)
    return found


def hold_reply(actor: Person, reply_id: int) -> OfferReply:
    """As `get_reply`; until the transaction ends nobody else changes the original or what bodies make of it."""
    post_id = get_reply(actor, reply_id).offer.post_id
    again = {"populate_existing": True}
    db.session.scalars(select(Post).where(Post.id == post_id).with_for_update(of=Post).execution_options(**again)).one()
    held = select(OfferReply).where(OfferReply.id == reply_id).with_for_update(of=OfferReply)
    found = db.session.scalars(held.execution_options(**again)).one()
    db.session.refresh(found.offer)
    return found


def answer(actor: Person, reply_id: int, wanted: Answer, was: str | None, reason: str = "") -> OfferReply:
    """Have the body answer so; its editors may change their minds while the offer is open. `was` is the answer they
    had in front of them: Conflict when a colleague gave another one meanwhile, or the offer is over. The same answer
    twice is one, and a body has one version of its own however often it adapts.
    """
    reply = hold_reply(actor, reply_id)
    offer, post = reply.offer, reply.offer.post
    if offer.withdrawn_at is not None:
        raise Conflict(_("This offer was taken back."))
    words = clean_line(reason, LONGEST_REASON) if wanted is Answer.DECLINED else ""
    if reply.answer == wanted:
        reply.reason = words or reply.reason
        return reply
    if reply.answer != was:
        raise Conflict(_somebody_else(reply))
    if post.state == PostState.WITHDRAWN and wanted is not Answer.DECLINED:
        raise Conflict(_("The original was withdrawn meanwhile."))
    if wanted is Answer.INHERITED:
        local_says.let_in(post, reply.organisation)
    else:
        local_says.keep_out(post, reply.organisation)
    if wanted is Answer.ADAPTED:
        _adapt(actor, reply, post)
    reply.answer, reply.reason = wanted.value, words
    reply.answered_by_id, reply.answered_at, reply.tell_at = actor.id, utcnow(), None
    db.session.flush()
    return reply


def find_reply_of(copy: Post) -> OfferReply | None:
    """The answer that a post is a body's own version for, while that is its answer."""
    query = select(OfferReply).filter_by(adapted_id=copy.id, answer=Answer.ADAPTED.value)
    offer = joinedload(OfferReply.offer).joinedload(Offer.post)
    return db.session.scalar(query.options(offer))


def _adapt(actor: Person, reply: OfferReply, post: Post) -> None:
    if reply.adapted_id is not None:
        return
    reply.adapted_id = make_copy(actor, reply, post).id
    reply.seen, reply.seen_version = content_of(post), post.version
    mark_seen(reply, post, list(PARTS))


def _somebody_else(reply: OfferReply) -> str:
    name = reply.answered_by.name if reply.answered_by else reply.organisation.name
    said = SAID[Answer(reply.answer) if reply.answer else None]
    return str(_("%(name)s answered meanwhile: %(answer)s.", name=name, answer=said))
