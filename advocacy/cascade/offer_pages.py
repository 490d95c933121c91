"""The pages of who offers: to whom a post goes, who did what with it, a reminder, the table to hand over."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.cascade import desk, export, replies, service
from advocacy.cascade.answers import all_answers, answers_page
from advocacy.cascade.blueprint import cascade
from advocacy.cascade.bodies import candidates_below, editors_of
from advocacy.cascade.forms import OfferForm
from advocacy.cascade.models import Answer
from advocacy.cascade.tasks import tell_offered
from advocacy.content import service as content
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.jobs import nudge
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import id_argument, signed_in
from config.settings import get_settings

Shown = str | Response | tuple[str, int]
KINDS = (*(answer.value for answer in Answer), "waiting")


@cascade.get("/studio/offers/made")
@signed_in
def made() -> str:
    """The offers of my organisations, and how each fares."""
    people.require_anywhere(current_user, Role.EDITOR)
    offers, next_id = desk.offers_made_by(current_user, id_argument("before"))
    waiting = desk.count_open(current_user)
    return render_template(
        "cascade/made.html", offers=offers, next_id=next_id, answers=desk.answers_to(offers), waiting=waiting
    )


@cascade.route("/studio/posts/<int:post_id>/offer", methods=["GET", "POST"])
@signed_in
def offer(post_id: int) -> Shown:
    """To whom the post is offered, with which words."""
    post = content.get_editable(current_user, post_id, locked=request.method == "POST")
    form = OfferForm()
    candidates = candidates_below(post.organisation)
    form.offer(candidates)
    if request.method == "GET":
        return _form(post, form)
    if not form.validate():
        db.session.rollback()
        return _form(content.get_editable(current_user, post_id), form), 422
    try:
        offer_id = service.offer(current_user, post, form.draft).id
        nudge(tell_offered)
        db.session.commit()
    except (Invalid, Conflict) as error:
        db.session.rollback()
        _refuse(form, error)
        return _form(content.get_editable(current_user, post_id), form), int(error.status)
    flash(_("Offered. The editors of these organisations are written to."), "good")
    return redirect(url_for("cascade.show", offer_id=offer_id), 303)


@cascade.get("/studio/offers/<int:offer_id>")
@signed_in
def show(offer_id: int) -> str:
    """Who did what with the post."""
    found = service.get_offer(current_user, offer_id)
    kind = request.args.get("show")
    kind = kind if kind in KINDS else None
    page = answers_page(found, kind, id_argument("after"))
    return render_template(
        "cascade/offer.html",
        offer=found,
        page=page,
        kind=kind,
        kinds=KINDS,
        counts=service.count_answers(found.id),
        editors=editors_of([one.organisation for one in page.replies], found.organisation),
        said=replies.SAID,
        standing_of=standing_of,
    )


@cascade.post("/studio/offers/<int:offer_id>/remind")
@signed_in
def remind(offer_id: int) -> Response:
    """Those who did not answer are written to again."""
    try:
        number = service.remind(current_user, offer_id)
        nudge(tell_offered)
        db.session.commit()
        flash(ngettext("%(num)d organisation is reminded.", "%(num)d organisations are reminded.", number), "good")
    except Conflict as error:
        db.session.rollback()
        flash(str(error.sentence), "warn")
    return redirect(url_for("cascade.show", offer_id=offer_id), 303)


@cascade.post("/studio/offers/<int:offer_id>/take-back")
@signed_in
def take_back(offer_id: int) -> Response:
    """Nobody is asked any more."""
    service.take_back(current_user, offer_id)
    db.session.commit()
    flash(_("Taken back: what organisations answered stays, nobody else is asked."), "good")
    return redirect(url_for("cascade.show", offer_id=offer_id), 303)


@cascade.get("/studio/offers/<int:offer_id>/answers.csv")
@signed_in
def table(offer_id: int) -> FlaskResponse:
    """Who did what, as a table."""
    found = service.get_offer(current_user, offer_id)
    told = "\ufeff" + export.as_csv(all_answers(found), get_settings().public_url)
    headers = {"Content-Disposition": f'attachment; filename="offer-{offer_id}.csv"', "Cache-Control": "no-store"}
    return FlaskResponse(told.encode(), content_type="text/csv; charset=utf-8", headers=headers)


def _form(post: Post, form: OfferForm) -> str:
    found = service.find_offer(post)
    if found is not None and request.method == "GET":
        form.note.data, form.reply_by.data = found.note, found.reply_by
    asked = {one.organisation_id for one in all_answers(found)} if found else set()
    return render_template(
        "cascade/offer_form.html",
        post=post,
        form=form,
        offer=found,
        asked=asked,
        live=standing_of(post) is Standing.LIVE,
    )


def _refuse(form: OfferForm, error: Invalid | Conflict) -> None:
    if isinstance(error, NotReady):
        form.form_errors.extend(str(flaw.sentence) for flaw in error.flaws)
    else:
        form.refuse(error)
