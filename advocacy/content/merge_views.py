"""When two editors saved one post: both versions side by side, and one press that saves the two as one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import autosave, service, versions
from advocacy.content.blueprint import content
from advocacy.content.composing import composer_form, typed_draft
from advocacy.content.drafts import PostDraft
from advocacy.content.forms import ComposerForm
from advocacy.content.history import changed_between, said_of
from advocacy.content.listing import Standing, standing_of
from advocacy.content.merging import Difference, differences, draft_of, merged
from advocacy.content.models import Post
from advocacy.content.service import NotReady
from advocacy.content.telling import label_of, lines_of, names_in
from advocacy.db import db
from advocacy.errors import Conflict
from advocacy.i18n import choose_language
from advocacy.web import signed_in

_NOT_KEPT = ("csrf_token", "version", "seen", "act", "image")


@content.post("/studio/posts/<int:post_id>/merge")
@signed_in
def merge(post_id: int) -> str | Response | tuple[str, int]:
    """What was chosen of the two versions, saved as the next one."""
    post = service.get_editable(current_user, post_id, locked=True)
    form, choices = composer_form(current_user, post.organisation, post)
    form.validate()
    mine = typed_draft(form, current_user, post, choices)
    seen = request.form.get("seen", 0, type=int)
    found = _found(post, seen, mine)
    chosen = {one.name: request.form.get(f"choice-{one.name}", one.usual) for one in found}
    try:
        draft = merged(mine, found, chosen)
        service.edit(current_user, post, form.version.data or 0, draft, assisted=form.assisted)
        autosave.drop(current_user, post.id)
        db.session.commit()
    except (Conflict, NotReady) as error:
        db.session.rollback()
        flaws = [str(flaw.sentence) for flaw in error.flaws] if isinstance(error, NotReady) else []
        return merge_page(post_id, form, seen, mine, flaws), 422 if flaws else 409
    flash(_("Saved: the two versions are one."), "good")
    return redirect(url_for("content.edit", post_id=post_id), 303)


def merge_page(post_id: int, form: ComposerForm, seen: int, mine: PostDraft, flaws: list[str] | None = None) -> str:
    """The page that shows both versions: `mine` as typed from version `seen` on, and the post as it is now."""
    post = service.get_editable(current_user, post_id)
    names = names_in(post.organisation.root_id, choose_language())
    found = _found(post, seen, mine)
    rows = [
        {
            "name": one.name,
            "label": form[one.name].label.text if one.name in form else label_of(one.name),
            "clash": one.clash,
            "usual": request.form.get(f"choice-{one.name}", one.usual),
            "options": [(choice, _told(one, choice, names)) for choice in one.choices],
        }
        for one in found
    ]
    return render_template(
        "content/merge.html",
        post=post,
        seen=seen,
        rows=rows,
        flaws=flaws or [],
        kept=_as_sent(form),
        others=_others(post, seen),
    )


def _found(post: Post, seen: int, mine: PostDraft) -> list[Difference]:
    base = versions.find_as_of(post, seen)
    theirs = draft_of(versions.snapshot_of(post))
    live = standing_of(post) in (Standing.LIVE, Standing.EXPIRED)
    return differences(draft_of(base.snapshot) if base else None, theirs, mine, live=live)


def _told(one: Difference, choice: str, names: Any) -> list[str] | None:
    """None for what has no words of its own: both."""
    return None if choice == "both" else lines_of(one.name, getattr(one, choice), names)


def _others(post: Post, seen: int) -> list[dict[str, Any]]:
    """Who did what since, and which fields it changed."""
    before = versions.find_as_of(post, seen)
    found = []
    for version in versions.since(post, seen):
        changes = changed_between(before.snapshot, version.snapshot) if before is not None else []
        labels = [label_of(one.name) for one in changes]
        found.append({"version": version, "said": said_of(version.what), "labels": labels})
        before = version
    return found


def _as_sent(form: ComposerForm) -> list[tuple[str, str]]:
    """Every field as it was typed, so that nothing is lost on the way."""
    sent = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_KEPT and not name.startswith("choice-")
    ]
    return [*sent, ("image", form.image.data or "")]
