"""The operator's look at the networks: what is offered, how many accounts, what it cost."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_login import current_user
from sqlalchemy import func, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import registry, spending
from advocacy.networks.base import Capabilities
from advocacy.networks.hindrances import hindrances
from advocacy.networks.models import Account, AccountState
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in

networks_admin = Blueprint("networks_admin", __name__)
CENT = 10_000
"""Millionths of a dollar in a cent."""


@dataclass(frozen=True)
class Line:
    """A network on the page. Money in whole cents of a dollar; None: it takes none, or has no budget."""

    network: Capabilities
    connected: int
    broken: int
    spent: int | None
    budget: int | None
    exhausted: bool
    concerns: tuple[str, ...] = ()
    """What has to be seen to soon, by machine word (see `Adapter.concerns`)."""


@networks_admin.get("/admin/networks")
@signed_in
def index() -> str:
    """Every network offered here, with its accounts and its costs of this month: for admins of the whole programme."""
    people.require(current_user, Role.ADMIN, people.get_organisation(current_user.organisation.root_id))
    return render_template("networks/admin.html", lines=_lines(), hindrances=hindrances(utcnow()))


def _lines() -> list[Line]:
    now = utcnow()
    counted = select(Account.network, Account.state, func.count()).group_by(Account.network, Account.state)
    counts = {(network, state): count for network, state, count in db.session.execute(counted)}
    lines = []
    for adapter in registry.offered():
        network = adapter.capabilities
        speakers = (adapter, *registry.telling_figures_of(network.name))
        paid, most = bool(network.prices), network.monthly_budget
        lines.append(
            Line(
                network=network,
                connected=counts.get((network.name, AccountState.CONNECTED.value), 0),
                broken=counts.get((network.name, AccountState.RECONNECT.value), 0),
                spent=-(-spending.spent(network.name, now) // CENT) if paid else None,
                budget=most // CENT if paid and most is not None else None,
                exhausted=spending.is_exhausted(network, now),
                concerns=tuple(sorted({word for one in speakers for word in one.concerns(now)})),
            )
        )
    return lines
