"""Renewing one grant: look, commit, call, record, commit; one renewal of an account at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import service
from advocacy.networks.base import Credentials, Grant, NetworkFailure, Reconnect
from advocacy.networks.registry import find_adapter
from advocacy.networks.rereading import reread_if_stale
from advocacy.sealing import CannotOpen

LEASE_SECONDS = 300
PATIENCE_SECONDS = 35
log = structlog.get_logger(__name__)


def fresh_credentials(account_id: int) -> Credentials | None:
    """What to act with for the account, renewed first where its access token is about to end, its limits read again
    where that was long ago; None when it is gone.

    Commits. Waits for a renewal that another worker has begun. Raises Reconnect, CannotOpen.
    """
    if service.needs_renewal(account_id, utcnow()):
        renew_account(account_id, wanted_now=True)
    reread_if_stale(account_id)
    found = service.find_credentials(account_id)
    db.session.commit()
    return found[1] if found else None


def freshened(account_id: int, credentials: Credentials) -> Credentials:
    """These credentials, or what a renewal makes of them where their access token is about to end; the same where that
    can't be had now. Commits.
    """
    try:
        return fresh_credentials(account_id) or credentials
    except (Reconnect, CannotOpen):
        return credentials


def renew_account(account_id: int, *, wanted_now: bool = False) -> bool:
    """Renew one account’s grant; True if it now has a fresh one.

    One that another worker renews is left alone, or waited for where it is `wanted_now`.
    """
    db.session.commit()
    with _alone(account_id, PATIENCE_SECONDS if wanted_now else 0) as mine:
        now = utcnow()
        due = service.needs_renewal(account_id, now) if wanted_now else account_id in service.due_for_renewal(now)
        if not mine or not due:
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
def _alone(account_id: int, patience: float) -> Iterator[bool]:
    """True to one worker at a time; a lease, not a lock in the database, since a network is called inside."""
    lock = get_redis().lock(f"renewing:{account_id}", timeout=LEASE_SECONDS)
    mine = bool(lock.acquire(blocking=patience > 0, blocking_timeout=patience or None))
    try:
        yield mine
    finally:
        if mine and lock.owned():
            lock.release()
