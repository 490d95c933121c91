"""Relais as each server of a network knows it: registered when the first person of that server connects."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.base import ClientApp
from advocacy.networks.models import Account, NetworkApp


def find_app(network: str, host: str, redirect_uri: str | None = None) -> ClientApp | None:
    """The app registered with that server (for this way back, where one is given), or None. Raises CannotOpen."""
    wanted = select(NetworkApp).where(NetworkApp.network == network, NetworkApp.host == host)
    row = db.session.scalar(wanted)
    if row is None or (redirect_uri is not None and row.redirect_uri != redirect_uri):
        return None
    return ClientApp(row.client_id, row.client_secret, tuple(row.scopes))


def apps_of(accounts: Iterable[Account | None]) -> dict[str, dict[str, ClientApp | None]]:
    """The apps of the servers that these accounts are on, by network and host. Raises CannotOpen."""
    found: dict[str, dict[str, ClientApp | None]] = {}
    for network, host in {(account.network, account.host) for account in accounts if account is not None}:
        if host:
            found.setdefault(network, {})[host] = find_app(network, host)
    return found


def keep_app(network: str, host: str, redirect_uri: str, app: ClientApp) -> None:
    """Keep what a registration brought, in place of an earlier one."""
    values = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "scopes": list(app.scopes),
        "redirect_uri": redirect_uri,
        "created_at": utcnow(),
    }
    made = insert(NetworkApp).values(network=network, host=host, **values)
    db.session.execute(made.on_conflict_do_update(index_elements=["network", "host"], set_=values))


def forget_app(network: str, host: str) -> None:
    """The server no longer knows it."""
    db.session.execute(delete(NetworkApp).where(NetworkApp.network == network, NetworkApp.host == host))
