"""What a reader can do with a post: open it, keep it, put it out of sight."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from advocacy.content import (
    assistant_pages,
    attachment_pages,
    board_views,
    calendar_views,
    campaign_views,
    composer,
    composer_parts,
    history_views,
    merge_views,
    proposal_desk,
    proposing,
    service,
    studio,
    template_pages,
    topic_views,
)
from advocacy.content.attachments import find_attachment
from advocacy.content.blueprint import content
from advocacy.content.cards import card
from advocacy.db import db
from advocacy.i18n import choose_language
from advocacy.web import safe_next, signed_in

__all__ = [
    "assistant_pages",
    "attachment_pages",
    "board_views",
    "calendar_views",
    "campaign_views",
    "composer",
    "composer_parts",
    "content",
    "history_views",
    "merge_views",
    "proposal_desk",
    "proposing",
    "studio",
    "template_pages",
    "topic_views",
]


@content.get("/posts/<int:post_id>")
@signed_in
def post(post_id: int) -> str:
    """The whole post, with its captions and the way to share it."""
    found = service.visible_post(current_user, post_id)
    shown = card(found, choose_language(), saved=service.has_saved(current_user, post_id))
    dismissed, attachment = service.has_dismissed(current_user, post_id), find_attachment(post_id)
    return render_template("content/post.html", p=shown, dismissed=dismissed, attachment=attachment)


@content.post("/posts/<int:post_id>/save")
@signed_in
def save(post_id: int) -> Response:
    """Keep the post for later, or no more."""
    if service.has_saved(current_user, post_id):
        service.unsave(current_user, post_id)
        said = _("It is no longer among your saved posts.")
    else:
        service.save(current_user, post_id)
        said = _("Saved. You find it under “Saved”.")
    db.session.commit()
    flash(said, "good")
    return redirect(_back(), 303)


@content.post("/posts/<int:post_id>/dismiss")
@signed_in
def dismiss(post_id: int) -> Response:
    """Out of the person's feed, with a way back at hand."""
    service.dismiss(current_user, post_id)
    db.session.commit()
    flash(Markup(render_template("content/undo.html", post_id=post_id)), "good")  # noqa: S704 (our own template, escaped there)
    return redirect(_back(), 303)


@content.post("/posts/<int:post_id>/restore")
@signed_in
def restore(post_id: int) -> Response:
    """Back into the person's feed."""
    service.restore(current_user, post_id)
    db.session.commit()
    flash(_("It is back in your feed."), "good")
    return redirect(_back(), 303)


def _back() -> str:
    """The page of ours that the press came from, else home."""
    came = urlsplit(request.referrer or "")
    path = f"{came.path}?{came.query}" if came.query else came.path
    return safe_next(path if came.netloc == request.host else None)
