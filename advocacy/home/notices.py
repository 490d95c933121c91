"""The one thing to know beside the feed: what waits for the person, the most pressing first, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.clock import utcnow
from advocacy.home.figures import MyShare
from advocacy.networks import service as networks
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account, AccountState

SOON: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know, in place, with one way forward. `short` is for where there is little room."""

    kind: str
    icon: str
    title: str
    text: str
    short: str
    action: str
    href: str


def notice_for(
    accounts: Sequence[Account], shares: Sequence[MyShare], offered: dict[str, Capabilities]
) -> Notice | None:
    """The most pressing notice: shares that are called back, an account to connect again, an
    unconfirmed share, an account that ends soon, shares that wait; an invitation where no account is connected; None
    where there is nothing to say."""
    if recalled := sum(share.called_back for share in shares):
        return _to_delete(recalled)
    waiting = [share for share in shares if share.is_waiting]
    unconfirmed = [share for share in shares if share.is_unconfirmed]
    broken = next((account for account in accounts if account.state == AccountState.RECONNECT), None)
    if broken is not None:
        return _to_reconnect(_label(broken, offered), _on(broken, waiting))
    if unconfirmed:
        return _to_settle(len(unconfirmed))
    if not accounts:
        return _invitation() if offered else None
    ending = _ends_first(accounts)
    if ending is not None and ending.expires_at is not None:
        days = max((ending.expires_at - utcnow()).days, 0)
        return _to_renew(_label(ending, offered), days, _on(ending, waiting))
    return _of_waiting(waiting) if waiting else None


def _label(account: Account, offered: dict[str, Capabilities]) -> str:
    return offered[account.network].label if account.network in offered else account.network


def _on(account: Account, waiting: Sequence[MyShare]) -> int:
    return sum(share.account_id == account.id for share in waiting)


def _ends_first(accounts: Sequence[Account]) -> Account | None:
    """The account that ends first among those that end soon and do not renew by themselves."""
    limit = utcnow() + SOON

    def end(account: Account) -> datetime:
        return account.expires_at or limit

    soon = [account for account in accounts if end(account) < limit]
    if not soon:
        return None
    renewing = networks.renewable_ids(soon)
    return min((account for account in soon if account.id not in renewing), key=end, default=None)


def _depending(count: int) -> str:
    if not count:
        return str(_("What you plan there waits for you."))
    return str(ngettext("One planned share depends on it.", "%(num)d planned shares depend on it.", count))


def _to_reconnect(network: str, count: int) -> Notice:
    title = _("%(network)s needs a new sign-in", network=network)
    return Notice(
        "warn", "plug-connected-x", title, _depending(count), title, _("Reconnect"), url_for("networks.accounts")
    )


def _to_renew(network: str, days: int, count: int) -> Notice:
    if days:
        title = ngettext(
            "%(network)s expires in %(num)d day", "%(network)s expires in %(num)d days", days, network=network
        )
        short = ngettext("%(network)s: %(num)d day", "%(network)s: %(num)d days", days, network=network)
    else:
        title = short = _("%(network)s expires today", network=network)
    return Notice(
        "warn", "plug-connected-x", title, _depending(count), short, _("Reconnect"), url_for("networks.accounts")
    )


def _to_delete(count: int) -> Notice:
    title = ngettext("%(num)d share is called back", "%(num)d shares are called back", count)
    text = _("Please delete it: one press is enough.")
    return Notice("warn", "rotate", title, text, title, _("Look"), url_for("recall.mine"))


def _to_settle(count: int) -> Notice:
    return Notice(
        "plum",
        "help-circle",
        _("Is this share online?") if count == 1 else _("Are these shares online?"),
        _("The network did not answer, and only you can tell. Nothing is sent twice by itself."),
        ngettext("%(num)d share to settle", "%(num)d shares to settle", count),
        _("Look and say"),
        url_for("home.impact", _anchor="shares"),
    )


def _of_waiting(waiting: Sequence[MyShare]) -> Notice:
    count = len(waiting)
    return Notice(
        "",
        "clock",
        ngettext("%(num)d share is planned", "%(num)d shares are planned", count),
        _("Until they leave you can change them or take them back."),
        ngettext("%(num)d planned", "%(num)d planned", count),
        _("My shares"),
        url_for("sharing.mine"),
    )


def _invitation() -> Notice:
    return Notice(
        "",
        "plug-connected",
        _("Connect a network, if you like"),
        _("Then sharing takes two gestures. Nothing leaves before you press the button."),
        _("Connect a network"),
        _("See how"),
        url_for("networks.accounts"),
    )
