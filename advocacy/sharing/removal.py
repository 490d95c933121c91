"""Posts to delete at their networks, because their people asked: which are due, and what came of it.

Deleting twice is harmless, so a lost try is repeated. Each claim is a lease: what a dead worker held is due again after
it, and only who still holds it puts it off or gives it up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import joinedload, undefer

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.events import announce
from advocacy.networks import service as networks
from advocacy.networks.apps import apps_of
from advocacy.networks.base import ClientApp, Credentials, Reconnect
from advocacy.networks.models import Account
from advocacy.networks.pacing import place_of
from advocacy.sealing import CannotOpen
from advocacy.sharing.events import ShareRemoved
from advocacy.sharing.models import Share, ShareState

LEASE = timedelta(minutes=5)
_WITH_TOKENS = joinedload(Share.account).options(
    *(undefer(column) for column in (Account.access_token, Account.refresh_token, Account.key))
)


@dataclass(frozen=True)
class Errand:
    """A post to delete, in a worker's hands."""

    share_id: int
    network: str
    place: str
    account_id: int
    external_id: str
    credentials: Credentials
    ends_soon: bool
    """Whether the access token has to be renewed before it is used."""
    lease: datetime
    """Until when it is ours."""


def claim(most: int, *, without: Collection[str] = (), only: str | None = None) -> list[Errand]:
    """Up to so many wishes, the oldest first, their next try pushed past the lease; the caller commits.

    Those of places in `without` (or not in `only`) stay where they are. What can't be met is closed here.
    """
    place = Account.network + "|" + Account.host
    there: ColumnElement[bool] = or_(Account.id.is_(None), place.not_in(without)) if only is None else place == only
    due = (
        select(Share.id)
        .outerjoin(Account, Account.id == Share.account_id)
        .where(Share.remove_due_at <= func.now(), there)
        .order_by(Share.remove_due_at, Share.id)
        .limit(most)
        .with_for_update(of=Share, skip_locked=True)
    )
    taken = update(Share).where(Share.id.in_(due)).values(remove_due_at=func.now() + LEASE).returning(Share.id)
    while share_ids := list(db.session.scalars(taken.execution_options(synchronize_session=False))):
        shares = _shares(share_ids)
        apps = apps_of(share.account for share in shares)
        errands = [errand for share in shares if (errand := _errand(share, apps)) is not None]
        db.session.flush()
        if errands:
            return errands
    return []


def _shares(share_ids: Collection[int]) -> Sequence[Share]:
    """With the tokens of their accounts at once; where one of those can't be opened, each by itself."""
    wanted = select(Share).where(Share.id.in_(share_ids)).order_by(Share.id)
    fresh = {"populate_existing": True}
    try:
        return db.session.scalars(wanted.options(_WITH_TOKENS).execution_options(**fresh)).all()
    except CannotOpen:
        return db.session.scalars(wanted.options(joinedload(Share.account)).execution_options(**fresh)).all()


def _errand(share: Share, apps: Mapping[str, Mapping[str, ClientApp | None]]) -> Errand | None:
    account, lease = share.account, share.remove_due_at
    if account is None or not share.external_id or share.state != ShareState.PUBLISHED.value or lease is None:
        share.remove_due_at = None
        return None
    try:
        credentials = networks.credentials_of(account, apps.get(account.network))
        ends_soon = networks.ends_soon(account, utcnow())
    except (Reconnect, CannotOpen):
        share.remove_due_at, share.failure = None, "remove_reconnect"
        networks.mark_broken(account.id, "token")
        return None
    place = place_of(account.network, account.host)
    return Errand(share.id, share.network, place, account.id, share.external_id, credentials, ends_soon, lease)


def record_removed(errand: Errand) -> bool:
    """The network no longer shows it; told once, whoever finds it gone again."""
    gone = update(Share).where(Share.id == errand.share_id, Share.state == ShareState.PUBLISHED.value)
    values = {"state": ShareState.REMOVED.value, "removed_at": func.now(), "remove_due_at": None}
    person_id = db.session.scalar(
        gone.values(**values).returning(Share.person_id).execution_options(synchronize_session=False)
    )
    if person_id is None:
        return False
    announce(ShareRemoved(share_id=errand.share_id, person_id=person_id))
    return True


def record_later(errand: Errand, after: datetime) -> bool:
    """To be tried again."""
    return _record(errand, remove_due_at=after)


def record_refused(errand: Errand, reason: str) -> bool:
    """The network won't; the person is told why and can delete it there themselves."""
    return _record(errand, remove_due_at=None, failure=f"remove_{reason}")


def delay_account(account_id: int, after: datetime) -> None:
    """The network wants nothing more from this account before then."""
    later = update(Share).where(Share.account_id == account_id, Share.remove_due_at < after)
    db.session.execute(later.values(remove_due_at=after).execution_options(synchronize_session=False))


def _record(errand: Errand, **values: object) -> bool:
    held = update(Share).where(Share.id == errand.share_id, Share.remove_due_at == errand.lease)
    return rows_changed(db.session.execute(held.values(**values).execution_options(synchronize_session=False))) == 1
