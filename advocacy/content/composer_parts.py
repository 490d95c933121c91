"""What the composer asks for while one works in it: how many people would be reached, and a place for unsaved words."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import autosave, service
from advocacy.content.aims import Aim, aim_of, choices_for
from advocacy.content.blueprint import content
from advocacy.content.group_search import find_groups
from advocacy.content.reach import count_reach, is_limited
from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import id_argument, signed_in


@content.get("/studio/reach")
@signed_in
def reach() -> str:
    """How many people the ticked audiences have; of a post, those count too that are not the person's to change."""
    people.require_anywhere(current_user, Role.EDITOR)
    post_id = id_argument("post")
    post = service.get_editable(current_user, post_id) if post_id else None
    root_id = post.organisation.root_id if post else _root()
    choices = choices_for(current_user, root_id)
    bodies, groups = {one.id for one in choices.organisations}, {one.id for one in choices.groups}
    kept = aim_of(post) if post else Aim()
    aim = Aim(
        frozenset(_ids("bodies") & bodies | kept.organisation_ids - bodies),
        frozenset(_ids("groups") & groups | kept.group_ids - groups),
    )
    count = count_reach(root_id, aim, post)
    return render_template("content/_reach.html", reach=count, limited=is_limited(post))


@content.get("/studio/groups")
@signed_in
def look_for_groups() -> str:
    """The ticked groups, and those whose name begins like what is typed."""
    people.require_anywhere(current_user, Role.EDITOR)
    post_id = id_argument("post")
    root_id = service.get_editable(current_user, post_id).organisation.root_id if post_id else _root()
    named = [(group.id, group.name) for group in choices_for(current_user, root_id).groups]
    found = find_groups(named, _ids("groups"), request.args.get("find_groups"))
    return render_template("content/_groups.html", groups=found)


@content.post("/studio/posts/<int:post_id>/autosave")
@signed_in
def keep_words(post_id: int) -> str:
    """Keep what was typed in a draft, beside the post."""
    post = service.get_editable(current_user, post_id)
    version = request.form.get("version", type=int) or 0
    kept = autosave.keep(current_user, post, min(max(version, 0), 2**31 - 1), dict(request.form.lists()))
    shown = render_template("content/_kept.html", at=kept.at)
    db.session.commit()
    return shown


@content.post("/studio/posts/<int:post_id>/autosave/drop")
@signed_in
def drop_words(post_id: int) -> Response:
    """Forget what was typed and not saved."""
    post = service.get_editable(current_user, post_id)
    autosave.drop(current_user, post.id)
    db.session.commit()
    flash(_("Dropped. This is the post as it was last saved."), "good")
    return redirect(url_for("content.edit", post_id=post_id), 303)


def _root() -> int:
    """The programme of the body that the new post is for, else the person's own."""
    wanted = id_argument("body")
    body = next((one for one in people.organisations_where(current_user, Role.EDITOR) if one.id == wanted), None)
    return body.root_id if body else current_user.organisation.root_id


def _ids(name: str) -> set[int]:
    return {int(text) for text in request.args.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19}
