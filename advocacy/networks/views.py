"""My accounts: what is connected and what it may do; connecting, coming back, disconnecting."""

from typing import Any

import structlog
from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Ended, Invalid, NotFound
from advocacy.limits import limiter
from advocacy.networks import choosing, consent, entering, refusals, registry, service, spending
from advocacy.networks.apps import find_app, forget_app
from advocacy.networks.base import (
    Adapter,
    BadCallback,
    ConsentRefused,
    Entry,
    Grant,
    NetworkFailure,
    UnknownApp,
)
from advocacy.networks.forms import ConnectForm
from advocacy.networks.overview import overview_of
from advocacy.web import open_to_all, safe_next, signed_in
from config.settings import get_settings

networks = Blueprint("networks", __name__)
log = structlog.get_logger(__name__)
Answer = Response | str | tuple[str, int]


@networks.get("/accounts")
@signed_in
def accounts() -> str:
    """Every network offered here, each with the person's accounts."""
    page = safe_next(request.args.get("next")) if request.args.get("next") else ""
    return render_template("networks/accounts.html", overview=overview_of(current_user), next=page)


@networks.get("/accounts/<network>/connect")
@signed_in
def enter(network: str) -> str:
    """What the network asks before one can leave for it: a server, a name, a password made for Relais."""
    adapter = registry.get_adapter(network)
    known = {"server": request.args.get("server") or adapter.capabilities.usual_server}
    return _entry_page(adapter, ConnectForm(data={**known, "handle": request.args.get("handle", "")}))


@networks.post("/accounts/<network>/connect")
@signed_in
@limiter.limit("30 per hour")
def connect(network: str) -> Answer:
    """Leave for the network's consent page, or connect at once by a password made for Relais.

    Answered by a page that moves on by itself and not by a redirect: the content security policy says `form-action
    'self'`, and browsers hold a form to it along all its redirects.
    """
    adapter, form = registry.get_adapter(network), ConnectForm()
    way = _way(adapter)
    page = safe_next(request.form.get("next")) if request.form.get("next") else url_for("networks.accounts")
    try:
        typed = {
            "server": form.server.data or "",
            "handle": form.handle.data or "",
            "password": form.password.data or "",
        }
        agreed = bool(form.agreed.data) or service.find_agreement(current_user, network) is not None
        entered = entering.read_entered(adapter, way, typed, agreed)
    except Invalid as error:
        return _refused(adapter, form, error)
    if way is Entry.PASSWORD:
        return _connect_by_password(adapter, form, entered, page)
    state, person_id = consent.new_state(), current_user.id
    db.session.commit()  # nothing is held open while the network answers
    try:
        departure = entering.depart(adapter, _callback_url(network), state, entered, db.session.commit)
    except NetworkFailure as failure:
        return _refused(adapter, form, _sentence(adapter, failure, way))
    consent.remember(person_id, network, state, departure, page, entered.get("server", ""), bool(form.agreed.data))
    return render_template("networks/departure.html", network=adapter.capabilities, url=departure.url, page=page)


@networks.get("/accounts/<network>/callback")
@signed_in
def callback(network: str) -> Response:
    """Come back from the consent page, with a grant, a refusal, or something made up."""
    adapter = registry.get_adapter(network)
    label, answer = adapter.capabilities.label, request.args.to_dict()
    waiting = consent.take(current_user.id, network, answer.get("state", ""))
    app = find_app(network, waiting.host) if waiting.host else None
    db.session.commit()  # nothing is held open while the network answers
    try:
        grants = adapter.arrive_all(_callback_url(network), answer, waiting.keep, app)
        limits = entering.limits_of(adapter, grants[0], app) if len(grants) == 1 else {}
    except ConsentRefused:
        flash(
            _(
                "%(network)s is not connected, as you chose. You can still copy a text and post it yourself.",
                network=label,
            )
        )
        return redirect(waiting.page)
    except BadCallback as error:
        known = refusals.find_sentence(error.reason, label)
        if known is not None:
            flash(known, "warn")
            return redirect(waiting.page)
        raise Ended(
            _(
                "%(network)s did not accept this answer; it may have been used before. Please start again.",
                network=label,
            )
        ) from error
    except NetworkFailure as failure:
        if isinstance(failure, UnknownApp):
            forget_app(network, waiting.host)
            db.session.commit()
        log.warning("connection_failed", network=network, reason=failure.reason)
        flash(_("%(network)s did not answer properly. Nothing was connected; please try again.", network=label), "warn")
        return redirect(waiting.page)
    if len(grants) > 1:
        choosing.remember(current_user.id, network, choosing.Choice(grants, waiting.page, waiting.agreed))
        return redirect(url_for("networks.choose", network=network))
    return _connected(adapter, grants[0], limits, waiting.page, waiting.agreed)


