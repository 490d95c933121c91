"""The pages of the repair desk, for admins."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.networks import registry
from advocacy.networks.hindrances import hindrances, lift
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.sharing import delivery, desk
from advocacy.web import id_argument, signed_in

desk_pages = Blueprint("desk", __name__)


@desk_pages.get("/admin/deliveries")
@signed_in
def index() -> str:
    """Deliveries of the bodies I am admin of, by state and reason, and what stands in the way of networks."""
    now, bodies = utcnow(), desk.my_bodies(current_user)
    wanted = id_argument("organisation")
    body = next((body for body in bodies if body.id == wanted), None)
    if request.args.get("organisation") and body is None:
        raise NotFound
    ids = [body.id] if body else [each.id for each in bodies]
    counted = desk.counts(ids, now)
    group = request.args.get("state", "")
    chosen = desk.Filter(
        ids,
        group if group in desk.GROUPS else _first(counted),
        _word("network") or None,
        _word("reason"),
    )
    shown, more = desk.lines(current_user, chosen, id_argument("before"), now)
    asked: dict[str, Any] = {
        "state": chosen.group,
        "network": chosen.network,
        "reason": chosen.reason,
        "organisation": body.id if body else None,
    }
    return render_template(
        "sharing/deliveries.html",
        lines=shown,
        more=more,
        counts=counted,
        chosen=chosen,
        asked=asked,
        bodies=people.in_tree_order(bodies),
        seen=desk.networks_seen(ids, now),
        networks=registry.shown(),
        hindrances=hindrances(now),
        may_lift=_may_lift(),
    )


def _first(counted: dict[str, dict[str, int]]) -> str:
    """What is shown unasked: the first group that has anything."""
    return next((group for group, reasons in counted.items() if reasons), "unconfirmed")


def _word(name: str) -> str | None:
    """A machine word of the address; nothing where it can't be one."""
    given = request.args.get(name)
    return given if given is not None and given.isprintable() and len(given) < 60 else None


def _may_lift() -> bool:
    return people.may(current_user, Role.ADMIN, people.get_organisation(current_user.organisation.root_id))


@desk_pages.post("/admin/deliveries/<int:share_id>/retry")
@signed_in
def retry(share_id: int) -> Response:
    """Try a failed delivery again, where that is safe."""
    try:
        sent = desk.retry(current_user, share_id)
        db.session.commit()
    except Conflict as refusal:
        db.session.rollback()
        flash(str(refusal.sentence), "warn")
    else:
        flash(
            _("It is tried again.")
            if sent
            else _("Its moment has passed: it was given back to its person, who says when."),
            "good",
        )
    asked = ("state", "network", "reason", "organisation")
    kept: dict[str, Any] = {name: request.form.get(name) or None for name in asked}
    return redirect(url_for("desk.index", **kept), 303)


@desk_pages.post("/admin/deliveries/networks")
@signed_in
def try_network() -> Response:
    """Have a network tried at once that is left alone."""
    people.require(current_user, Role.ADMIN, people.get_organisation(current_user.organisation.root_id))
    lift(request.form.get("place", "")[:300])
    delivery.nudge_delivery(utcnow(), utcnow())
    db.session.commit()
    flash(_("It is tried at once."), "good")
    return redirect(url_for("desk.index"), 303)
