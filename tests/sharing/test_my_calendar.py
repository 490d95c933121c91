"""The calendar of one's own shares."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from advocacy.calendars import Span
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.sharing.calendar import calendar_of
from advocacy.sharing.models import Share
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, page, words

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def add(scene: Scene, title: str, at: datetime, person: Person | None = None, **values: object) -> int:
    post = scene.world.post(scene.root, title)
    with scene.app.app_context():
        share = Share(
            **{
                "code": uuid4().hex[:10], "person_id": (person or scene.person).id, "post_id": post.id,
                "network": "linkedin", "submission": uuid4(), "text": "Words", "language": "en", "state": "scheduled",
                "wanted_at": at, "due_at": at, **values,
            }
        )  # fmt: skip
        db.session.add(share)
        db.session.commit()
        return share.id


def shown(scene: Scene, zone: str, span: Span, on: date) -> dict[str, list[tuple[str, str]]]:
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        person.time_zone = zone
        found = calendar_of(person, span, on)
        return {
            day.day.isoformat(): [(entry.kind.value, entry.share.post.title) for entry in day.entries]
            for week in found.weeks
            for day in week
            if day.entries
        }


@pytest.mark.parametrize("span", list(Span))
def test_each_share_stands_on_its_day_of_the_persons_clock(scene: Scene, span: Span) -> None:
    add(scene, "Planned", LATE)
    add(scene, "Queued", LATE, queued=True)
    add(scene, "Out", LATE, state="published", published_at=LATE)
    add(scene, "Kept", LATE, state="held")
    add(scene, "Taken back", LATE, state="cancelled")
    add(scene, "Opened", LATE, state="opened")
    add(scene, "Hers", LATE, person=scene.world.person(scene.root))
    four = [("planned", "Planned"), ("queued", "Queued"), ("published", "Out"), ("open", "Kept")]
    assert shown(scene, "Europe/Paris", span, date(2026, 11, 25)) == {"2026-11-25": four}
    assert shown(scene, "America/Montreal", span, date(2026, 11, 25)) == {"2026-11-24": four}
    assert shown(scene, "Europe/Paris", span, date(2027, 2, 3)) == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_goes_back_and_forth_and_leads_to_changing(
    scene: Scene, visit: Callable[..., Visitor], language: str
) -> None:
    share_id = add(scene, "In November", datetime(2026, 11, 25, 8, tzinfo=UTC))
    me = visit(scene.person, language)
    for view in ("week", "month"):
        answer = me.get(f"/shares/calendar?view={view}&on=2026-11-25")
        found = page(answer)
        assert len(found.css("table th[scope=col]")) == 7
        assert found.css_first(f'td a[href="/shares/{share_id}"]') is not None
        onwards = me.get((found.css_first("a[rel=next]") or found).attributes["href"] or "")
        assert "In November" not in words(onwards)
    for odd in ("?view=year&on=x", "?on=9999-12-31", "?on=0001-01-01&view=week"):
        assert me.get(f"/shares/calendar{odd}").status_code == 200
