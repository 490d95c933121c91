"""The page where a programme says how much it lets out."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.networks import registry
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.sharing import caps
from advocacy.sharing.queue_forms import CapsForm
from advocacy.web import signed_in

share_caps = Blueprint("share_caps", __name__)


@share_caps.route("/admin/caps", methods=["GET", "POST"])
@signed_in
def edit() -> str | Response | tuple[str, int]:
    """Caps a person and a post; those of networks are shown, they are the networks' own."""
    people.require_anywhere(current_user, Role.ADMIN)
    root = people.get_organisation(current_user.organisation.root_id)
    people.require(current_user, Role.ADMIN, root)
    now = caps.caps_of(root.id)
    form = CapsForm(data={"a_person_a_day": now.a_person_a_day, "a_post_an_hour": now.a_post_an_hour})
    budgets = [one.capabilities for one in registry.offered() if one.capabilities.budget]
    page = {"form": form, "usual": caps.Caps(), "budgets": budgets}
    if not form.is_submitted():
        return render_template("sharing/caps.html", **page)
    if form.validate():
        try:
            caps.set_caps(current_user, root, form.a_person_a_day.data or 0, form.a_post_an_hour.data or 0)
            db.session.commit()
            flash(_("Saved."), "good")
            return redirect(url_for("share_caps.edit"), 303)
        except Invalid as error:
            db.session.rollback()
            form.a_person_a_day.errors = [str(error.sentence)]
    return render_template("sharing/caps.html", **page), 422
