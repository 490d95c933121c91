"""What an admin sets up: chains, compliance rules, what shares end with."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.approval import chains, disclosure, rules
from advocacy.approval.blueprint import approval
from advocacy.approval.forms import ChainForm, DisclosureForm, RuleForm
from advocacy.approval.models import ApprovalChain
from advocacy.content import service as content
from advocacy.content.captions import caption_networks
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict, Invalid
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import id_argument, signed_in

Answer = str | Response | tuple[str, int]


def _bodies() -> list[tuple[int, Organisation]]:
    people.require_anywhere(current_user, Role.ADMIN)
    return people.in_tree_order(people.organisations_where(current_user, Role.ADMIN))


@approval.get("/admin/approval")
@signed_in
def setup() -> str:
    """The chains of my bodies."""
    bodies = _bodies()
    tops = {found.id: found.name for _depth, body in bodies[:1] if (found := people.asks_four_eyes(body))}
    four_eyed = tops | {body.id: body.name for _depth, body in bodies if body.four_eyes}
    mine = chains.chains_of(current_user)
    return render_template("approval/chains.html", chains=mine, bodies=bodies, four_eyed=list(four_eyed.values()))


@approval.route("/admin/approval/chains/new", methods=["GET", "POST"])
@signed_in
def new_chain() -> Answer:
    """A new chain, for the body of `body`."""
    bodies = _bodies()
    wanted = id_argument("body")
    body = people.get_organisation(wanted) if wanted else bodies[0][1]
    people.require(current_user, Role.ADMIN, body)
    return _chain(body, None)


@approval.route("/admin/approval/chains/<int:chain_id>", methods=["GET", "POST"])
@signed_in
def chain(chain_id: int) -> Answer:
    """A chain to look at, change or retire."""
    found = chains.get_chain(current_user, chain_id)
    if request.form.get("act") == "retire":
        chains.retire_chain(current_user, found)
        db.session.commit()
        flash(_("It is asked for no more. What is under way goes on."), "good")
        return redirect(url_for("approval.setup"), 303)
    return _chain(found.organisation, found)


def _chain(body: Organisation, found: ApprovalChain | None) -> Answer:
    form, status = ChainForm(), 200
    if request.method == "GET" and found is not None:
        form.show(found)
    language = choose_language()
    topics = [(topic.id, topic.name_in(language)) for topic in content.topics_of(body.root_id)]
    below = [row for row in people.in_tree_order(people.organisations_below(body)) if row[1].id != body.id]
    form.offer(topics, below, chains.possible_approvers(body))
    if request.method == "POST":
        try:
            if found is None:
                chains.make_chain(current_user, body, form.draft)
            else:
                chains.edit_chain(current_user, found, form.draft)
            db.session.commit()
            flash(_("Saved. It holds from the next post on that is put forward."), "good")
            return redirect(url_for("approval.setup"), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            form.refuse(error)
            status = int(error.status)
    return render_template("approval/chain.html", form=form, body=body, chain=found), status


@approval.route("/admin/compliance", methods=["GET", "POST"])
@signed_in
def compliance() -> Answer:
    """Words that are looked for, and what shares end with."""
    bodies = _bodies()
    act = request.form.get("act", "")
    rule = RuleForm() if act == "rule" else RuleForm(formdata=None)
    added = DisclosureForm() if act == "disclosure" else DisclosureForm(formdata=None)
    rule.offer_bodies(bodies)
    added.offer_bodies(bodies)
    added.offer_networks()
    status = 200
    if request.method == "POST":
        try:
            said = _comply(act, rule, added)
            db.session.commit()
            flash(said, "good")
            return redirect(url_for("approval.compliance"), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            (added if act == "disclosure" else rule).refuse(error)
            status = int(error.status)
    page = render_template(
        "approval/compliance.html",
        rule=rule,
        added=added,
        rules=rules.rules_of(current_user),
        disclosures=disclosure.rules_of(current_user),
        networks=caption_networks(),
    )
    return page, status


def _comply(act: str, rule: RuleForm, added: DisclosureForm) -> str:
    number = request.form.get("id", type=int) or 0
    if act == "rule":
        body = people.get_organisation(rule.organisation.data or 0)
        given = {name: rule[name].data or "" for name in ("kind", "pattern", "level", "note")}
        rules.add_rule(current_user, body, **given)
        return str(_("The rule holds from now on."))
    if act == "disclosure":
        body = people.get_organisation(added.organisation.data or 0)
        given = {name: added[name].data or "" for name in ("network", "country", "text")}
        disclosure.add_rule(current_user, body, **given)
        return str(_("It is added to shares from now on."))
    if act not in ("drop_rule", "drop_disclosure"):
        raise BadRequest
    drop = rules.drop_rule if act == "drop_rule" else disclosure.drop_rule
    drop(current_user, number)
    return str(_("Removed."))
