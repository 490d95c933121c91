"""The calendar's page."""

from datetime import date

from babel.dates import format_date, get_day_names
from flask import render_template, request
from flask_babel import get_locale
from flask_login import current_user

from advocacy.clock import local_day, utcnow
from advocacy.content.blueprint import content
from advocacy.content.calendar import Span, calendar_for
from advocacy.content.filtering import address_of_filters, choices_of, filters_asked
from advocacy.content.listing import bodies_of
from advocacy.i18n import choose_language
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import signed_in


@content.get("/studio/calendar")
@signed_in
def calendar() -> str:
    """A week or a month: ?view=week|month&on=2026-11-23, this month unless told otherwise."""
    people.require_anywhere(current_user, Role.EDITOR)
    asked = request.args.get("view", "")
    span = Span(asked) if asked in set(Span) else Span.MONTH
    today = local_day(utcnow(), current_user.time_zone)
    locale = get_locale()
    page = calendar_for(current_user, span, _day(request.args.get("on")) or today, filters_asked())
    weekdays = get_day_names("wide", locale=locale)
    return render_template(
        "content/calendar.html",
        page=page,
        today=today,
        chosen=address_of_filters(),
        filters=filters_asked(),
        month=format_date(page.on, "MMMM y", locale=locale),
        weekdays=[weekdays[number] for number in range(7)],
        language=choose_language(),
        **choices_of(bodies_of(current_user)),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
