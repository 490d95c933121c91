"""Renewing grants before they end: look, commit, call, record, commit; one renewal of an account at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery import shared_task

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import service
from advocacy.networks.base import Credentials, Grant, NetworkFailure, Reconnect
from advocacy.networks.registry import find_adapter
from advocacy.sealing import CannotOpen

LEASE_SECONDS = 300
log = structlog.get_logger(__name__)


@shared_task(name="networks.renew_due")
def renew_due() -> int:
    """Renew every grant that ends soon, mark those that ended for good; answers how many were renewed."""
    for account_id in service.ended_for_good(utcnow()):
        service.mark_broken(account_id, "ended")
    due = service.due_for_renewal(utcnow())
    db.session.commit()
    return sum(renew_account(account_id) for account_id in due)


def renew_account(account_id: int) -> bool:
    """Renew one account’s grant; True if it now has a fresh one. One that another worker renews is left alone."""
    with _alone(account_id) as mine:
        if not mine or account_id not in service.due_for_renewal(utcnow()):
            db.session.commit()
            return False
        try:
            found = service.find_credentials(account_id)
        except (CannotOpen, Reconnect) as error:
            return _break(account_id, type(error).__name__, None)
        db.session.commit()
        return found is not None and _renew(account_id, *found)


def _renew(account_id: int, network: str, credentials: Credentials) -> bool:
    adapter = find_adapter(network)
    if adapter is None:
        return False
    try:
        grant: Grant | None = adapter.renew(credentials)
    except Reconnect as refusal:
        return _break(account_id, refusal.reason, credentials)
    except NetworkFailure as failure:
        log.warning("renewal_put_off", account_id=account_id, reason=failure.reason)
        return False
    if grant is None:
        return False
    renewed = service.record_renewal(account_id, grant, credentials)
    db.session.commit()
    return renewed


def _break(account_id: int, reason: str, credentials: Credentials | None) -> bool:
    service.mark_broken(account_id, reason, credentials)
    db.session.commit()
    return False


@contextmanager
def _alone(account_id: int) -> Iterator[bool]:
    """True to one worker at a time; a lease, not a lock in the database, since a network is called inside."""
    lock = get_redis().lock(f"renewing:{account_id}", timeout=LEASE_SECONDS, blocking=False)
    mine = bool(lock.acquire())
    try:
        yield mine
    finally:
        if mine and lock.owned():
            lock.release()
