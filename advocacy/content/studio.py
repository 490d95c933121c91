"""The topics of the programme."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service
from advocacy.content.blueprint import content
from advocacy.content.forms import TopicForm
from advocacy.content.topics import ICONS
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import signed_in


@content.route("/studio/topics", methods=["GET", "POST"])
@signed_in
def topics() -> str | Response | tuple[str, int]:
    """The topics of the programme; editors of all of it add to them."""
    root = _root()
    people.require(current_user, Role.EDITOR, root)
    form = TopicForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                service.add_topic(
                    current_user,
                    root,
                    name_fr=form.name_fr.data or "",
                    name_en=form.name_en.data or "",
                    icon=form.icon.data,
                )
            except (Invalid, Conflict) as error:
                form.name_en.errors = [str(error.sentence)]
            else:
                db.session.commit()
                flash(_("The topic is there: people can follow it."), "good")
                return redirect(url_for("content.topics"), 303)
    found = service.topics_of(root.id)
    return render_template("content/topics.html", form=form, topics=found, icons=ICONS), status


def _root() -> Organisation:
    return people.get_organisation(current_user.organisation.root_id)
