"""The calendar: what begins and ends on which day of whose wall clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from advocacy.calendars import Span
from advocacy.clock import utcnow
from advocacy.content.calendar import calendar_for
from advocacy.content.listing import Filters
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


def shown(app, person, span, on):
    with app.app_context():
        found = calendar_for(db.session.get(Person, person.id), span, on, Filters())
        return {
            day.day.isoformat(): [(one.kind, one.post.title) for one in day.entries]
            for week in found.weeks
            for day in week
            if day.entries
        }


def test_a_day_is_the_editors_own(app, world, root):
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    world.post(root, "Late", publish_at=late, expires_at=late + timedelta(days=2))
    paris = world.person(root, Role.EDITOR, time_zone="Europe/Paris")
    montreal = world.person(root, Role.EDITOR, time_zone="America/Montreal")
    week = date(2026, 11, 26)
    assert shown(app, paris, Span.WEEK, week) == {"2026-11-24": [("begins", "Late")], "2026-11-26": [("ends", "Late")]}
    assert list(shown(app, montreal, Span.WEEK, week)) == ["2026-11-23", "2026-11-25"]


def test_what_is_meant_and_what_is_not_shown(app, world, root):
    editor = world.person(root, Role.EDITOR)
    soon = utcnow() + timedelta(days=3)
    world.post(root, "Meant", state="draft", publish_at=soon)
    world.post(root, "Gone", state="withdrawn", publish_at=soon)
    world.post(world.organisation("Elsewhere"), "Foreign", publish_at=soon)
    found = [one for entries in shown(app, editor, Span.WEEK, soon.date()).values() for one in entries]
    assert found == [("meant", "Meant")]


def test_months_are_whole_weeks(app, world, root):
    editor = world.person(root, Role.EDITOR)
    with app.app_context():
        me = db.session.get(Person, editor.id)
        for year in (2026, 2027, 2028):
            for month in range(1, 13):
                found = calendar_for(me, Span.MONTH, date(year, month, 15), Filters())
                days = [day.day for week in found.weeks for day in week]
                assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
                assert (days[0].weekday(), days[-1].weekday()) == (0, 6)
                assert len([day for week in found.weeks for day in week if not day.outside]) in (28, 29, 30, 31)
                assert (found.before.day, found.after.day) == (1, 1)
        for odd in (date.min, date.max):
            for span in Span:
                assert calendar_for(me, span, odd, Filters()).weeks


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_goes_back_and_forth(world, root, visit, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    world.post(root, "In November", publish_at=datetime(2026, 11, 3, 8, tzinfo=UTC))
    for view in ("week", "month"):
        answer = me.get(f"/studio/calendar?view={view}&on=2026-11-04&q=november")
        assert "In November" in words(answer)
        found = page(answer)
        assert len(found.css("table th[scope=col]")) == 7
        onwards = me.get(found.css_first("a[rel=next]").attributes["href"])
        assert "In November" not in words(onwards)
        assert "In November" in words(me.get(page(onwards).css_first("a[rel=prev]").attributes["href"]))
    for odd in ("?view=year&on=x", "?on=9999-12-31", "?on=0001-01-01&view=week"):
        assert me.get(f"/studio/calendar{odd}").status_code == 200
