"""The editors' side of proposals: read, accept, return, decline kindly, put with another."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import proposals as service
from advocacy.content import service as posts
from advocacy.content.blueprint import content
from advocacy.content.models import Post, Proposal
from advocacy.content.proposal_forms import OWN_WORDS, DeclineForm, ReturnForm
from advocacy.content.proposal_letters import KIND_SENTENCES, kind_sentence
from advocacy.content.proposal_lists import alike, desk_proposals
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.web import id_argument, signed_in

Answer = str | Response | tuple[str, int]
TABS = ("waiting", "returned", "decided")


@content.get("/studio/proposals")
@signed_in
def studio_proposals() -> str:
    """What people proposed to the person's editorial teams."""
    people.require_anywhere(_me(), Role.EDITOR)
    asked = request.args.get("state", "")
    tab = asked if asked in TABS else TABS[0]
    page = desk_proposals(_me(), tab, id_argument("after"))
    waiting = service.count_waiting_for(_me())
    return render_template("content/proposals_desk.html", page=page, tab=tab, tabs=TABS, waiting=waiting)


@content.get("/studio/proposals/<int:proposal_id>")
@signed_in
def studio_proposal(proposal_id: int) -> str:
    """A proposal, and what can be done with it."""
    return _page(service.get_proposal(_me(), proposal_id))


@content.post("/studio/proposals/<int:proposal_id>/accept")
@signed_in
def accept_proposal(proposal_id: int) -> Answer:
    """A draft is made of it, and opened."""
    found = service.get_proposal(_me(), proposal_id)
    try:
        post_id = service.accept(_me(), found, request.form.get("times_sent", type=int)).id
    except Conflict as error:
        return _too_late(proposal_id, error)
    db.session.commit()
    flash(_("Accepted: here is the draft. Change what you like before it goes live."), "good")
    return redirect(url_for("content.edit", post_id=post_id), 303)


@content.post("/studio/proposals/<int:proposal_id>/return")
@signed_in
def return_proposal(proposal_id: int) -> Answer:
    """Back to its person, with a note."""
    form = ReturnForm()
    form.validate()

    def act(found: Proposal) -> None:
        service.send_back(_me(), found, form.note.data or "", form.times_sent.data)

    return _decided(proposal_id, act, _("Returned with your note."), returning=form)


@content.post("/studio/proposals/<int:proposal_id>/decline")
@signed_in
def decline_proposal(proposal_id: int) -> Answer:
    """Declined, kindly."""
    form = DeclineForm()
    form.validate()

    def act(found: Proposal) -> None:
        ready = form.reason.data in KIND_SENTENCES
        words = kind_sentence(found, form.reason.data) if ready else form.words.data or ""
        service.decline(_me(), found, words, form.times_sent.data)

    if form.reason.data not in (*KIND_SENTENCES, OWN_WORDS):
        form.reason.errors = [*form.reason.errors, _("Choose an answer, or write your own.")]
        return _page(service.get_proposal(_me(), proposal_id), declining=form), 422
    return _decided(proposal_id, act, _("Declined. They get your answer."), declining=form)


@content.post("/studio/proposals/<int:proposal_id>/merge")
@signed_in
def merge_proposal(proposal_id: int) -> Answer:
    """Put with the post or the proposal that says the same, as `with=post:12` or `with=proposal:7`."""

    def act(found: Proposal) -> None:
        kind, _colon, written = request.form.get("with", "").partition(":")
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 19 else 0
        post: Post | None = posts.get_editable(_me(), number) if kind == "post" else None
        original = service.get_proposal(_me(), number) if kind == "proposal" else None
        if kind and kind not in ("post", "proposal"):
            raise NotFound
        service.merge(_me(), found, post=post, original=original)

    return _decided(proposal_id, act, _("Put together. They are told."))


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _decided(
    proposal_id: int,
    act: Callable[[Proposal], None],
    said: str,
    *,
    returning: ReturnForm | None = None,
    declining: DeclineForm | None = None,
) -> Answer:
    """Carry a decision out; what was typed stays where it can't be done."""
    found = service.get_proposal(_me(), proposal_id)
    try:
        act(found)
    except NotReady as error:
        db.session.rollback()
        for field in (returning and returning.note, declining and declining.words):
            if field is not None:
                field.errors = [*field.errors, *(str(flaw.sentence) for flaw in error.flaws)]
        return _page(service.get_proposal(_me(), proposal_id), returning, declining), 422
    except Conflict as error:
        return _too_late(proposal_id, error)
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("content.studio_proposals"), 303)


def _too_late(proposal_id: int, error: Conflict) -> tuple[str, int]:
    db.session.rollback()
    return _page(service.get_proposal(_me(), proposal_id), conflict=str(error.sentence)), 409


def _page(
    found: Proposal, returning: ReturnForm | None = None, declining: DeclineForm | None = None, conflict: str = ""
) -> str:
    returning = returning or ReturnForm(formdata=None, times_sent=found.times_sent)
    declining = declining or DeclineForm(formdata=None, times_sent=found.times_sent)
    return render_template(
        "content/proposal_desk.html",
        p=found,
        alike=alike(_me(), found),
        returning=returning,
        declining=declining,
        conflict=conflict,
    )
