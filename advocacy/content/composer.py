"""The composer: a post is written, saved, published and withdrawn. Nothing typed is lost when something is in the
way.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advocacy.content import assisting, autosave, post_templates, presence, service
from advocacy.content.aims import choices_for
from advocacy.content.asides import aside_of
from advocacy.content.attachments import find_attachment
from advocacy.content.blueprint import content
from advocacy.content.captions import caption_networks
from advocacy.content.cards import domain_of
from advocacy.content.checks import checks_of
from advocacy.content.composing import (
    Start,
    caption_tally,
    composer_form,
    move_caption,
    names_beyond,
    offer_caption,
    take_picture,
    typed_aim,
    typed_draft,
)
from advocacy.content.crops import RATIOS
from advocacy.content.drafts import PostDraft
from advocacy.content.forms import ComposerForm
from advocacy.content.framing import crops_fit, frames_of
from advocacy.content.group_search import FEW, find_groups
from advocacy.content.listing import Standing, standing_of
from advocacy.content.merge_views import merge_page
from advocacy.content.models import Post, PostAutosave
from advocacy.content.reach import count_reach, is_limited
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import id_argument, signed_in

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
    template_id = id_argument("template")
    begin = Start(post_templates.get_template(current_user, template_id).body) if template_id else None
    return _work(None, chosen or usual, bodies, request.form.get("act", "save"), begin)


@content.route("/studio/posts/<int:post_id>", methods=["GET", "POST"])
@signed_in
def edit(post_id: int) -> Answer:
    """A post, to go on with."""
    post = service.get_editable(current_user, post_id, locked=request.method == "POST")
    kept = autosave.find_kept(current_user, post) if request.args.get("kept") else None
    return _work(post, post.organisation, [], request.form.get("act", "save"), _kept_words(kept) if kept else None)


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


def show(post: Post, **said: str) -> str:
    """The composer of a post as it was last saved, with what there is to say beside its parts."""
    form, _choices = composer_form(current_user, post.organisation, post, Start(as_saved=True))
    return _page(form, post, post.organisation, [], **said)


def _kept_words(kept: PostAutosave) -> Start:
    pairs = [(name, value) for name, values in kept.typed.items() for value in values]
    return Start(words=MultiDict([*pairs, ("version", str(kept.version))]))


def _work(
    post: Post | None, body: Organisation, bodies: list[Organisation], act: str, begin: Start | None = None
) -> Answer:
    form, choices = composer_form(current_user, body, post, begin)
    if request.method == "GET":
        return _page(form, post, body, bodies)
    valid = form.validate()
    take_picture(form)
    if _rearrange(form, act):
        return _page(form, post, body, bodies)
    if assisting.is_asked_by(act):
        said = assisting.assist(current_user, form, post, act)
        db.session.commit()
        return _page(form, post, body, bodies, **said), 422 if "refused" in said else 200
    if not valid or form.picture.errors or not crops_fit(form):
        db.session.rollback()
        return _page(form, post, body, bodies), 422
    version, post_id = form.version.data or 0, post.id if post else None
    mine = typed_draft(form, current_user, post, choices)
    try:
        post_id = _write(post, body, version, mine, act, assisted=form.assisted)
        db.session.commit()
    except NotReady as error:
        db.session.rollback()
        form.show(error.flaws)
        return _page(form, _again(post_id), body, bodies), 422
    except Conflict as error:
        db.session.rollback()
        post = _again(post_id)
        if post is not None and post.version != version:
            return merge_page(post.id, form, version, mine), 409
        return _conflict(form, post, body, bodies, error)
    return _onwards(post_id, act)


def _rearrange(form: ComposerForm, act: str) -> bool:
    """Do what a button inside the form asks for, which saves nothing. False for what is no such act."""
    if act == "add":
        offer_caption(form)
    elif act == "remove_picture":
        form.image.data = form.image_alt.data = ""
    else:
        return act in ("frame", "find_groups") or move_caption(form, act)
    return True


def _conflict(
    form: ComposerForm, post: Post | None, body: Organisation, bodies: list[Organisation], error: Conflict
) -> Answer:
    """It is in a state that does not allow this: what was typed stays."""
    form.form_errors = [str(error.sentence)]
    form.version.process_data(post.version if post else 0)
    form.version.raw_data = None
    return _page(form, post, body, bodies), 409


def _write(post: Post | None, body: Organisation, version: int, typed: PostDraft, act: str, *, assisted: bool) -> int:
    """Save what was typed, in a new draft if there is none yet, and publish it if that is the act. The post's id."""
    if post is None:
        post = service.draft(current_user, body)
        version = post.version
    standing = standing_of(post)
    service.edit(current_user, post, version, typed, assisted=assisted)
    autosave.drop(current_user, post.id)
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


def _page(form: ComposerForm, post: Post | None, body: Organisation, bodies: list[Organisation], **said: str) -> str:
    choices = choices_for(current_user, body.root_id)
    named = [(group.id, group.name) for group in choices.groups]
    networks = caption_networks()
    typed_at = autosave.find_kept(current_user, post) if post and request.method == "GET" else None
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
        networks=networks,
        tallies=[caption_tally(entry.form, networks) for entry in form.wordings.entries],
        reach=count_reach(body.root_id, typed_aim(form, post, choices), post),
        limited=is_limited(post),
        groups=find_groups(named, form.groups.data or (), form.find_groups.data) if len(named) > FEW else None,
        ratios=RATIOS,
        frames=frames_of(form),
        attachment=find_attachment(post.id) if post else None,
        kept_words=None if request.args.get("kept") else typed_at,
        aside=aside_of(post),
        others=presence.note(current_user, post) if post else [],
        templates=[] if post else post_templates.templates_for(current_user),
        assistant=assisting.desk_for(current_user, form, post),
        said=said,
    )
