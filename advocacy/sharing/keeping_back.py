"""What may not go yet though it is due: its network's money is used up, or its account's posts of the day are.

Told before the claim is committed, so that nobody else saw it: those shares, and all others that wait for the same, are
put off in one statement and stand in nobody's way.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from advocacy.clock import midnight, utcnow
from advocacy.db import db
from advocacy.networks import registry, spending
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account
from advocacy.networks.quotas import Quota, quota_in
from advocacy.sharing.models import Share, ShareState

BUDGET: Final = "budget"
QUOTA: Final = "quota"
SPREAD: Final = 600
"""Seconds over which those come back that wait for the same midnight."""
OUT: Final = (ShareState.ARMED, ShareState.PUBLISHED, ShareState.UNCONFIRMED, ShareState.REMOVED)
"""States of shares that count as posts made when they were armed."""
log = structlog.get_logger(__name__)


def keep_back(taken: Mapping[int, str]) -> set[int]:
    """Of shares (id → network) that this transaction has just claimed, those that may not go: they are scheduled again,
    with the reason, as if they had never been claimed.
    """
    now, wanted = utcnow(), set(taken.values())
    networks = [one.capabilities for one in registry.offered() if one.capabilities.name in wanted]
    kept: set[int] = set()
    for network in networks:
        mine = [share_id for share_id, name in taken.items() if name == network.name]
        kept |= _unpaid(network, mine, now)
    telling = {network.name for network in networks if network.tells_limits}
    return kept | _full([share_id for share_id, name in taken.items() if name in telling and share_id not in kept], now)


def _unpaid(network: Capabilities, taken: Sequence[int], now: datetime) -> set[int]:
    """Those dearer than what is left of the month's budget; tried again each day, since the operator may raise it."""
    left = spending.left(network, now)
    if left is None or left >= spending.dearest(network):
        return set()
    linked = or_(Share.link.is_not(None), Share.text.contains("://"))
    plain, dear = spending.price(network, "publish"), spending.price(network, "publish_link")
    waiting = and_(Share.network == network.name, Share.state == ShareState.SCHEDULED.value, Share.due_at <= now)
    these = and_(or_(Share.id.in_(taken), waiting), case((linked, dear), else_=plain) > left)
    due_at = _next_midnight(now) + func.make_interval(0, 0, 0, 0, 0, 0, Share.id % SPREAD)
    kept = _put_off(these, taken, due_at, BUDGET)
    if kept:
        log.warning("kept_back", network=network.name, reason=BUDGET, shares=len(kept))
    return kept


def _full(taken: Sequence[int], now: datetime) -> set[int]:
    """Those of accounts that posted as much as their network said it takes in a while."""
    full = full_accounts(_quotas(taken), now) if taken else {}
    if not full:
        return set()
    free: Any = case(full, value=Share.account_id)
    earlier = and_(Share.state == ShareState.SCHEDULED.value, Share.due_at < free)
    kept = _put_off(and_(Share.account_id.in_(full), or_(Share.id.in_(taken), earlier)), taken, free, QUOTA)
    log.info("kept_back", reason=QUOTA, accounts=len(full), shares=len(kept))
    return kept


def full_accounts(quotas: Mapping[int, Quota], now: datetime) -> dict[int, datetime]:
    """Accounts that may post nothing now, and when they may again."""
    if not quotas:
        return {}
    made: dict[int, list[datetime]] = {account_id: [] for account_id in quotas}
    since = now - 2 * max(quota.span for quota in quotas.values())
    ours = select(Share.account_id, Share.armed_at).where(
        Share.account_id.in_(quotas), Share.armed_at > since, Share.state.in_([state.value for state in OUT])
    )
    for account_id, armed_at in db.session.execute(ours):
        if account_id is not None and armed_at is not None:
            made[account_id].append(armed_at)
    found = {account_id: quota.free_at(now, made[account_id]) for account_id, quota in quotas.items()}
    return {account_id: moment for account_id, moment in found.items() if moment is not None}


def _quotas(taken: Sequence[int]) -> dict[int, Quota]:
    asked = select(Account.id, Account.limits, Account.limits_at).where(
        Account.id.in_(select(Share.account_id).where(Share.id.in_(taken))), Account.limits.has_key("posts_a_while")
    )
    found = {row.id: quota_in(row.limits, row.limits_at) for row in db.session.execute(asked)}
    return {account_id: quota for account_id, quota in found.items() if quota is not None}


def _put_off(these: ColumnElement[bool], taken: Collection[int], due_at: Any, reason: str) -> set[int]:
    """In one statement; ids of those that had just been claimed."""
    claimed = Share.state == ShareState.CLAIMED.value
    values = {
        "state": ShareState.SCHEDULED.value,
        "attempt": case((claimed, Share.attempt - 1), else_=Share.attempt),
        "due_at": due_at,
        "failure": reason,
        "failure_detail": None,
    }
    free = select(Share.id).where(these).with_for_update(skip_locked=True)
    put_off = update(Share).where(Share.id.in_(free)).values(**values).returning(Share.id)
    return set(db.session.scalars(put_off.execution_options(synchronize_session=False))) & set(taken)


def _next_midnight(now: datetime) -> datetime:
    """Of UTC, as budgets are counted."""
    return midnight(now.astimezone(UTC).date() + timedelta(days=1), "UTC")
