"""The page of a person's own calendar."""

from datetime import date

from babel.dates import format_date, get_day_names
from flask import Blueprint, render_template, request
from flask_babel import get_locale
from flask_login import current_user

from advocacy.clock import local_day, utcnow
from advocacy.content.calendar import Span
from advocacy.networks import registry
from advocacy.sharing.calendar import calendar_of
from advocacy.web import signed_in

share_calendar = Blueprint("share_calendar", __name__)


@share_calendar.get("/shares/calendar")
@signed_in
def calendar() -> str:
    """A week or a month: ?view=week|month&on=2026-11-23, this month unless told otherwise."""
    asked = request.args.get("view", "")
    today, locale = local_day(utcnow(), current_user.time_zone), get_locale()
    page = calendar_of(current_user, Span(asked) if asked in set(Span) else Span.MONTH, _day() or today)
    weekdays = get_day_names("wide", locale=locale)
    return render_template(
        "sharing/calendar.html",
        page=page,
        today=today,
        month=format_date(page.on, "MMMM y", locale=locale),
        weekdays=[weekdays[number] for number in range(7)],
        networks=registry.shown(),
    )


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
