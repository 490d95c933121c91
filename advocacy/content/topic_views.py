"""Topics: the page where a person says which they follow, and the one where editors give a topic to others."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import assignments, service
from advocacy.content.aims import Aim, choices_for
from advocacy.content.blueprint import content
from advocacy.content.forms import AssignmentForm, FollowForm
from advocacy.db import db
from advocacy.errors import Forbidden
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.web import signed_in

Answer = str | Response | tuple[str, int]


@content.route("/topics", methods=["GET", "POST"])
@signed_in
def follow() -> Answer:
    """The topics I follow; those that my organisation chose are marked and stay."""
    topics = service.topics_of(current_user.organisation.root_id)
    assigned = assignments.assigned_topics(current_user)
    language = choose_language()
    form = FollowForm(data={"topics": sorted(service.followed_topics(current_user))})
    form.topics.offer((topic.id, topic.name_in(language)) for topic in topics)
    if request.method == "POST":
        if form.validate():
            kept = service.followed_topics(current_user) & assigned
            service.follow_topics(current_user, {*(form.topics.data or ()), *kept})
            db.session.commit()
            flash(_("Saved. “My topics” in your feed shows what is about them."), "good")
            return redirect(url_for("content.follow"), 303)
        return render_template("content/follow.html", form=form, topics=topics, assigned=assigned), 422
    return render_template("content/follow.html", form=form, topics=topics, assigned=assigned)


@content.route("/studio/topics/<int:topic_id>", methods=["GET", "POST"])
@signed_in
def topic(topic_id: int) -> Answer:
    """Whom a topic was given to; everybody there follows it."""
    found = assignments.get_topic(current_user, topic_id)
    choices = choices_for(current_user, found.organisation_id)
    if not choices.organisations:
        raise Forbidden
    aim = assignments.assignment_of(found)
    form = AssignmentForm(data={"bodies": sorted(aim.organisation_ids), "groups": sorted(aim.group_ids)})
    form.bodies.offer((body.id, body.name) for _depth, body in people.in_tree_order(choices.organisations))
    form.groups.offer((group.id, group.name) for group in choices.groups)
    status = 200
    if request.method == "POST":
        if form.validate():
            chosen = Aim(frozenset(form.bodies.data or ()), frozenset(form.groups.data or ()))
            assignments.assign(current_user, found, chosen)
            db.session.commit()
            flash(_("Saved."), "good")
            return redirect(url_for("content.topic", topic_id=topic_id), 303)
        status = 422
    return render_template("content/topic.html", form=form, topic=found), status
