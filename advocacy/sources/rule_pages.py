"""The rules' pages: their list in order, one more, and what it would have done."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service as content
from advocacy.content.aims import choices_for
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.sources import inherited, rules, service
from advocacy.sources.blueprint import sources
from advocacy.sources.forms import RuleForm
from advocacy.sources.models import Rule
from advocacy.web import field_errors, id_argument, signed_in

Answer = str | Response | tuple[str, int]


@sources.get("/studio/sources/rules", endpoint="rules")
@signed_in
def rules_page() -> str:
    """The rules, body by body, in the order in which they are asked."""
    people.require_anywhere(current_user, Role.EDITOR)
    wanted = id_argument("body")
    body = people.get_organisation(wanted) if wanted else None
    return render_template(
        "sources/rules.html",
        lists=inherited.lists_of(current_user, rules.rules_of(current_user), body),
        bodies=people.in_tree_order(people.organisations_where(current_user, Role.EDITOR)),
        body_id=body.id if body else None,
        may_draft=rules.may_draft,
    )


@sources.route("/studio/sources/rules/new", methods=["GET", "POST"])
@signed_in
def add_rule() -> Answer:
    """One more rule, at the end of its body's list."""
    people.require_anywhere(current_user, Role.EDITOR)
    return _answer(_form(), None)


@sources.route("/studio/sources/rules/<int:rule_id>", methods=["GET", "POST"])
@signed_in
def rule(rule_id: int) -> Answer:
    """One rule, to change it."""
    found = rules.get_rule(current_user, rule_id, locked=request.method == "POST")
    form = _form()
    if request.method == "GET":
        form.fill(found)
    form.body.data = found.organisation_id
    return _answer(form, found)


@sources.post("/studio/sources/rules/<int:rule_id>/up")
@signed_in
def rule_up(rule_id: int) -> Response:
    """Ask it before the one above it."""
    return _moved(rule_id, up=True)


@sources.post("/studio/sources/rules/<int:rule_id>/down")
@signed_in
def rule_down(rule_id: int) -> Response:
    """Ask it after the one below it."""
    return _moved(rule_id, up=False)


@sources.post("/studio/sources/rules/<int:rule_id>/remove")
@signed_in
def remove_rule(rule_id: int) -> Response:
    """Forget the rule."""
    rules.remove_rule(current_user, rule_id)
    db.session.commit()
    flash(_("Removed. What the rule did stays."), "good")
    return redirect(url_for("sources.rules"), 303)


@sources.post("/studio/sources/rules/<int:rule_id>/off")
@signed_in
def rule_off(rule_id: int) -> Response:
    """Have a rule from above not hold at one of my bodies, nor below it."""
    return _switched(rule_id, inherited.switch_off)


@sources.post("/studio/sources/rules/<int:rule_id>/on")
@signed_in
def rule_on(rule_id: int) -> Response:
    """Have it hold there again."""
    return _switched(rule_id, inherited.switch_on)


def _switched(rule_id: int, act: Callable[[Person, int, Organisation], None]) -> Response:
    body = people.get_organisation(request.form.get("body", type=int) or 0)
    act(current_user, rule_id, body)
    db.session.commit()
    return redirect(url_for("sources.rules", body=body.id, _anchor=f"rule-{rule_id}-{body.id}"), 303)


def _moved(rule_id: int, *, up: bool) -> Response:
    rules.move_rule(current_user, rule_id, up=up)
    db.session.commit()
    return redirect(url_for("sources.rules", _anchor=f"rule-{rule_id}"), 303)


def _form() -> RuleForm:
    bodies = people.organisations_where(current_user, Role.EDITOR)
    form = RuleForm(current_user, bodies, formdata=request.form if request.method == "POST" else None)
    root_id = current_user.organisation.root_id
    choices = choices_for(current_user, root_id)
    form.offer(service.sources_of(current_user), content.topics_of(root_id), choices, str(get_locale()))
    return form


def _answer(form: RuleForm, found: Rule | None) -> Answer:
    """The form as it stands, what it would have matched, or back to the list once it is kept."""
    if request.method == "GET":
        return _page(form, found)
    if not form.validate():
        return _page(form, found), 422
    typed, body = form.typed(), people.get_organisation(form.body.data)
    if "try" in request.form:
        return _page(form, found, rules.try_rule(current_user, body, typed))
    try:
        if found is None:
            rules.add_rule(current_user, body, typed)
        else:
            rules.edit_rule(current_user, found, typed)
        db.session.commit()
    except (Invalid, Conflict) as error:
        db.session.rollback()
        field_errors(error, form, error.facts.get("field", "name"))
        return _page(form, found), 422
    flash(_("Saved. The rule looks at what comes from now on."), "good")
    return redirect(url_for("sources.rules"), 303)


def _page(form: RuleForm, found: Rule | None, tried: list[rules.Tried] | None = None) -> str:
    return render_template("sources/rule.html", form=form, rule=found, tried=tried, tried_on=rules.TRIED_ON)
