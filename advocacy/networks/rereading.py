"""What networks say of their own limits, read anew: a server's may change, and so does how much of a day is used up.

Reading twice is harmless. A network that does not answer, or says nothing, leaves what was known as it is.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import circuits, pacing, registry, service
from advocacy.networks.base import Capabilities, NetworkFailure
from advocacy.networks.models import Account, AccountState
from advocacy.sealing import CannotOpen

STALE = timedelta(days=7)
SOON_STALE = timedelta(days=1)
"""The same for a quota of which posts were made since, and for what a network did not say when it was asked."""
log = structlog.get_logger(__name__)


def is_stale(account: Account, network: Capabilities, now: datetime) -> bool:
    """Whether the limits of the account should be read before anything goes out on it: it was long ago."""
    return network.tells_limits and (account.limits_at is None or account.limits_at <= now - STALE)


def stale_ids(now: datetime, most: int) -> list[int]:
    """Accounts whose limits a worker should read now, the oldest first; one for each server where those are its own."""
    telling = [one.capabilities.name for one in registry.offered() if one.capabilities.tells_limits]
    resting = {*circuits.open_places(), *pacing.closed(now)}
    server = func.coalesce(func.nullif(Account.host, ""), Account.external_id)
    wanted = (
        select(func.min(Account.id), func.min(Account.limits_at))
        .where(Account.network.in_(telling), Account.state == AccountState.CONNECTED.value, _due(now))
        .where((Account.network + "|" + Account.host).not_in(resting))
        .group_by(Account.network, Account.host, server)
        .order_by(func.min(Account.limits_at).nulls_first(), func.min(Account.id))
        .limit(most)
    )
    return [account_id for account_id, _oldest in db.session.execute(wanted)]


def reread(account_id: int) -> bool:
    """Read the limits of one account, or of its whole server; True if they were said.

    Commits; no transaction is open while the network answers.
    """
    account = db.session.get(Account, account_id, populate_existing=True)
    adapter = registry.find_adapter(account.network) if account is not None else None
    if account is None or adapter is None:
        db.session.commit()
        return False
    network, host = account.network, account.host
    try:
        credentials = service.credentials_of(account)
        db.session.commit()
        said = adapter.limits(credentials)
    except (NetworkFailure, CannotOpen) as problem:
        db.session.commit()
        log.info("limits_not_read", account_id=account_id, network=network, problem=type(problem).__name__)
        return False
    ours = (Account.network == network, Account.host == host) if host else (Account.id == account_id,)
    values = {"limits_at": utcnow(), **({"limits": said} if said else {})}
    held = select(Account.id).where(*ours).order_by(Account.id).with_for_update()
    db.session.execute(update(Account).where(Account.id.in_(held)).values(**values))
    db.session.commit()
    return bool(said)


def reread_if_stale(account_id: int) -> None:
    """The same, only where it was long ago. Commits."""
    account = db.session.get(Account, account_id, populate_existing=True)
    adapter = registry.find_adapter(account.network) if account is not None else None
    if account is not None and adapter is not None and is_stale(account, adapter.capabilities, utcnow()):
        reread(account_id)
    db.session.commit()


def _due(now: datetime) -> ColumnElement[bool]:
    used = and_(Account.limits.has_key("posts_a_while"), Account.last_used_at > Account.limits_at)
    unsaid = Account.limits == {}
    soon = and_(or_(used, unsaid), Account.limits_at <= now - SOON_STALE)
    return or_(Account.limits_at.is_(None), Account.limits_at <= now - STALE, soon)
