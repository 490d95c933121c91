"""A post's history, and who else has it open."""

from itertools import pairwise

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import history, presence, service
from advocacy.content.blueprint import content
from advocacy.content.history import changed_between, pieces, said_of, versions_of
from advocacy.content.models import PostVersion
from advocacy.content.service import NotReady
from advocacy.content.telling import Names, label_of, lines_of, names_in
from advocacy.db import db
from advocacy.i18n import choose_language
from advocacy.web import signed_in

PAGE = 20


@content.get("/studio/posts/<int:post_id>/history")
@signed_in
def show_history(post_id: int) -> str:
    """The versions of a post, newest first, each with what it changed."""
    post = service.get_editable(current_user, post_id)
    before = request.args.get("before", type=int)
    found = versions_of(post, before if before and 0 < before < 2**31 else None, PAGE + 1)
    names = names_in(post.organisation.root_id, choose_language())
    rows = [_row(new, old, names) for new, old in pairwise([*found, None]) if new is not None]
    more = found[PAGE - 1].number if len(found) > PAGE else None
    return render_template("content/history.html", post=post, rows=rows[:PAGE], more=more)


@content.post("/studio/posts/<int:post_id>/history/<int:number>/restore")
@signed_in
def restore_version(post_id: int, number: int) -> Response:
    """Back to what the post held then, as a new version."""
    post = service.get_editable(current_user, post_id, locked=True)
    try:
        history.restore(current_user, post, number)
    except NotReady as error:
        db.session.rollback()
        flash(" ".join(str(flaw.sentence) for flaw in error.flaws), "bad")
        return redirect(url_for("content.show_history", post_id=post_id), 303)
    db.session.commit()
    flash(_("Version %(number)s is back. What was there before is still in the history.", number=number), "good")
    return redirect(url_for("content.edit", post_id=post_id), 303)


@content.post("/studio/posts/<int:post_id>/presence")
@signed_in
def note_presence(post_id: int) -> str:
    """The person still has the post open; who else has."""
    post = service.get_editable(current_user, post_id)
    return render_template("content/_presence.html", post=post, others=presence.note(current_user, post))


def _row(version: PostVersion, before: PostVersion | None, names: Names) -> dict[str, object]:
    changes = changed_between(before.snapshot, version.snapshot) if before is not None else []
    return {
        "version": version,
        "said": said_of(version.what),
        "changes": [
            {
                "label": label_of(one.name),
                "pieces": pieces(
                    "\n".join(lines_of(one.name, one.before, names)), "\n".join(lines_of(one.name, one.after, names))
                ),
            }
            for one in changes
        ],
    }
