"""Proposing from a phone in three fields, and what became of one's proposals. Nothing typed is lost."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from advocacy.content import proposals as service
from advocacy.content.blueprint import content
from advocacy.content.composing import said_of_picture
from advocacy.content.models import Proposal, ProposalState
from advocacy.content.proposal_drafts import ProposalDraft
from advocacy.content.proposal_forms import EVERYONE, ProposalForm
from advocacy.content.proposal_lists import own_proposals
from advocacy.content.proposal_tasks import read_proposed_links
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, TooMany
from advocacy.groups import service as groups
from advocacy.groups.models import ProposalRule
from advocacy.i18n import choose_language
from advocacy.images import BadImage
from advocacy.jobs import nudge
from advocacy.limits import limiter
from advocacy.markup import safe_http_url
from advocacy.media import get_image_store
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.web import id_argument, signed_in

Answer = str | Response | tuple[str, int]
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
OFTEN = "120 per hour"


@content.route("/propose", methods=["GET", "POST"])
@limiter.limit(OFTEN, methods=["POST"])
@signed_in
def propose() -> Answer:
    """Three fields; a page that is shared to Relais fills them (`url`, `title`, `text`)."""
    form = _form(_shared() if request.method == "GET" else None)
    if request.method == "GET":
        return _page(form)
    return _send(form, None)


@content.get("/proposals", endpoint="proposals")
@signed_in
def own() -> str:
    """The person's own proposals and what became of them."""
    return render_template("content/proposals.html", page=own_proposals(_me(), id_argument("before")))


@content.route("/proposals/<int:proposal_id>", methods=["GET", "POST"])
@limiter.limit(OFTEN, methods=["POST"])
@signed_in
def proposal(proposal_id: int) -> Answer:
    """A returned proposal, to be changed and sent again; others are shown in the list."""
    found = service.get_own(_me(), proposal_id)
    if request.method == "POST":
        return _send(_form(None), found)
    if found.state != ProposalState.RETURNED:
        return redirect(url_for("content.proposals", _anchor=f"p{found.id}"), 303)
    return _page(_form(_typed_before(found)), found)


@content.post("/proposals/<int:proposal_id>/withdraw")
@signed_in
def withdraw_proposal(proposal_id: int) -> Response:
    """Taken back by its person."""
    service.withdraw(_me(), service.get_own(_me(), proposal_id))
    db.session.commit()
    flash(_("Your proposal is taken back."), "good")
    return redirect(url_for("content.proposals", _anchor=f"p{proposal_id}"), 303)


@content.post("/proposals/<int:proposal_id>/credit")
@signed_in
def credit_proposal(proposal_id: int) -> Response:
    """The person's name on the post, or no more."""
    named = request.form.get("named") == "1"
    service.credit(_me(), service.get_own(_me(), proposal_id), named=named)
    db.session.commit()
    flash(_("The post says that you suggested it.") if named else _("Your name is not shown."), "good")
    return redirect(url_for("content.proposals", _anchor=f"p{proposal_id}"), 303)


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _send(form: ProposalForm, again: Proposal | None) -> Answer:
    form.validate()
    _take_picture(form)
    if form.errors or request.form.get("act") == "remove_picture":
        return _page(form, again), 422 if form.errors else 200
    number = again.id if again else None
    try:
        if again is None:
            made = service.propose(_me(), _typed(form))
        else:
            service.resend(_me(), again, _typed(form))
            made = again
    except NotReady as error:
        status = 422
        form.show(error.flaws)
    except (Conflict, TooMany) as error:
        status = int(error.status)
        form.form_errors = [str(error.sentence)]
    else:
        return _sent(made)
    db.session.rollback()
    return _page(form, service.get_own(_me(), number) if number is not None else None), status


def _sent(made: Proposal) -> Response:
    live, number = made.state == ProposalState.ACCEPTED, made.id
    if made.read_at is not None:
        nudge(read_proposed_links)
    db.session.commit()
    said = _("It is live for your group.") if live else _("Thank you. An editor reads it, and you get an answer.")
    flash(said, "good")
    return redirect(url_for("content.proposals", _anchor=f"p{number}"), 303)


def _form(start: dict[str, Any] | None) -> ProposalForm:
    form = ProposalForm(data=start)
    everyone = _("Everyone at %(name)s", name=people.get_organisation(_me().organisation.root_id).name)
    form.offer([(group.id, _group_label(group)) for group in groups.groups_of(_me())], everyone)
    return form


def _group_label(group: Any) -> str:
    if group.proposals == ProposalRule.PUBLISH:
        return str(_("%(name)s (live at once)", name=group.name))
    return str(group.name)


def _page(form: ProposalForm, again: Proposal | None = None) -> str:
    may_draft = again is None and _me().holds(Role.EDITOR)
    return render_template("content/propose.html", form=form, again=again, may_draft=may_draft)


def _take_picture(form: ProposalForm) -> None:
    """Store a picture that was sent, encoded anew; the form remembers it while other fields are put right."""
    store = get_image_store()
    if request.form.get("act") == "remove_picture" or (form.image.data and not store.touch(form.image.data)):
        form.image.data = form.image_alt.data = ""
        return
    sent = form.picture.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return
    try:
        form.image.data = store.put(sent.read()).key
    except BadImage as error:
        form.picture.errors = [*form.picture.errors, said_of_picture(error)]


def _typed(form: ProposalForm) -> ProposalDraft:
    link = form.link.data
    return ProposalDraft(
        title=form.title.data or "",
        why=form.why.data or "",
        link=(safe_http_url(link) or link) if link else None,
        image=form.image.data or None,
        image_alt=form.image_alt.data or "",
        language=choose_language(),
        group_id=form.where.data if form.where.data not in (EVERYONE, None) else None,
        names_person=bool(form.names_person.data),
    )


def _typed_before(found: Proposal) -> dict[str, Any]:
    return {
        "link": found.link or "",
        "title": found.title,
        "why": found.why,
        "where": found.group_id or EVERYONE,
        "image": found.image or "",
        "image_alt": found.image_alt,
        "names_person": found.names_person,
    }


def _shared() -> dict[str, Any]:
    """What a bookmarklet or a phone's share sheet hands over; phones put the address into the text."""
    asked = {name: request.args.get(name, "")[:4000] for name in ("url", "title", "text")}
    within = _ADDRESS.search(asked["text"])
    link = asked["url"] or (within.group() if within else "")
    why = asked["text"].replace(link, "").strip() if link else asked["text"]
    title = "" if asked["title"] == link else asked["title"]
    return {"link": link if safe_http_url(link) else "", "title": title[:200], "why": why[:1000], "names_person": True}
