"""Who tells the figures of an account's posts: its own grant, or one that its person gave apart for figures alone."""

from collections.abc import Sequence

from sqlalchemy import select

from advocacy.db import db
from advocacy.networks import registry
from advocacy.networks.base import Adapter
from advocacy.networks.models import Account, AccountState


def find_reader(account: Account) -> tuple[Adapter, Account] | None:
    """The network to ask for figures of this account's posts, and the account to ask with.

    Where the account's own grant does not allow it, a connected account of the same person on a network that tells the
    figures of this one, rather one of the same name. None where the account's network is not offered any more. Raises
    CannotOpen.
    """
    own = registry.find_adapter(account.network)
    if own is None or "measure" in own.allows(account.scopes):
        return None if own is None else (own, account)
    for adapter in registry.telling_figures_of(account.network):
        found = _account_on(adapter.capabilities.name, account)
        if found is not None and "measure" in adapter.allows(found.scopes):
            return adapter, found
    return own, account


def told_apart(accounts: Sequence[Account]) -> set[str]:
    """The networks whose figures these accounts of a person let Relais read by a consent apart."""
    told = set()
    for account in accounts:
        adapter = registry.find_adapter(account.network)
        connected = account.state == AccountState.CONNECTED.value
        if adapter is not None and connected and "measure" in adapter.allows(account.scopes):
            told.add(adapter.capabilities.figures_for)
    return told - {""}


def _account_on(network: str, account: Account) -> Account | None:
    """An id is another one in each app, so that nothing but the person, and perhaps the name, joins the two."""
    wanted = select(Account).where(
        Account.person_id == account.person_id,
        Account.network == network,
        Account.state == AccountState.CONNECTED.value,
        Account.access_token.is_not(None),
    )
    return db.session.scalar(wanted.order_by(Account.name != account.name, Account.id).limit(1))
