"""One task a share, as sharing is usually queued: what batches are held against. Run by `celery -A` this module.

Each message names a share; its task does every step that a batch does, for this one: arm and commit, call, record and
commit. What a batch looks after besides (turns, paces, circuits) it leaves out.
"""

from celery import shared_task

from advocacy.db import db, rows_changed
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.sharing import claiming, delivery
from app import celery

__all__ = ["celery"]
_CLAIM = db.text(
    "update share set state = 'claimed', claimed_at = now(), attempt = attempt + 1"
    " where id = :id and state = 'scheduled'"
)


@shared_task(name="benchmarks.deliver_one")
def deliver_one(share_id: int) -> None:
    """Send this share."""
    adapters = {adapter.capabilities.name: adapter for adapter in registry.offered()}
    taken = rows_changed(db.session.execute(_CLAIM, {"id": share_id}))
    db.session.commit()
    claims = claiming.claims_of([share_id] if taken else [], adapters)
    db.session.commit()
    for claim in claims:
        adapter = adapters[claim.network]
        prepared = adapter.prepare(claim.credentials, claim.outgoing)
        if delivery.arm([claim]):
            db.session.commit()
            published = adapter.publish(claim.credentials, claim.outgoing, prepared)
            networks.note_use(claim.account_id)
            delivery.record_published([(claim, published)])
        db.session.commit()
