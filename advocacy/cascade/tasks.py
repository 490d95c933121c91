"""Writing to the editors of bodies that were offered something. The rows say which; a message is only a nudge."""

from celery import shared_task
from sqlalchemy import select

from advocacy.cascade import letters
from advocacy.cascade.models import Offer, OfferReply
from advocacy.clock import utcnow
from advocacy.db import db


@shared_task(name="cascade.tell_offered")
def tell_offered() -> int:
    """Write every letter that is due, an offer at a time; answers how many. Side by side with itself, once each."""
    now, written = utcnow(), 0
    due = select(OfferReply.offer_id).where(OfferReply.tell_at <= now, OfferReply.answer.is_(None)).distinct()
    for offer_id in db.session.scalars(due).all():
        held = select(Offer).where(Offer.id == offer_id).with_for_update(of=Offer, skip_locked=True)
        offer = db.session.scalar(held.execution_options(populate_existing=True))
        if offer is not None:
            query = select(OfferReply).where(OfferReply.offer_id == offer_id, OfferReply.tell_at <= now)
            replies = list(db.session.scalars(query.where(OfferReply.answer.is_(None)).order_by(OfferReply.id)))
            written += letters.tell_offered(offer, replies) if offer.withdrawn_at is None else 0
            for reply in replies:
                reply.tell_at, reply.told_at = None, now
        db.session.commit()
    return written
