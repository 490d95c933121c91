"""My accounts: what is connected and what it may do; connecting, coming back, disconnecting."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import BadRequest
from advocacy.networks import consent, registry, service
from advocacy.networks.base import Adapter, BadCallback, Capabilities, ConsentRefused, NetworkFailure
from advocacy.networks.models import Account, AccountState
from advocacy.web import safe_next, signed_in
from config.settings import get_settings

networks = Blueprint("networks", __name__)
log = structlog.get_logger(__name__)
SOON = timedelta(days=10)


@dataclass(frozen=True)
class Row:
    """A line of the page: a network, and the account on it if there is one."""

    network: Capabilities | None
    """None where the network is no longer offered here: all that is left is to disconnect."""
    account: Account | None = None
    allows: frozenset[str] = frozenset()
    renews: bool = False
    days_left: int | None = None
    """Whole days until the person has to connect again; None where nothing ends."""

    @property
    def broken(self) -> bool:
        """Whether the network no longer accepts the grant."""
        return self.account is not None and self.account.state == AccountState.RECONNECT

    @property
    def ends_soon(self) -> bool:
        """Whether connecting again is worth a word now."""
        return self.days_left is not None and self.days_left < SOON.days


@networks.get("/accounts")
@signed_in
def accounts() -> str:
    """Every network offered here, each with its accounts."""
    return render_template("networks/accounts.html", rows=_rows())


@networks.post("/accounts/<network>/connect")
@signed_in
def connect(network: str) -> str:
    """Leave for the network's consent page.

    Answered by a page that moves on by itself and not by a redirect: the content security policy says `form-action
    'self'`, and browsers hold a form to it along all its redirects.
    """
    adapter, state = registry.get_adapter(network), consent.new_state()
    departure = adapter.depart(_callback_url(network), state)
    page = safe_next(request.form.get("next")) if request.form.get("next") else url_for("networks.accounts")
    consent.remember(current_user.id, network, state, departure, page)
    return render_template("networks/departure.html", network=adapter.capabilities, url=departure.url, page=page)


@networks.get("/accounts/<network>/callback")
@signed_in
def callback(network: str) -> Response:
    """Come back from the consent page, with a grant, a refusal, or something made up."""
    adapter = registry.get_adapter(network)
    label = adapter.capabilities.label
    person_id, answer = current_user.id, request.args.to_dict()
    waiting = consent.take(person_id, network, answer.get("state", ""))
    db.session.commit()  # nothing is held open while the network answers
    try:
        grant = adapter.arrive(_callback_url(network), answer, waiting.keep)
    except ConsentRefused:
        flash(
            _(
                "%(network)s is not connected, as you chose. You can still copy a text and post it yourself.",
                network=label,
            )
        )
        return redirect(waiting.page)
    except BadCallback as error:
        raise BadRequest(
            _(
                "%(network)s did not accept this answer; it may have been used before. Please start again.",
                network=label,
            )
        ) from error
    except NetworkFailure as failure:
        log.warning("connection_failed", network=network, reason=failure.reason)
        flash(_("%(network)s did not answer properly. Nothing was connected; please try again.", network=label), "warn")
        return redirect(waiting.page)
    service.connect(current_user, network, grant)
    db.session.commit()
    flash(_("%(network)s is connected. Nothing goes out before you press.", network=label), "good")
    return redirect(waiting.page)


@networks.post("/accounts/<int:account_id>/disconnect")
@signed_in
def disconnect(account_id: int) -> Response:
    """Erase an account and its keys, then have the network forget the grant as well."""
    adapter = registry.find_adapter(service.get_account(current_user, account_id).network)
    credentials = service.disconnect(current_user, account_id)
    db.session.commit()
    try:
        if credentials is None or adapter is None:
            raise NetworkFailure("no_key")
        adapter.revoke(credentials)
    except NetworkFailure as failure:
        log.warning("revocation_failed", reason=failure.reason)
        flash(
            _("Disconnected: Relais has erased its key. The network did not confirm, so look in its settings too."),
            "warn",
        )
    else:
        flash(_("Disconnected. The key is erased here, and the network has withdrawn it."), "good")
    return redirect(url_for("networks.accounts"))


def _callback_url(network: str) -> str:
    """As registered with the network: made of the instance's own address, never of a request's Host."""
    return get_settings().public_url + url_for("networks.callback", network=network)


def _rows() -> list[Row]:
    mine = service.accounts_of(current_user)
    renewing, offered = service.renewable_ids(mine), {each.capabilities.name: each for each in registry.offered()}
    rows = [_row(account, offered.get(account.network), account.id in renewing) for account in mine]
    held = {account.network for account in mine}
    return rows + [Row(each.capabilities) for name, each in offered.items() if name not in held]


def _row(account: Account, adapter: Adapter | None, renews: bool) -> Row:
    ends = None if renews else account.expires_at
    return Row(
        network=adapter.capabilities if adapter else None,
        account=account,
        allows=adapter.allows(account.scopes) if adapter else frozenset(),
        renews=renews,
        days_left=max((ends - utcnow()).days, 0) if ends else None,
    )
