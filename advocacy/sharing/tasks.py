"""Workers' side of sharing. A message is a nudge and carries nothing: the rows say what is due.

Each share goes claim, commit, prepare, commit, arm, commit, publish, record, commit, announce, commit; no transaction
is open while a network answers, and a process may die on any of these lines.
"""

from datetime import timedelta

import structlog
from celery import shared_task

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.jobs import nudge
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.base import (
    Adapter,
    Duplicate,
    NetworkFailure,
    Prepared,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
)
from advocacy.sharing import delivery, removal
from advocacy.sharing.delivery import Claim
from advocacy.sharing.models import Share

log = structlog.get_logger(__name__)
BATCH = 200
AFTER_CRASH = timedelta(minutes=10)


@shared_task(name="sharing.deliver_due")
def deliver_due() -> int:
    """Send every due share, one after the other; answers how many were taken. May run side by side with itself."""
    for taken in range(BATCH):
        claim = delivery.claim_next()
        db.session.commit()
        if claim is None:
            return taken
        _deliver(claim)
    nudge(deliver_due)
    db.session.commit()
    return BATCH


def _deliver(claim: Claim) -> None:
    """Take one claimed share as far as it goes; whatever happens is recorded."""
    log.info("share_claimed", share_id=claim.share_id, attempt=claim.attempt, network=claim.network)
    adapter = registry.get_adapter(claim.network)
    try:
        prepared = _prepare(adapter, claim)
    except NetworkFailure as failure:
        _record_refusal(claim, failure)
        return
    except Exception as crash:
        log.error("prepare_crashed", share_id=claim.share_id, exc_info=crash)
        db.session.rollback()
        delivery.record_later(claim, utcnow() + AFTER_CRASH, "crashed", "")
        db.session.commit()
        return
    if prepared is not None:
        _publish(adapter, claim, prepared)


def _prepare(adapter: Adapter, claim: Claim) -> Prepared | None:
    """What the post needs, uploaded once; None when the share has to wait or is no longer ours."""
    if claim.prepared is not None:
        return claim.prepared
    prepared = adapter.prepare(claim.credentials, claim.with_image())
    goes_on = delivery.keep_prepared(claim, prepared)
    db.session.commit()
    return prepared if goes_on else None


def _publish(adapter: Adapter, claim: Claim, prepared: Prepared) -> None:
    armed = delivery.arm(claim)
    db.session.commit()
    if not armed:
        return
    try:
        published = adapter.publish(claim.credentials, claim.outgoing, prepared)
    except NetworkFailure as failure:
        _record_refusal(claim, failure)
    except Exception as crash:
        log.error("publish_crashed", share_id=claim.share_id, exc_info=crash)
        delivery.record_unconfirmed(claim, "crashed", "")
        db.session.commit()
    else:
        _record_published(claim, published)


def _record_published(claim: Claim, published: Published) -> None:
    networks.note_use(claim.account_id)  # the account first, then its share: as a disconnection locks them
    recorded = delivery.record_published(claim, published)
    db.session.commit()
    log.info("share_published", share_id=claim.share_id, external_id=published.external_id, recorded=recorded)
    if recorded:
        delivery.announce_published(db.session.get_one(Share, claim.share_id, populate_existing=True))
        db.session.commit()


def _record_refusal(claim: Claim, failure: NetworkFailure) -> None:
    """Write down what the network's answer means for the share, and tell whoever has to know."""
    log.info("share_not_sent", share_id=claim.share_id, kind=type(failure).__name__, reason=failure.reason)
    match failure:
        case Duplicate() if claim.uncertain:
            adapter = registry.get_adapter(claim.network)
            _record_published(claim, Published(failure.external_id, adapter.permalink(failure.external_id)))
            return
        case TryLater():
            gone = failure.reason == "media_gone"
            delivery.record_later(claim, failure.after, failure.reason, failure.detail, forget_prepared=gone)
        case Reconnect():
            networks.mark_broken(claim.account_id, failure.reason, claim.credentials)
            delivery.record_later(claim, utcnow(), "reconnect", failure.detail)
        case Unconfirmed():
            delivery.record_unconfirmed(claim, failure.reason, failure.detail)
        case Rejected():
            delivery.record_failed(claim, failure.reason, failure.detail)
        case _:
            delivery.record_unconfirmed(claim, failure.reason, failure.detail)
    db.session.commit()


@shared_task(name="sharing.sweep")
def sweep() -> dict[str, int]:
    """Each minute: put right what dead workers left, and tell what they did not announce."""
    found = delivery.sweep(utcnow())
    db.session.commit()
    found["announced"] = 0
    while share := delivery.find_unannounced():
        delivery.announce_published(share)
        db.session.commit()
        found["announced"] += 1
    if any(found.values()):
        log.info("swept", **found)
    if found["claimed_again"]:
        nudge(deliver_due)
        db.session.commit()
    return found


@shared_task(name="sharing.remove_due")
def remove_due() -> int:
    """Delete at their networks the posts whose people asked for it; answers how many were taken."""
    for taken in range(BATCH):
        errand = removal.claim_next()
        db.session.commit()
        if errand is None:
            return taken
        try:
            registry.get_adapter(errand.network).remove(errand.credentials, errand.external_id)
        except TryLater as later:
            removal.record_later(errand, later.after)
        except Reconnect as broken:
            networks.mark_broken(errand.account_id, broken.reason, errand.credentials)
            removal.record_refused(errand, "reconnect")
        except NetworkFailure as failure:
            removal.record_refused(errand, failure.reason)
        else:
            removal.record_removed(errand)
        db.session.commit()
    return BATCH
