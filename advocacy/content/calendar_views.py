"""The calendar's page."""

from flask import render_template
from flask_login import current_user

from advocacy import calendars
from advocacy.content.blueprint import content
from advocacy.content.calendar import calendar_for
from advocacy.content.filtering import address_of_filters, choices_of, filters_asked
from advocacy.content.listing import bodies_of
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in


@content.get("/studio/calendar")
@signed_in
def calendar() -> str:
    """A week or a month."""
    people.require_anywhere(current_user, Role.EDITOR)
    page = calendar_for(current_user, *calendars.asked(current_user.time_zone), filters_asked())
    return render_template(
        "content/calendar.html",
        page=page,
        chosen=address_of_filters(),
        filters=filters_asked(),
        language=choose_language(),
        **calendars.words_of(page, current_user.time_zone),
        **choices_of(bodies_of(current_user)),
    )
