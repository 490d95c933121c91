"""The pages of the board: the columns, moving a ticket, acting on several."""

from datetime import timedelta
from typing import Any, Final

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import utcnow
from advocacy.content import bulk, service
from advocacy.content.blueprint import content
from advocacy.content.board import MOST_RANKED, PAGE, USUAL, board_for
from advocacy.content.cursor import read_cursor
from advocacy.content.filtering import address_of_filters, choices_of, filters_asked
from advocacy.content.listing import Standing, bodies_of, standing_of
from advocacy.content.models import Post
from advocacy.content.moves import NeedsMoment, move, moves_from
from advocacy.content.offers import ideas_for
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict, Invalid, RelaisError
from advocacy.i18n import LANGUAGE_NAMES, choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import id_argument, safe_next, signed_in

LATE: Final = timedelta(days=2)
IDEAS: Final = "ideas"
"""The column of the proposals, which takes no posts."""
COLUMN_NAMES: Final = {
    Standing.DRAFT: _l("Draft"),
    Standing.REVIEW: _l("Review"),
    Standing.SCHEDULED: _l("Scheduled"),
    Standing.LIVE: _l("Live"),
    Standing.EXPIRED: _l("Expired"),
    Standing.WITHDRAWN: _l("Withdrawn"),
}


@content.get("/studio")
@signed_in
def studio() -> str:
    """The board of the person's editorial teams; one column of it with `lane`."""
    people.require_anywhere(current_user, Role.EDITOR)
    filters, bodies = filters_asked(), bodies_of(current_user)
    lane = _standing(request.args.get("lane"))
    before, place = read_cursor(request.args.get("before")), min(id_argument("place") or 0, MOST_RANKED)
    board = board_for(
        current_user, filters, (lane,) if lane else USUAL, before=before, after_place=place, bodies=bodies
    )
    ideas = ideas_for(current_user, PAGE) if lane is None and not filters else None
    return render_template(
        "content/board.html",
        columns=board.columns,
        ideas=ideas,
        lane=lane,
        withdrawn=board.counts[Standing.WITHDRAWN],
        most=board.most,
        filters=filters,
        back=request.full_path.rstrip("?"),
        chosen=address_of_filters(),
        later=before is not None or place > 0,
        **_of_tickets(),
        **choices_of(bodies),
    )


@content.post("/studio/posts/<int:post_id>/move")
@signed_in
def move_post(post_id: int) -> Response:
    """A ticket into another column; a program is told in JSON, a person finds the board again."""
    post = service.get_editable(current_user, post_id, locked=True)
    asked = request.form.get("to")
    to = _standing(asked)
    told = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    if to is None and asked != IDEAS:
        raise BadRequest(_("Choose a column to move it to."))
    try:
        move(current_user, post, _possible(post, to))
        db.session.commit()
    except NeedsMoment as error:
        db.session.rollback()
        return _to_composer(post_id, str(error.sentence), told=told)
    except NotReady as error:
        if told:
            raise Invalid(" ".join(str(flaw.sentence) for flaw in error.flaws)) from error
        return _refused(" ".join(str(flaw.sentence) for flaw in error.flaws))
    except RelaisError as error:
        if told:
            raise
        return _refused(str(error.sentence))
    post = service.get_editable(current_user, post_id)
    said = _("“%(title)s” is now in: %(column)s.", title=_title(post), column=COLUMN_NAMES[standing_of(post)])
    if told:
        ticket = render_template(
            "content/_ticket.html", post=post, standing=standing_of(post), back=_back(), **_of_tickets()
        )
        return jsonify(ticket=ticket, standing=standing_of(post).value, said=said)
    flash(said, "good")
    return redirect(_back(), 303)


@content.post("/studio/bulk")
@signed_in
def act_on_several() -> str:
    """One act on the ticked posts, and what came of each."""
    people.require_anywhere(current_user, Role.EDITOR)
    ids = [one for one in request.form.getlist("posts", type=int) if 0 < one < 2**63]
    if not ids:
        raise BadRequest(_("Tick at least one post first."))
    outcomes = _act(ids)
    db.session.commit()
    return render_template("content/bulk.html", outcomes=outcomes, back=_back(), most=bulk.MOST)


def _act(ids: list[int]) -> list[bulk.Outcome]:
    act = request.form.get("act")
    topic, owner = (request.form.get(name, type=int) or 0 for name in ("topic", "owner"))
    if act == "withdraw":
        return bulk.withdraw(current_user, ids)
    if act == "review":
        return bulk.submit(current_user, ids)
    if act == "topic" and 0 < topic < 2**63:
        return bulk.add_topic(current_user, ids, topic)
    if act == "owner" and 0 < owner < 2**63:
        return bulk.change_owner(current_user, ids, owner)
    raise BadRequest(_("Choose what to do with the ticked posts."))


def _possible(post: Post, to: Standing | None) -> Standing:
    """The column wanted, if the post may go there. Raises Conflict with where it may go instead."""
    now = standing_of(post)
    ways = moves_from(now)
    if to is not None and to in ways:
        return to
    if to is None:
        said = _("Only colleagues fill this column: a post does not become a proposal.")
    else:
        said = _("A post can’t be moved there from where it stands now.")
    columns = ", ".join(str(COLUMN_NAMES[way]) for way in ways)
    instead = _("From “%(column)s” it can go to: %(columns)s.", column=COLUMN_NAMES[now], columns=columns)
    raise Conflict(f"{said} {instead}")


def _to_composer(post_id: int, said: str, *, told: bool) -> Response:
    path = url_for("content.edit", post_id=post_id, _anchor="timing")
    flash(said, "plum")
    return jsonify(go=path) if told else redirect(path, 303)


def _refused(said: str) -> Response:
    db.session.rollback()
    flash(said, "bad")
    return redirect(_back(), 303)


def _back() -> str:
    return safe_next(request.form.get("back") or url_for("content.studio"))


def _title(post: Post) -> str:
    return post.title or str(_("Untitled"))


def _standing(text: str | None) -> Standing | None:
    return Standing(text) if text in set(Standing) else None


def _of_tickets() -> dict[str, Any]:
    return {
        "names": COLUMN_NAMES,
        "moves_from": moves_from,
        "is_late": lambda post: post.updated_at < utcnow() - LATE,
        "language": choose_language(),
        "language_names": LANGUAGE_NAMES,
    }
