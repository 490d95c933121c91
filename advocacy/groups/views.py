"""The screens where editors make groups and choose who is in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.db import db
from advocacy.errors import BadRequest, Invalid, NotFound
from advocacy.groups import service
from advocacy.groups.forms import GroupForm
from advocacy.groups.models import Group, ProposalRule
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.web import field_errors, signed_in

groups = Blueprint("groups", __name__)
Page = str | Response | tuple[str, int]


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


@groups.route("/admin/groups", methods=["GET", "POST"])
@signed_in
def index() -> Page:
    """The groups of the bodies where I am editor, and a new one."""
    people.require_anywhere(_me(), Role.EDITOR)
    form = GroupForm()
    form.offer(people.in_tree_order(people.organisations_where(_me(), Role.EDITOR)))
    if form.validate_on_submit():
        try:
            group = service.create(_me(), people.get_organisation(form.organisation.data), form.name.data or "")
            db.session.commit()
            return redirect(url_for("groups.group", group_id=group.id))
        except Invalid as error:
            db.session.rollback()
            field_errors(error, form, "name")
    page = render_template("groups/index.html", form=form, sizes=service.sizes_where(_me()))
    return page, 422 if form.is_submitted() else 200


@groups.route("/admin/groups/<int:group_id>", methods=["GET", "POST"])
@signed_in
def group(group_id: int) -> Page:
    """Who is in a group; people are added by searching for them."""
    found = service.get_group(_me(), group_id)
    if request.method == "POST":
        return _change(found)
    words = request.args.get("q", "")[:100]
    return render_template(
        "groups/group.html",
        group=found,
        members=service.members(found),
        words=words,
        candidates=service.find_candidates(found, words),
    )


def _change(found: Group) -> Response:
    if request.form.get("section") == "rule":
        return _rule(found)
    written = request.form.get("person", "")
    if not written.isascii() or not written.isdigit() or len(written) > 18:
        raise NotFound
    section = request.form.get("section")
    if section == "add":
        person = people.get_person(int(written))
        service.add_member(_me(), found, person)
        flash(_("%(name)s is in.", name=person.name), "good")
    elif section == "remove":
        service.remove_member(_me(), found, int(written))
        flash(_("One person fewer in the group."), "good")
    else:
        raise BadRequest
    db.session.commit()
    return redirect(url_for("groups.group", group_id=found.id, q=request.form.get("q") or None))


def _rule(found: Group) -> Response:
    rule = ProposalRule.PUBLISH if request.form.get("publish") == "1" else ProposalRule.APPROVE
    service.rule_proposals(_me(), found, rule)
    db.session.commit()
    if rule is ProposalRule.PUBLISH:
        flash(_("What members propose is live for the group at once."), "good")
    else:
        flash(_("What members propose waits for an editor."), "good")
    return redirect(url_for("groups.group", group_id=found.id))
