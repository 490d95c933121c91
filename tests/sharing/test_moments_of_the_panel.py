"""The panel's When: good moments with their reason, one tap; nights on which clocks change."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sharing.models import Share
from advocacy.tracking.models import ShareFigures
from tests.sharing.conftest import Scene
from tests.sharing.test_panel import panel, shares
from tests.visitor import Visitor, page, words


def publish(scene: Scene, at: datetime, readers: int, measured: bool = False) -> None:
    """A post of the scene's person, and who read it."""
    with scene.app.app_context():
        share = Share(
            code=uuid4().hex[:10], person_id=scene.person.id, post_id=scene.post.id, network="linkedin", language="en",
            submission=uuid4(), text="Words", state="published", wanted_at=at, due_at=at, published_at=at,
            announced_at=at, link=None if measured else "https://aubrelle.example",
        )  # fmt: skip
        db.session.add(share)
        db.session.flush()
        figures = {"reactions": readers, "measured_at": at} if measured else {"humans": readers}
        db.session.add(ShareFigures(share_id=share.id, **figures))
        db.session.commit()


def offered(answer: object) -> list[str]:
    return re.findall(r'value="slot:([^"]+)"', answer.text)  # type: ignore[attr-defined]


def test_without_results_three_usual_moments_one_tap_each(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    answer = visitor.get(f"/posts/{scene.post.id}/share")
    found = offered(answer)
    assert len(found) == 3
    assert found[1:] == sorted(found[1:])
    assert words(answer).count("No results of yours yet: a usual moment.") == 1, "what holds for all is said once"
    zone = ZoneInfo(scene.person.time_zone)
    local = [datetime.fromisoformat(one).astimezone(zone) for one in found]
    assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in local)
    fields = panel(scene, visitor, when=f"slot:{found[0]}")
    assert visitor.post(f"/posts/{scene.post.id}/share", fields).status_code == 303
    assert shares(scene)[-1].wanted_at == datetime.fromisoformat(found[0])


@pytest.mark.parametrize("measured", [False, True])
def test_ones_own_results_speak(scene: Scene, visit: Callable[..., Visitor], measured: bool) -> None:
    zone, now = ZoneInfo(scene.person.time_zone), utcnow()
    thursday = (now - timedelta(days=now.weekday() + 4)).astimezone(zone).replace(hour=16, minute=5)
    for week in range(8):
        publish(scene, (thursday - timedelta(weeks=week)).astimezone(UTC), 90, measured)
        publish(scene, (thursday - timedelta(weeks=week, days=2, hours=7)).astimezone(UTC), 3, measured)
    answer = visit(scene.person).get(f"/posts/{scene.post.id}/share")
    assert "Your posts are read most on weekday afternoons." in words(answer)
    assert "your best slot" in words(answer)
    best = datetime.fromisoformat(offered(answer)[0]).astimezone(zone)
    assert (best.weekday(), best.hour) == (3, 16)


def test_a_made_up_slot_is_refused(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    for odd, said in (
        ("slot:", "Not a valid choice"),
        ("slot:2026-11-24T09:10", "Not a valid choice"),
        ("slot:tomorrow", "Not a valid choice"),
        ("slot:9999-12-31T23:59:59-23:59", "Not a valid choice"),
        ("slot:2001-01-01T09:10+00:00", "This moment has passed"),
        ("slot:2999-01-01T09:10+00:00", "90 days at most"),
    ):
        answer = visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, when=odd))
        assert answer.status_code == 422, odd
        assert said in words(answer), odd
    assert shares(scene) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2035-03-25T02:30", "that time does not exist. It becomes"),
        ("2035-10-28T02:30", "that time comes twice. It is the first one unless you choose the second."),
    ],
)
def test_a_night_on_which_clocks_change_is_explained(
    scene: Scene, visit: Callable[..., Visitor], typed: str, said: str
) -> None:
    visitor = visit(scene.person)
    fields = panel(scene, visitor, when="at", at=typed)
    answer = visitor.post(f"/posts/{scene.post.id}/share/moment", fields)
    assert said in words(answer)
    twice = page(answer).css_first("input[name=second]")
    assert (twice is not None) == ("twice" in said)
    if twice is not None:
        answer = visitor.post(f"/posts/{scene.post.id}/share/moment", {**fields, "second": "y"})
        assert "You chose the second one." in words(answer)
        assert page(answer).css_first("input[name=second][checked]") is not None
    quiet = visitor.post(
        f"/posts/{scene.post.id}/share/moment", panel(scene, visitor, when="at", at="2035-10-29T02:30")
    )
    assert words(quiet).strip() == ""


def test_the_second_time_stays_the_second_when_only_words_change(scene: Scene, visit: Callable[..., Visitor]) -> None:
    share_id, second = scene.share(), datetime(2035, 10, 28, 1, 30, tzinfo=UTC)
    with scene.app.app_context():
        share = db.session.get_one(Share, share_id)
        share.wanted_at = share.due_at = second
        db.session.commit()
    visitor = visit(scene.person)
    form = page(visitor.get(f"/shares/{share_id}"))
    assert form.css_first("input[name=second][checked]") is not None
    fields = {"text": "Other words", "when": "at", "at": "2035-10-28T02:30", "second": "y"}
    answer = visitor.post(f"/shares/{share_id}", fields)
    assert answer.status_code == 303
    assert (scene.now(share_id).wanted_at, scene.now(share_id).text) == (second, "Other words")
    assert "You chose the second one." in words(visitor.get("/shares"))
