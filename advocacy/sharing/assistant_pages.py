"""The share panel asks the assistant, and waits for it; nothing leaves by these pages."""

from uuid import uuid4

from flask import Blueprint, render_template, request
from flask_login import current_user

from advocacy.assistant import service as assistant
from advocacy.content import service as content
from advocacy.db import db
from advocacy.limits import limiter
from advocacy.sharing.assisting import Desk, assist, desk_for
from advocacy.sharing.forms import ShareForm
from advocacy.sharing.panel import panel_for
from advocacy.web import signed_in

share_words = Blueprint("share_words", __name__)


@share_words.post("/posts/<int:post_id>/share/words")
@signed_in
@limiter.limit("240 per hour")
def reword(post_id: int) -> tuple[str, int]:
    """The panel as typed, with what was asked or taken."""
    post = content.visible_post(current_user, post_id)
    panel, form, act = panel_for(current_user, post), ShareForm(), request.form.get("act", "")
    refused = assist(current_user, panel, form, act, request.form.get("press", ""))
    shown = render_template(
        "sharing/share.html",
        form=form,
        panel=panel,
        warned=[],
        assistant=desk_for(current_user, post, form.asked.data),
        refused=refused,
        fresh=act.partition("-")[0] in ("take", "back"),
    )
    db.session.commit()
    return shown, 422 if refused else 200


@share_words.get("/posts/<int:post_id>/share/words/<int:request_id>")
@signed_in
def suggestion(post_id: int, request_id: int) -> str:
    """The part of the panel that holds the suggestion."""
    endpoint = assistant.get_assistant()
    post = content.visible_post(current_user, post_id)
    found = assistant.get_request(current_user, request_id)
    desk = Desk(endpoint.host, uuid4(), found, has_samples=False)
    return render_template("assistant/answer_of_share.html", assistant=desk, post_id=post.id)
