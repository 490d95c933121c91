"""What an approver does: see what waits, read a post, say yes or what should change, name a stand-in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.approval import administration, four_eyes, service, studio
from advocacy.approval.blueprint import approval
from advocacy.approval.forms import DecisionForm, StandInForm
from advocacy.approval.rounds import asked_steps, seats_for
from advocacy.approval.rules import Where, findings_in
from advocacy.approval.stand_ins import decides_for, end_stand_in, name_stand_in, possible_stand_ins, stand_ins_of
from advocacy.content.cards import card
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in

__all__ = ["administration", "approval", "studio"]
Answer = str | Response | tuple[str, int]


@approval.route("/approvals", methods=["GET", "POST"])
@signed_in
def waiting() -> Answer:
    """What waits for me, and who decides while I am away."""
    people.require_anywhere(current_user, Role.APPROVER)
    form = StandInForm()
    form.offer(possible_stand_ins(current_user))
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate() and form.first_day.data and form.last_day.data:
            try:
                other = people.get_person(form.stand_in.data)
                name_stand_in(current_user, other, form.first_day.data, form.last_day.data)
                db.session.commit()
                flash(_("Noted. Both of you can decide on those days."), "good")
                return redirect(url_for("approval.waiting"), 303)
            except Invalid as error:
                db.session.rollback()
                form.refuse(error)
    page = render_template(
        "approval/waiting.html",
        rounds=service.waiting_for(current_user),
        asked_steps=asked_steps,
        form=form,
        named=stand_ins_of(current_user),
    )
    return page, status


@approval.post("/approvals/stand-ins/<int:stand_in_id>/end")
@signed_in
def end(stand_in_id: int) -> Response:
    """Decide for myself again."""
    end_stand_in(current_user, stand_in_id)
    db.session.commit()
    flash(_("You decide for yourself again."), "good")
    return redirect(url_for("approval.waiting"), 303)


@approval.route("/approvals/<int:post_id>", methods=["GET", "POST"])
@signed_in
def decide(post_id: int) -> Answer:
    """The post as it will look, and the two answers."""
    post, found = service.get_to_read(current_user, post_id)
    form, status = DecisionForm(), 200
    if request.method == "POST":
        yes = request.form.get("answer") == "approve"
        try:
            service.decide(current_user, post, yes, form.note.data or "")
            db.session.commit()
            flash(_("Thank you: your yes is noted.") if yes else _("Sent back, with your word on it."), "good")
            return redirect(url_for("approval.waiting"), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            post, found = service.get_to_read(current_user, post_id)
            form.refuse(error)
            status = int(error.status)
    others = decides_for(current_user)
    seats = seats_for(found, current_user, others) if found and found.state == "open" else []
    page = render_template(
        "approval/decide.html",
        post=post,
        p=card(post, choose_language()),
        found=found,
        form=form,
        asked=bool(seats),
        instead_of=seats[0].person if seats and seats[0].person_id != current_user.id else None,
        turns={step.id for step in asked_steps(found)} if found and found.state == "open" else set(),
        findings=findings_in(post.organisation, Where.of_post(post)),
        barred=found is not None and found.state == "open" and current_user.id in found.writer_ids,
        left_out=four_eyes.left_out(found),
    )
    return page, status
