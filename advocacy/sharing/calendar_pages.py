"""The page of a person's own calendar."""

from flask import Blueprint, render_template
from flask_login import current_user

from advocacy import calendars
from advocacy.networks import registry
from advocacy.sharing.calendar import calendar_of
from advocacy.web import signed_in

share_calendar = Blueprint("share_calendar", __name__)


@share_calendar.get("/shares/calendar")
@signed_in
def calendar() -> str:
    """A week or a month."""
    page = calendar_of(current_user, *calendars.asked(current_user.time_zone))
    words = calendars.words_of(page, current_user.time_zone)
    return render_template("sharing/calendar.html", page=page, networks=registry.shown(), **words)
