"""Pages of a recall: what I am asked to delete; how many are left, for editors."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from advocacy.content import service as content
from advocacy.content.listing import Standing, standing_of
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.forms import SentForm
from advocacy.networks import registry
from advocacy.people import service as people
from advocacy.sharing import recall, recall_owners
from advocacy.web import field_errors, signed_in

recalls = Blueprint("recall", __name__)


class RecallForm(SentForm):
    """Why a post is called back."""

    class Meta(SentForm.Meta):
        csrf = False

    reason = TextAreaField(
        _l("Why"),
        description=_l("Those who shared it read this. A sentence is enough."),
        render_kw={"rows": 3, "maxlength": recall.LONGEST_REASON, "required": True},
    )


@recalls.get("/shares/recalled")
@signed_in
def mine() -> str:
    """My shares of posts that were called back, each with one press to delete it."""
    asked = recall.asked_of(current_user)
    labels = {adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()}
    return render_template(
        "sharing/recalled.html",
        asked=asked,
        networks=labels,
        can_delete=recall.can_delete,
        named=people.names_in_recalls(current_user.organisation),
    )


@recalls.post("/shares/<int:share_id>/recalled/delete")
@signed_in
def delete(share_id: int) -> Response:
    """Delete my share at its network."""
    recall.delete(current_user, share_id)
    db.session.commit()
    flash(_("The post is being deleted. Your points stay."), "good")
    return redirect(url_for("recall.mine"), 303)


@recalls.post("/shares/<int:share_id>/recalled/done")
@signed_in
def done(share_id: int) -> Response:
    """I deleted it myself."""
    recall.declare_deleted(current_user, share_id)
    db.session.commit()
    flash(_("Thank you, noted."), "good")
    return redirect(url_for("recall.mine"), 303)


@recalls.route("/studio/posts/<int:post_id>/recall", methods=["GET", "POST"])
@signed_in
def post(post_id: int) -> str | Response | tuple[str, int]:
    """Call a post back, and see how many of its shares are left."""
    found = content.get_editable(current_user, post_id, locked=request.method == "POST")
    form, status = RecallForm(), 200
    if request.method == "POST":
        try:
            recall.recall(current_user, found, form.reason.data or "")
            db.session.commit()
            flash(_("Called back. Everybody who shared it is asked to delete it."), "good")
            return redirect(url_for("recall.post", post_id=post_id), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            found = content.get_editable(current_user, post_id)
            field_errors(error, form, "reason")
            status = int(error.status)
    last = recall.last_recall(post_id)
    page = render_template(
        "sharing/recall.html",
        form=form,
        post=found,
        last=last,
        counts=recall.counts_of(last) if last else None,
        networks={one.capabilities.name: one.capabilities.label for one in registry.offered()},
        owners=recall_owners.owners_left(found, last) if last else None,
        possible=standing_of(found) in (Standing.LIVE, Standing.EXPIRED, Standing.WITHDRAWN),
    )
    return page, status
