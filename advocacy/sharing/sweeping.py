"""Each minute: what dead workers, gone accounts and silent networks left is put right."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import Update

from advocacy.db import db, rows_changed
from advocacy.networks import registry
from advocacy.networks.base import Settling
from advocacy.networks.models import Account, AccountState
from advocacy.sharing import claiming
from advocacy.sharing.delivery import told
from advocacy.sharing.models import Share, ShareState
from config.settings import get_settings

LONGEST_WAIT = timedelta(hours=24)
"""How late a share still goes by itself once its account is connected again; later, its person says when."""
NETWORK_DOWN = "network_down"


def sweep(now: datetime) -> dict[str, int]:
    """How many of each there were. Armed ones are never sent again by this."""
    lost = now - timedelta(seconds=get_settings().delivery_lease)
    back = update(Share).where(Share.state == ShareState.CLAIMED.value, Share.claimed_at < lost)
    orphan = update(Share).where(Share.state == ShareState.SCHEDULED.value, Share.account_id.is_(None))
    broken = select(Account.id).where(Account.state == AccountState.RECONNECT.value)
    stale = update(Share).where(
        Share.state == ShareState.SCHEDULED.value, Share.wanted_at < now - LONGEST_WAIT, Share.account_id.in_(broken)
    )
    again = {"state": ShareState.SCHEDULED.value, "due_at": now, "attempt": Share.attempt + 1}
    return {
        "claimed_again": _changed(back.values(**again)),
        "unconfirmed": _changed(_unknown(lost, now)),
        "disconnected": _changed(orphan.values(state=ShareState.FAILED.value, failure="disconnected")),
        "waited_too_long": _changed(stale.values(state=ShareState.HELD.value, failure="waited_too_long")),
        "given_bodies": claiming.give_bodies(),
    }


def _unknown(lost: datetime, now: datetime) -> Update:
    """What was armed and never recorded. Networks that can be asked are, soon."""
    able = [
        adapter.capabilities.name
        for adapter in registry.offered()
        if adapter.capabilities.settling in (Settling.ASK, Settling.AGAIN)
    ]
    armed = update(Share).where(Share.state == ShareState.ARMED.value, Share.armed_at < lost)
    return armed.values(
        state=ShareState.UNCONFIRMED.value,
        failure="no_answer",
        uncertain=True,
        ask_at=case((Share.network.in_(able), now), else_=None),
        asked=Share.asked.op("||")(bindparam("told", [told("publish", "worker_lost")], JSONB)),
    )


def mark_waiting(places: Collection[str], now: datetime) -> int:
    """Shares that wait because their network is down say so."""
    place = select(Account.id).where((Account.network + "|" + Account.host).in_(places))
    due = (Share.state == ShareState.SCHEDULED.value, Share.due_at <= now)
    down = update(Share).where(*due, Share.account_id.in_(place), Share.failure.is_distinct_from(NETWORK_DOWN))
    return _changed(down.values(failure=NETWORK_DOWN, failure_detail=None)) if places else 0


def _changed(change: Update) -> int:
    return rows_changed(db.session.execute(change.execution_options(synchronize_session=False)))
