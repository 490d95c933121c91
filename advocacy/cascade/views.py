"""A body's desk: what it was offered, its three answers, and what changed in an original since."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.cascade import desk, following, offer_pages, replies
from advocacy.cascade.blueprint import cascade
from advocacy.cascade.copies import changes_of, part_label
from advocacy.cascade.forms import AnswerForm
from advocacy.cascade.models import Answer, OfferReply
from advocacy.content import attachments
from advocacy.content.cards import card
from advocacy.content.service import NotReady
from advocacy.content.telling import names_in
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import id_argument, signed_in

__all__ = ["cascade", "offer_pages"]
Shown = str | Response | tuple[str, int]


@cascade.get("/studio/offers")
@signed_in
def index() -> str:
    """What my bodies were offered: to answer, to look at again, answered."""
    people.require_anywhere(current_user, Role.EDITOR)
    answered, before = request.args.get("show") == "answered", id_argument("before")
    listed = desk.answered_by_bodies_of if answered else desk.waiting_for
    page = listed(current_user, before)
    return render_template(
        "cascade/desk.html",
        page=page,
        answered=answered,
        changed=[] if answered or before else desk.changed_for(current_user),
        waiting=desk.count_open(current_user),
        said=replies.SAID,
        Answer=Answer,
    )


@cascade.route("/studio/offers/replies/<int:reply_id>", methods=["GET", "POST"])
@signed_in
def reply(reply_id: int) -> Shown:
    """What is offered, as it will look, and the body's answer."""
    form, found = AnswerForm(), replies.get_reply(current_user, reply_id)
    if request.method == "GET":
        form.reason.data = found.reason
        return _page(found, form)
    try:
        wanted, was = _answer_sent(), request.form.get("was") or None
        found = replies.answer(current_user, reply_id, wanted, was, form.reason.data or "")
        name, adapted_id = found.organisation.name, found.adapted_id
        db.session.commit()
    except Conflict as error:
        db.session.rollback()
        form.refuse(error)
        return _page(replies.get_reply(current_user, reply_id), form), 409
    if wanted is Answer.ADAPTED:
        flash(_("This is the version of %(name)s: change it, then publish it to its people.", name=name), "good")
        return redirect(url_for("content.edit", post_id=adapted_id), 303)
    said = {
        Answer.INHERITED: _("Inherited: the people of %(name)s see it as it is.", name=name),
        Answer.DECLINED: _("Declined: the people of %(name)s do not see it.", name=name),
    }
    flash(said[wanted], "good")
    return redirect(url_for("cascade.index"), 303)


@cascade.post("/studio/offers/replies/<int:reply_id>/changes")
@signed_in
def follow(reply_id: int) -> Response:
    """A change of the original, taken over or left."""
    part, act = request.form.get("part", ""), request.form.get("act")
    replies.get_reply(current_user, reply_id)
    if act not in ("take", "leave"):
        raise BadRequest
    try:
        released = following.take_over(current_user, reply_id, part) if act == "take" else None
        if act == "leave":
            following.note_seen(current_user, reply_id, part)
        db.session.commit()
    except NotReady as error:
        db.session.rollback()
        flash(" ".join(str(flaw.sentence) for flaw in error.flaws), "bad")
    else:
        attachments.discard(released)
        db.session.commit()
        flash(_("Taken over.") if act == "take" else _("Left as yours is."), "good")
    return redirect(url_for("cascade.reply", reply_id=reply_id), 303)


def _answer_sent() -> Answer:
    sent = request.form.get("answer")
    if sent not in set(Answer):
        raise BadRequest
    return Answer(sent)


def _page(found: OfferReply, form: AnswerForm) -> str:
    post = found.offer.post
    is_own = found.answer == Answer.ADAPTED and found.adapted is not None
    changes = changes_of(found, post, names_in(post.organisation.root_id, choose_language())) if is_own else []
    return render_template(
        "cascade/reply.html",
        reply=found,
        offer=found.offer,
        post=post,
        p=card(post, choose_language()),
        attachment=attachments.find_attachment(post.id),
        form=form,
        changes=changes,
        part_label=part_label,
        said=replies.SAID,
        Answer=Answer,
    )
