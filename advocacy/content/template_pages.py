"""Templates: made of a saved post, begun from, removed."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import post_templates, service
from advocacy.content.blueprint import content
from advocacy.content.composer import show
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in


@content.get("/studio/templates")
@signed_in
def templates() -> str:
    """What one may begin from."""
    people.require_anywhere(current_user, Role.EDITOR)
    found = post_templates.templates_for(current_user)
    mine = {one.id for one in found if people.may(current_user, Role.EDITOR, one.organisation)}
    return render_template("content/templates.html", templates=found, mine=mine)


@content.post("/studio/posts/<int:post_id>/template")
@signed_in
def make_template(post_id: int) -> Response | tuple[str, int]:
    """The post as it was last saved, to begin others from."""
    post = service.get_editable(current_user, post_id)
    try:
        made = post_templates.save_as_template(current_user, post, request.form.get("name", ""))
    except (Invalid, Conflict) as error:
        db.session.rollback()
        post = service.get_editable(current_user, post_id)
        return show(post, template=str(error.sentence), template_name=request.form.get("name", "")[:200]), 422
    shown = show(post, template_made=made.name) if request.headers.get("HX-Request") else ""
    db.session.commit()
    if shown:
        return shown, 200
    flash(_("The template “%(name)s” is there: new posts can begin from it.", name=made.name), "good")
    return redirect(url_for("content.templates"), 303)


@content.post("/studio/templates/<int:template_id>/delete")
@signed_in
def delete_template(template_id: int) -> Response:
    """A template less; posts that began from it stay."""
    post_templates.delete_template(current_user, template_id)
    db.session.commit()
    flash(_("The template is gone. Posts that began from it stay as they are."), "good")
    return redirect(url_for("content.templates"), 303)
