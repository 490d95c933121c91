"""Deleting a post at its network, because its person asked. Deleting twice is harmless, so a lost try is repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.events import announce
from advocacy.networks import service as networks
from advocacy.networks.base import Credentials, Reconnect
from advocacy.networks.models import Account
from advocacy.sealing import CannotOpen
from advocacy.sharing.events import ShareRemoved
from advocacy.sharing.models import Share, ShareState

LEASE = timedelta(minutes=5)
_LOADED = [joinedload(Share.account).defer(Account.access_token).defer(Account.refresh_token)]


@dataclass(frozen=True)
class Errand:
    """A post to delete, in a worker's hands."""

    share_id: int
    network: str
    account_id: int
    external_id: str
    credentials: Credentials


def claim_next() -> Errand | None:
    """Take the next wish and push its next try past the lease; the caller commits. What can't be met is closed."""
    while True:
        due = (
            select(Share.id)
            .where(Share.remove_due_at <= func.now())
            .order_by(Share.remove_due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        share_id = db.session.scalar(
            update(Share)
            .where(Share.id == due.scalar_subquery())
            .values(remove_due_at=func.now() + LEASE)
            .returning(Share.id)
        )
        if share_id is None:
            return None
        share = db.session.get_one(Share, share_id, options=_LOADED, populate_existing=True)
        share.remove_due_at, due_again = None, share.remove_due_at
        if share.account is None or not share.external_id or share.state != ShareState.PUBLISHED.value:
            continue
        try:
            credentials = networks.credentials_of(share.account)
        except (Reconnect, CannotOpen):
            share.failure = "remove_reconnect"
            networks.mark_broken(share.account.id, "token")
            continue
        share.remove_due_at = due_again
        return Errand(share.id, share.network, share.account.id, share.external_id, credentials)


def record_removed(errand: Errand) -> None:
    """The network no longer shows it."""
    share = db.session.get_one(Share, errand.share_id, populate_existing=True)
    share.state, share.removed_at, share.remove_due_at = ShareState.REMOVED.value, utcnow(), None
    announce(ShareRemoved(share_id=share.id, person_id=share.person_id))


def record_later(errand: Errand, after: datetime) -> None:
    """To be tried again."""
    db.session.get_one(Share, errand.share_id, populate_existing=True).remove_due_at = after


def record_refused(errand: Errand, reason: str) -> None:
    """The network won't; the person is told why and can delete it there themselves."""
    share = db.session.get_one(Share, errand.share_id, populate_existing=True)
    share.remove_due_at, share.failure = None, f"remove_{reason}"
