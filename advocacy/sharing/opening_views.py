"""The page between Relais and a network's own page."""

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.addresses import FetchError, read_address
from advocacy.content import service as content
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.i18n import LANGUAGES
from advocacy.limits import limiter
from advocacy.networks import registry
from advocacy.networks.intents import DEVICE
from advocacy.sharing import opening as sharing_opening
from advocacy.sharing.assisting import desk_for
from advocacy.sharing.forms import ShareForm
from advocacy.sharing.links import short_url
from advocacy.sharing.panel import panel_for
from advocacy.web import signed_in

opening = Blueprint("opening", __name__)


@opening.context_processor
def _networks() -> dict[str, object]:
    return {"networks": registry.shown()}


@opening.post("/posts/<int:post_id>/open/<intent>")
@signed_in
@limiter.limit("60 per hour")
def page(post_id: int, intent: str) -> Response | str | tuple[str, int]:
    """A link of the person's own for that network, and the button that opens its page."""
    post, chosen, form = content.visible_post(current_user, post_id), registry.get_intent(intent), ShareForm()
    language = form.language.data if form.language.data in LANGUAGES else str(current_user.language)
    try:
        share = sharing_opening.open_page(
            current_user, post, form.submission_id, chosen, form.text.data or "", language
        )
        db.session.commit()
    except Invalid as error:
        db.session.rollback()
        form.text.errors = [error.sentence]
        desk, panel = desk_for(current_user, post, form.asked.data), panel_for(current_user, post)
        return render_template("sharing/share.html", form=form, panel=panel, warned=[], assistant=desk), 422
    text, link, server = sharing_opening.text_of(share, chosen), short_url(share.code), _server()
    address = chosen.address(text, link, post.title, server) if server or not chosen.needs_server else None
    return render_template(
        "sharing/opened.html",
        post=post,
        intent=chosen,
        form=form,
        text=text,
        link=link,
        address=address,
        server=request.form.get("server", ""),
        by_device=chosen.name == DEVICE,
    )


def _server() -> str:
    """The server a person typed, as it may stand in an address; empty for what is none."""
    typed = request.form.get("server", "").strip().rpartition("@")[2]
    try:
        return read_address(typed if "://" in typed else f"https://{typed}").authority if typed else ""
    except FetchError:
        return ""
