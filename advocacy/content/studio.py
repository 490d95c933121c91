"""The studio: posts by where they stand, and the topics of the programme."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service
from advocacy.content.blueprint import content
from advocacy.content.cursor import read_cursor
from advocacy.content.forms import TopicForm, one_line
from advocacy.content.listing import Filters, Standing, studio_list
from advocacy.content.topics import ICONS
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.i18n import LANGUAGE_NAMES, LANGUAGES, choose_language
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import signed_in

LONGEST_SEARCH = 100


@content.get("/studio")
@signed_in
def studio() -> str:
    """The posts of the person's editorial teams."""
    people.require_anywhere(current_user, Role.EDITOR)
    filters = _filters()
    found = studio_list(current_user, filters, read_cursor(request.args.get("before")))
    chosen = {name: value for name, value in request.args.items() if name in ("q", "topic", "lang", "mine") and value}
    return render_template(
        "content/studio.html",
        page=found,
        filters=filters,
        chosen=chosen,
        standings=list(Standing),
        topics=service.topics_of(current_user.organisation.root_id),
        languages=LANGUAGE_NAMES,
        language=choose_language(),
        may_add_topics=people.may(current_user, Role.EDITOR, _root()),
    )


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


def _filters() -> Filters:
    asked = request.args
    standing = asked.get("state", "")
    topic = asked.get("topic", "")
    return Filters(
        standing=Standing(standing) if standing in set(Standing) else Standing.DRAFT,
        words=one_line(asked.get("q"))[:LONGEST_SEARCH],
        topic_id=int(topic) if topic.isascii() and topic.isdigit() and len(topic) < 16 else None,
        language=asked.get("lang") if asked.get("lang") in LANGUAGES else None,
        mine=bool(asked.get("mine")),
    )
