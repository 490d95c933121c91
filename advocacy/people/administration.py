"""The screens of an admin: people, invitations, and the tree of bodies."""

from collections.abc import Callable

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.db import db
from advocacy.errors import BadRequest, Conflict, Invalid, NotFound
from advocacy.limits import limiter
from advocacy.people import service
from advocacy.people.forms import (
    ROLE_NAMES,
    BodyForm,
    BodySettingsForm,
    GrantForm,
    InviteForm,
    InviteManyForm,
    MoveForm,
    refuse,
)
from advocacy.people.models import Organisation, Person, Role
from advocacy.web import signed_in

log = structlog.get_logger(__name__)
people_admin = Blueprint("people_admin", __name__)
Page = str | Response | tuple[str, int]


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _my_bodies() -> list[Organisation]:
    service.require_anywhere(_me(), Role.ADMIN)
    return service.organisations_where(_me(), Role.ADMIN)


def _number(written: str | None) -> int | None:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 19 else None


@people_admin.get("/admin/people")
@signed_in
def index() -> str:
    """The people of the bodies I am admin of."""
    bodies = _my_bodies()
    wanted = _number(request.args.get("organisation"))
    body = next((body for body in bodies if body.id == wanted), None)
    if wanted is not None and body is None:
        raise NotFound
    state = request.args.get("state", "")
    chosen = service.PeopleFilter(
        bodies,
        body,
        service.PersonState(state) if state in list(service.PersonState) else None,
        request.args.get("q", "")[:100],
    )
    found = service.list_people(chosen, before=request.args.get("before", ""), after=request.args.get("after", ""))
    asked = {"q": chosen.words or None, "organisation": wanted, "state": chosen.state and chosen.state.value}
    return render_template(
        "people/index.html",
        page=found,
        chosen=chosen,
        asked=asked,
        bodies=service.in_tree_order(bodies),
        counts=service.count_people(chosen),
        state_of=service.state_of,
        states=service.PersonState,
    )


@people_admin.route("/admin/people/invite", methods=["GET", "POST"])
@limiter.limit("120 per minute", methods=["POST"])
@signed_in
def invite() -> Page:
    """Invite one person, or a list."""
    bodies = service.in_tree_order(_my_bodies())
    several = request.method == "POST" and request.form.get("section") == "several"
    one = InviteForm() if not several else InviteForm(formdata=None)
    many = InviteManyForm(prefix="many-") if several else InviteManyForm(formdata=None, prefix="many-")
    for form in (one, many):
        form.offer(bodies)
    results: list[service.Invited] = []
    if request.method == "POST":
        try:
            if several and many.validate():
                results = _invite_several(many)
            elif not several and one.validate():
                return _invite_one(one)
        except Invalid as error:
            db.session.rollback()
            refuse(error, many if several else one)
    ok = request.method == "GET" or (bool(results) and all(result.person for result in results))
    return render_template("people/invite.html", one=one, many=many, results=results), 200 if ok else 422


def _invite_one(form: InviteForm) -> Response:
    body = service.get_organisation(form.organisation.data)
    person = service.invite(
        _me(), body, form.email.data or "", form.name.data or "", form.language.data, Role(form.role.data)
    )
    db.session.commit()
    flash(_("An invitation is on its way to %(email)s.", email=person.email), "good")
    return redirect(url_for("people_admin.person", person_id=person.id))


def _invite_several(form: InviteManyForm) -> list[service.Invited]:
    body = service.get_organisation(form.organisation.data)
    lines = [line.strip() for line in (form.lines.data or "").splitlines() if line.strip()]
    results = service.invite_many(_me(), body, lines, form.language.data)
    form.lines.data = "\n".join(result.line for result in results if result.person is None)
    db.session.commit()
    return results


@people_admin.route("/admin/people/<int:person_id>", methods=["GET", "POST"])
@limiter.limit("120 per minute", methods=["POST"])
@signed_in
def person(person_id: int) -> Page:
    """One person: where they belong, what they may do, whether they may come in."""
    somebody = service.get_person(person_id)
    service.require(_me(), Role.ADMIN, somebody.organisation)
    bodies = service.in_tree_order(service.organisations_where(_me(), Role.ADMIN))
    move = MoveForm(prefix="move-", data={"organisation": somebody.organisation_id})
    granting = GrantForm(prefix="grant-")
    for form in (move, granting):
        form.offer(bodies)
    status = 200
    if request.method == "POST":
        try:
            return _done(somebody, _act(somebody, move, granting))
        except (Invalid, Conflict) as error:
            db.session.rollback()
            flash(str(error.sentence), "bad")
            status = int(error.status)
    return _person_page(somebody, move, granting), status