@networks.get("/accounts/<network>/choose")
@signed_in
def choose(network: str) -> str:
    """Which of the accounts that the consent is for is meant."""
    adapter = registry.get_adapter(network)
    choice = choosing.look(current_user.id, network)
    return render_template("networks/choose.html", network=adapter.capabilities, choice=choice)


@networks.post("/accounts/<network>/choose")
@signed_in
def chosen(network: str) -> Response:
    """Connect the one that was picked; the others’ tokens are forgotten."""
    adapter = registry.get_adapter(network)
    wanted = request.form.get("account", "")
    if wanted not in {grant.external_id for grant in choosing.look(current_user.id, network).grants}:
        return redirect(url_for("networks.choose", network=network))
    choice = choosing.take(current_user.id, network)
    grant = next(grant for grant in choice.grants if grant.external_id == wanted)
    db.session.commit()  # nothing is held open while the network answers
    limits = entering.limits_of(adapter, grant, None)
    return _connected(adapter, grant, limits, choice.page, choice.agreed)


@networks.get("/accounts/<network>/<name>.json")
@open_to_all
@limiter.limit("120 per minute")
def document(network: str, name: str) -> Response:
    """A document that a network reads in public, about Relais itself; signed in or not."""
    found = registry.get_adapter(network).documents().get(f"{name}.json")
    if found is None:
        raise NotFound
    return jsonify(found)


def _way(adapter: Adapter) -> Entry:
    """The way in that was chosen; the network's first one where none was."""
    asked = request.values.get("way", "")
    return Entry(asked) if asked in set(Entry) else adapter.capabilities.entries[0]


def _entry_page(adapter: Adapter, form: ConnectForm) -> str:
    return render_template(
        "networks/enter.html",
        network=adapter.capabilities,
        form=form,
        way=_way(adapter),
        next=request.values.get("next"),
    )


def _refused(adapter: Adapter, form: ConnectForm, error: Invalid) -> tuple[str, int]:
    """The same page with what was typed, and the sentence at its field."""
    field = error.facts.get("field")
    if field in form:
        form[field].errors = [*form[field].errors, error.sentence]
    else:
        form.form_errors.append(error.sentence)
    return _entry_page(adapter, form), 422


def _sentence(adapter: Adapter, failure: NetworkFailure, way: Entry) -> Invalid:
    """What to tell a person whose server, name or password leads nowhere."""
    log.warning("connection_failed", network=adapter.capabilities.name, reason=failure.reason)
    label = adapter.capabilities.label
    known = refusals.find_sentence(failure.reason, label)
    if known is not None:
        return Invalid(known, field="password" if way is Entry.PASSWORD else "handle")
    if not isinstance(failure, BadCallback):
        return Invalid(
            _("%(network)s did not answer properly. Nothing was connected; please try again.", network=label)
        )
    if way is Entry.SERVER:
        return Invalid(
            _("No %(network)s server answers there. Check how it is written.", network=label), field="server"
        )
    if way is Entry.PASSWORD:
        return Invalid(_("%(network)s does not accept this name with this password.", network=label), field="password")
    return Invalid(_("%(network)s knows nobody of that name.", network=label), field="handle")


def _connect_by_password(adapter: Adapter, form: ConnectForm, entered: dict[str, str], page: str) -> Answer:
    db.session.commit()  # nothing is held open while the network answers
    try:
        grant = adapter.sign_in(entered)
        limits = entering.limits_of(adapter, grant, None)
    except NetworkFailure as failure:
        return _refused(adapter, form, _sentence(adapter, failure, Entry.PASSWORD))
    return _connected(adapter, grant, limits, page, bool(form.agreed.data))


def _connected(adapter: Adapter, grant: Grant, limits: dict[str, Any], page: str, agreed: bool) -> Response:
    network = adapter.capabilities
    service.connect(current_user, network.name, grant, limits, utcnow() if agreed else None)
    spending.note(network, "connect")
    db.session.commit()
    flash(_("%(network)s is connected. Nothing goes out before you press.", network=network.label), "good")
    return redirect(page)


@networks.post("/accounts/<int:account_id>/disconnect")
@signed_in
def disconnect(account_id: int) -> Response:
    """Erase an account and its keys, then have the network forget the grant as well."""
    network = service.get_account(current_user, account_id).network
    adapter = registry.find_adapter(network)
    credentials = service.disconnect(current_user, account_id)
    db.session.commit()
    if credentials is not None and service.is_needed_elsewhere(current_user, network, credentials):
        flash(
            _("Disconnected: the key is erased here. Your consent there stays, since another account needs it."), "good"
        )
        return redirect(url_for("networks.accounts"))
    try:
        if credentials is None or adapter is None or not adapter.capabilities.can_revoke:
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
