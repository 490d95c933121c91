"""The leaderboard, and why I have these points."""

import hashlib
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_date
from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from advocacy.clock import local_day, utcnow
from advocacy.db import db
from advocacy.errors import BadRequest
from advocacy.formats import day
from advocacy.people.models import Organisation
from advocacy.recognition import explanations, ledger
from advocacy.recognition.bodies import SMALLEST, board_of_organisations
from advocacy.recognition.forms import KINDS, PERIODS, BoardChoice, PointsChoice
from advocacy.recognition.leaderboard import Board, board_of_people, last_day
from advocacy.recognition.standings import Period
from advocacy.web import signed_in
from config import points as rules

recognition = Blueprint("recognition", __name__)
EARLIEST: Final = date(2000, 1, 3)
"""No board is looked for before this day."""


@recognition.route("/leaderboard")
@signed_in
def leaderboard() -> ResponseReturnValue:
    """A board. To htmx, only the board itself, and 204 when it still is the version `v` that the page shows."""
    choice = BoardChoice(request.args)
    if not choice.validate():
        raise BadRequest(_("There is no such leaderboard."))
    period = Period(choice.period.data or Period.WEEK)
    running = period.start(local_day(utcnow(), _programme_zone()))
    starts_on = period.start(min(max(choice.at.data or running, EARLIEST), running))
    read = board_of_people if choice.kind.data == "people" else board_of_organisations
    board = read(current_user, period, starts_on)
    version = _version(board, starts_on)
    polled = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    if polled and request.args.get("v") == version:
        return _polled(Response(status=204))
    template = "recognition/board.html" if polled else "recognition/leaderboard.html"
    return _polled(
        make_response(
            render_template(
                template,
                board=board,
                kind=choice.kind.data,
                period=period,
                starts_on=starts_on,
                running=starts_on == running,
                title=_name_of(period, starts_on),
                before=starts_on - timedelta(days=1),
                after=last_day(period, starts_on) + timedelta(days=1),
                version=version,
                kinds=KINDS,
                periods=PERIODS,
                smallest=SMALLEST,
                rules=rules,
            )
        )
    )


@recognition.route("/points")
@signed_in
def points() -> ResponseReturnValue:
    """Every line of the person's own ledger, newest first, explained."""
    choice = PointsChoice(request.args)
    if not choice.validate():
        raise BadRequest(_("There is no such page."))
    page = ledger.page_of(current_user.id, choice.before.data)
    return render_template(
        "recognition/points.html",
        page=page,
        lines=explanations.explain(page.entries),
        rules=rules,
        paged=choice.before.data is not None,
    )


def _programme_zone() -> str:
    """The time zone that the programme's periods follow."""
    own: Organisation = current_user.organisation
    if own.id == own.root_id:
        return own.time_zone
    return db.session.scalars(select(Organisation.time_zone).where(Organisation.id == own.root_id)).one()


def _version(board: Board, starts_on: date) -> str:
    told = f"{get_locale()} {starts_on} {board!r}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _polled(response: Response) -> Response:
    response.headers["Vary"] = "Cookie, Accept-Language, HX-Request"
    return response


def _name_of(period: Period, starts_on: date) -> str:
    locale = get_locale()
    if period is Period.MONTH:
        name = format_date(starts_on, "LLLL y", locale=locale)
        return name[:1].upper() + name[1:]
    if period is Period.QUARTER:
        facts: dict[str, Any] = {"number": (starts_on.month + 2) // 3, "year": starts_on.year}
        return str(_("Quarter %(number)s, %(year)s", **facts))
    return str(_("Week of %(day)s", day=day(starts_on, locale, _utc())))


def _utc() -> Any:
    return utcnow().tzinfo
