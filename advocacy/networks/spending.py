"""What calls of networks that take money for them cost, by day, and the month's budget, past which nothing goes out.

What a share costs is set aside before it is sent and given back where the network certainly did nothing: two workers
can't spend the same money, and at worst the ledger says more than the network's bill. Days and months are those of UTC.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.networks.base import Capabilities, Outgoing, TryLater
from advocacy.networks.models import NetworkSpend
from advocacy.networks.wire import next_midnight

log = structlog.get_logger(__name__)


def price_of(network: Capabilities, outgoing: Outgoing) -> int:
    """What sending this share costs, in millionths of a dollar."""
    if not network.prices:
        return 0
    linked = bool(outgoing.link) or "://" in outgoing.text
    described = 0 if outgoing.link or outgoing.file else sum(1 for picture in outgoing.pictures if picture.alt)
    return price(network, "publish_link" if linked else "publish") + described * price(network, "picture")


def price(network: Capabilities, act: str) -> int:
    """What one call costs, in millionths of a dollar."""
    return int(network.prices.get(act, 0))


def spent(network: str, now: datetime) -> int:
    """Millionths of a dollar set aside or spent this month."""
    first = now.astimezone(UTC).date().replace(day=1)
    total = select(func.coalesce(func.sum(NetworkSpend.micros), 0))
    return int(db.session.scalar(total.where(NetworkSpend.network == network, NetworkSpend.day >= first)) or 0)


def allowed(network: Capabilities, micros: int, now: datetime) -> bool:
    """Whether the month's budget has room for so much more."""
    most = network.monthly_budget
    return not micros or most is None or spent(network.name, now) + micros <= most


def left(network: Capabilities, now: datetime) -> int | None:
    """What is left of the month's budget, in millionths of a dollar; None where there is no end to it."""
    if not network.prices or network.monthly_budget is None:
        return None
    return network.monthly_budget - spent(network.name, now)


def dearest(network: Capabilities) -> int:
    """The most that a share can cost, in millionths of a dollar."""
    pictures = network.most_pictures * price(network, "picture")
    return max(price(network, "publish"), price(network, "publish_link")) + pictures


def is_exhausted(network: Capabilities, now: datetime) -> bool:
    """Whether a share of a link, which most are, would find no budget now."""
    return not allowed(network, max(price(network, "publish"), price(network, "publish_link")), now)


def exhausted_among(networks: Iterable[Capabilities], now: datetime) -> frozenset[str]:
    """Names of those of these networks whose budget of the month is used up."""
    return frozenset(network.name for network in networks if is_exhausted(network, now))


def check(network: Capabilities, outgoing: Outgoing) -> None:
    """Set aside what the share costs; to be committed before it is sent. Raises TryLater without a budget for it."""
    take(network, price_of(network, outgoing), outgoing.key)


def take(network: Capabilities, micros: int, key: str) -> None:
    """Set so much aside, in one step that no other worker can come between. Raises TryLater("budget").

    Tried again each day: the month may be over, or the operator may have raised the budget. `key` spreads that.
    """
    if not micros:
        return
    now = utcnow()
    _row_of_today(network.name, now)
    today = now.astimezone(UTC).date()
    ours = (NetworkSpend.network == network.name, NetworkSpend.day == today)
    wanted = update(NetworkSpend).where(*ours)
    if network.monthly_budget is not None:
        earlier = (
            select(func.coalesce(func.sum(NetworkSpend.micros), 0))
            .where(
                NetworkSpend.network == network.name,
                NetworkSpend.day >= today.replace(day=1),
                NetworkSpend.day < today,
            )
            .scalar_subquery()
        )
        wanted = wanted.where(NetworkSpend.micros + earlier + micros <= network.monthly_budget)
    added = wanted.values(micros=NetworkSpend.micros + micros, calls=NetworkSpend.calls + 1)
    if not rows_changed(db.session.execute(added.execution_options(synchronize_session=False))):
        log.warning("budget_used_up", network=network.name, wanted=micros)
        raise TryLater("budget", next_midnight(key), scope="app")


def give_back(network: Capabilities, outgoing: Outgoing) -> None:
    """The network certainly did nothing: what was set aside for the share is free again."""
    micros = price_of(network, outgoing)
    if micros:
        _add(network.name, -micros, -1)


def note(network: Capabilities, act: str) -> None:
    """A call was made that nobody could plan for; it counts, whatever the budget."""
    if price(network, act):
        _add(network.name, price(network, act), 1)


def paced(network: Capabilities, following: datetime | None, now: datetime) -> datetime | None:
    """The next moment to ask for figures, where each day's first question costs: not on the same day again."""
    if following is None or not price(network, "measure"):
        return following
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(following, midnight)


def _add(network: str, micros: int, calls: int) -> None:
    now = utcnow()
    _row_of_today(network, now)
    today = update(NetworkSpend).where(NetworkSpend.network == network, NetworkSpend.day == now.astimezone(UTC).date())
    values = {"micros": NetworkSpend.micros + micros, "calls": NetworkSpend.calls + calls}
    db.session.execute(today.values(values).execution_options(synchronize_session=False))


def _row_of_today(network: str, now: datetime) -> None:
    made = insert(NetworkSpend).values(network=network, day=now.astimezone(UTC).date(), calls=0, micros=0)
    db.session.execute(made.on_conflict_do_nothing())