def _person_page(somebody: Person, move: MoveForm, granting: GrantForm) -> str:
    return render_template(
        "people/person.html",
        person=somebody,
        state=service.state_of(somebody),
        move=move,
        granting=granting,
        mine={held.id for held in somebody.grants if service.may(_me(), Role.ADMIN, held.organisation)},
        roles=ROLE_NAMES,
        waiting=somebody.password_hash is None,
        myself=somebody.id == _me().id,
    )


def _done(somebody: Person, sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "good")
    return redirect(url_for("people_admin.person", person_id=somebody.id))


def _act(somebody: Person, move: MoveForm, granting: GrantForm) -> str:
    section = request.form.get("section", "")
    if section == "move":
        service.move(_me(), somebody, service.get_organisation(_chosen(move)))
        return str(_("%(name)s belongs to %(body)s now.", name=somebody.name, body=somebody.organisation.name))
    if section == "grant":
        body = service.get_organisation(_chosen(granting))
        service.grant(_me(), somebody, body, Role(granting.role.data))
        return str(_("The role is given, there and everywhere below."))
    if section == "withdraw":
        held = service.find_grant(somebody, _number(request.form.get("grant")) or 0)
        if held is None:
            raise NotFound
        service.withdraw_grant(_me(), held)
        return str(_("The role is withdrawn."))
    return _open_or_close(somebody, section)


def _open_or_close(somebody: Person, section: str) -> str:
    acts: dict[str, tuple[Callable[[Person, Person], None], str]] = {
        "resend": (service.resend, _("The invitation is on its way again.")),
        "deactivate": (service.deactivate, _("The account is closed; what it shared stays.")),
        "reactivate": (service.reactivate, _("The account is open again.")),
    }
    if section not in acts:
        raise BadRequest
    act, sentence = acts[section]
    act(_me(), somebody)
    return sentence


def _chosen(form: MoveForm | GrantForm) -> int:
    """The body picked. One that was not offered is nothing this admin may know of, or may not touch."""
    if not form.validate():
        picked = form.organisation.data
        if form.organisation.errors and isinstance(picked, int):
            service.require(_me(), Role.ADMIN, service.get_organisation(picked))
        raise Invalid(_("Please choose one of these."))
    return int(form.organisation.data)


@people_admin.route("/admin/organisations", methods=["GET", "POST"])
@limiter.limit("120 per minute", methods=["POST"])
@signed_in
def organisations() -> Page:
    """The tree of the bodies I am admin of, and a new one below one of them."""
    form = BodyForm()
    bodies = service.in_tree_order(_my_bodies())
    form.offer(bodies)
    if form.validate_on_submit():
        try:
            parent = service.get_organisation(form.organisation.data)
            service.require(_me(), Role.ADMIN, parent)
            body = service.found_organisation(form.name.data or "", parent)
            service.settle_in(body, form.country.data or "")
            db.session.commit()
            flash(_("%(name)s is there now.", name=body.name), "good")
            return redirect(url_for("people_admin.organisations"))
        except Invalid as error:
            db.session.rollback()
            refuse(error, form)
    people = service.count_by_organisation([body for _depth, body in bodies])
    page = render_template("people/organisations.html", form=form, bodies=bodies, people=people)
    return page, 422 if form.is_submitted() else 200


@people_admin.route("/admin/organisations/<int:organisation_id>", methods=["GET", "POST"])
@limiter.limit("120 per minute", methods=["POST"])
@signed_in
def country(organisation_id: int) -> Page:
    """Where a body is, and the rules it holds to: posts, approvals and notices depend on them."""
    body = service.get_organisation(organisation_id)
    service.require(_me(), Role.ADMIN, body)
    kept = {"country": body.country or "", "four_eyes": body.four_eyes, "recall_names": body.recall_names}
    form = BodySettingsForm(data=kept)
    if form.validate_on_submit():
        try:
            service.settle_in(body, form.country.data or "")
            service.hold_to_four_eyes(body, on=bool(form.four_eyes.data))
            service.name_in_recalls(body, on=bool(form.recall_names.data))
            db.session.commit()
            log.info("body_settings", body=body.id, person=_me().id, four_eyes=body.four_eyes, names=body.recall_names)
            flash(_("Saved."), "good")
            return redirect(url_for("people_admin.organisations"))
        except Invalid as error:
            db.session.rollback()
            refuse(error, form)
    above = service.asks_four_eyes(body)
    held_above = above if above is not None and above.id != body.id else None
    page = render_template("people/country.html", form=form, body=body, held_above=held_above)
    return page, 422 if form.is_submitted() else 200
