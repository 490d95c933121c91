"""The composer: a post is written, saved, published and withdrawn. Nothing typed is lost when something is in the
way.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service
from advocacy.content.aims import choices_for
from advocacy.content.blueprint import content
from advocacy.content.captions import caption_networks
from advocacy.content.cards import domain_of
from advocacy.content.checks import checks_of
from advocacy.content.composing import composer_form, names_beyond, offer_caption, take_picture, typed_draft
from advocacy.content.drafts import PostDraft
from advocacy.content.forms import ComposerForm
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import signed_in

Answer = str | Response | tuple[str, int]


@content.route("/studio/posts/new", methods=["GET", "POST"])
@signed_in
def compose() -> Answer:
    """A new post; there is no draft until it is saved."""
    bodies = people.organisations_where(current_user, Role.EDITOR)
    if not bodies:
        raise Forbidden
    wanted = request.values.get("body", "")
    chosen = next((body for body in bodies if str(body.id) == wanted), None)
    usual = min(bodies, key=lambda body: (len(body.lineage), body.id != current_user.organisation_id, body.id))
    return _work(None, chosen or usual, bodies, request.form.get("act", "save"))


@content.route("/studio/posts/<int:post_id>", methods=["GET", "POST"])
@signed_in
def edit(post_id: int) -> Answer:
    """A post, to go on with."""
    post = service.get_editable(current_user, post_id, locked=request.method == "POST")
    return _work(post, post.organisation, [], request.form.get("act", "save"))


@content.post("/studio/posts/<int:post_id>/publish")
@signed_in
def publish(post_id: int) -> Answer:
    """What was typed, saved and published in one go."""
    post = service.get_editable(current_user, post_id, locked=True)
    return _work(post, post.organisation, [], "publish")


@content.post("/studio/posts/<int:post_id>/withdraw")
@signed_in
def withdraw(post_id: int) -> Response:
    """Out of everybody's feed."""
    post = service.get_editable(current_user, post_id, locked=True)
    service.withdraw(current_user, post)
    standing = standing_of(post)
    db.session.commit()
    flash(_("It is in nobody’s feed any more. What was shared stays on the networks."), "good")
    return redirect(url_for("content.studio", state=standing.value), 303)


def _work(post: Post | None, body: Organisation, bodies: list[Organisation], act: str) -> Answer:
    form, choices = composer_form(current_user, body, post)
    if request.method == "GET":
        return _page(form, post, body, bodies)
    valid = form.validate()
    take_picture(form)
    if act == "add":
        offer_caption(form)
        return _page(form, post, body, bodies)
    if act == "remove_picture":
        form.image.data = form.image_alt.data = ""
        return _page(form, post, body, bodies)
    if not valid or form.picture.errors:
        db.session.rollback()
        return _page(form, post, body, bodies), 422
    version, post_id = form.version.data or 0, post.id if post else None
    try:
        post_id = _write(post, body, version, typed_draft(form, current_user, post, choices), act)
        db.session.commit()
    except NotReady as error:
        db.session.rollback()
        form.show(error.flaws)
        return _page(form, _again(post_id), body, bodies), 422
    except Conflict as error:
        db.session.rollback()
        post = _again(post_id)
        form.form_errors = [str(error.sentence)]
        form.version.process_data(post.version if post else 0)
        form.version.raw_data = None
        return _page(form, post, body, bodies), 409
    return _onwards(post_id, act)


def _write(post: Post | None, body: Organisation, version: int, typed: PostDraft, act: str) -> int:
    """Save what was typed, in a new draft if there is none yet, and publish it if that is the act. The post's id."""
    if post is None:
        post = service.draft(current_user, body)
        version = post.version
    standing = standing_of(post)
    service.edit(current_user, post, version, typed)
    if act == "publish" and standing not in (Standing.LIVE, Standing.EXPIRED):
        service.publish(current_user, post, typed.publish_at)
    return post.id


def _again(post_id: int | None) -> Post | None:
    return service.get_editable(current_user, post_id) if post_id is not None else None


def _onwards(post_id: int, act: str) -> Response:
    """Where to go from a save that went well. Reading the link sends the same press on to who can fetch."""
    if act == "read_link":
        return redirect(url_for("sources.read_link", post_id=post_id), 307)
    post = service.get_editable(current_user, post_id)
    if act == "publish":
        standing = standing_of(post)
        said = _("Planned.") if standing is Standing.SCHEDULED else _("It is live.")
        flash(said, "good")
        return redirect(url_for("content.studio", state=standing.value), 303)
    flash(_("Saved."), "good")
    return redirect(url_for("content.edit", post_id=post_id), 303)


def _page(form: ComposerForm, post: Post | None, body: Organisation, bodies: list[Organisation]) -> str:
    choices = choices_for(current_user, body.root_id)
    return render_template(
        "content/composer.html",
        form=form,
        post=post,
        body=body,
        bodies=bodies,
        standing=standing_of(post).value if post else "new",
        checks=checks_of(post) if post else [],
        kept=names_beyond(post, choices),
        domain=domain_of(post.link) if post else None,
        networks=caption_networks(),
    )
