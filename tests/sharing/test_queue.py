"""A person's queue: confirmed shares that leave one by one, in order, within hours and caps."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.models import Post, SavedPost
from advocacy.db import db
from advocacy.people.models import Person, Role
from advocacy.sharing import queue
from advocacy.sharing.hours import Hours
from advocacy.sharing.models import QueueHours, Share
from advocacy.sharing.service import Wish
from tests.sharing.conftest import Scene
from tests.sharing.test_panel import panel, shares
from tests.statements import statements
from tests.visitor import Visitor, page, words


def queued(scene: Scene, visitor: Visitor, count: int) -> list[int]:
    """So many contents in the queue, by the panel; their shares' ids in order."""
    for number in range(count):
        post = scene.world.post(scene.root, f"Content number {number}.")
        fields = panel(scene, visitor, when="queue", text=f"Words of {uuid4()} about {uuid4()}.")
        assert visitor.post(f"/posts/{post.id}/share", {**fields, "submission": str(uuid4())}).status_code == 303
    return order(scene)


def order(scene: Scene) -> list[int]:
    with scene.app.app_context():
        return [one.first.id for one in queue.entries_of(db.session.get_one(Person, scene.person.id))]


def moments(scene: Scene) -> list[object]:
    with scene.app.app_context():
        entries = queue.entries_of(db.session.get_one(Person, scene.person.id))
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        return [entry.at.astimezone(ZoneInfo(scene.person.time_zone)) for entry in entries]


def test_the_panel_queues_and_the_queue_keeps_order_and_hours(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    ids = queued(scene, visitor, 5)
    found = moments(scene)
    assert len(found) == 5
    assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in found)
    assert max(sum(other.date() == at.date() for other in found) for at in found) <= 2
    assert all(share.queued and share.due_at == share.wanted_at for share in shares(scene))
    text = words(visitor.get("/shares/queue"))
    assert all(f"Content number {number}." in text for number in range(5))
    visitor.post(f"/shares/queue/{ids[2]}/move", {"to": "up"})
    assert order(scene) == [ids[0], ids[2], ids[1], ids[3], ids[4]]
    visitor.post(f"/shares/queue/{ids[0]}/move", {"to": "down"})
    assert order(scene) == [ids[2], ids[0], ids[1], ids[3], ids[4]]
    visitor.post(f"/shares/queue/{ids[4]}/move", {"to": "down"})
    visitor.post(f"/shares/queue/{ids[2]}/move", {"to": "up"})
    assert order(scene) == [ids[2], ids[0], ids[1], ids[3], ids[4]]
    moments(scene)


def test_pressed_twice_it_is_queued_once(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    fields = panel(scene, visitor, when="queue")
    for _press in range(2):
        assert visitor.post(f"/posts/{scene.post.id}/share", fields).status_code == 303
    assert len(shares(scene)) == 1


def test_hours_change_and_everything_is_planned_anew(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    queued(scene, visitor, 4)
    answer = visitor.post("/shares/queue", {"days": ["5", "6"], "opens": "19", "closes": "22", "a_day": "1"})
    assert answer.status_code == 303
    found = moments(scene)
    assert all(at.weekday() >= 5 and 19 <= at.hour < 22 for at in found)
    assert len({at.date() for at in found}) == 4
    for wrong in (
        {"days": [], "opens": "8", "closes": "18", "a_day": "2"},
        {"days": ["1"], "opens": "18", "closes": "8", "a_day": "2"},
        {"days": ["1"], "opens": "8", "closes": "18", "a_day": "0"},
        {"days": ["9"], "opens": "8", "closes": "18", "a_day": "2"},
        {"days": ["x"], "opens": "", "closes": "99", "a_day": "many"},
    ):
        assert visitor.post("/shares/queue", wrong).status_code == 422
    assert moments(scene) == found
    with scene.app.app_context():
        assert db.session.get_one(QueueHours, scene.person.id).days == [5, 6]


@pytest.mark.parametrize(("language", "hours"), [("fr", ("0 h 00", "24 h 00")), ("en", ("00:00", "24:00"))])
def test_hours_are_told_as_a_language_tells_them(
    scene: Scene, visit: Callable[..., Visitor], language: str, hours: tuple[str, str]
) -> None:
    person = scene.world.person(scene.root, language=language)
    html = page(visit(person).get("/shares/queue"))
    shown = [[option.text() for option in html.css(f"select[name={name}] option")] for name in ("opens", "closes")]
    assert (shown[0][0].replace("\xa0", " "), shown[1][-1].replace("\xa0", " ")) == hours
    assert len(shown[0]) == len(shown[1]) == 24


def test_taken_out_it_does_not_go_and_the_others_move_up(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    ids, before = queued(scene, visitor, 3), moments(scene)
    assert visitor.post(f"/shares/queue/{ids[0]}/leave").status_code == 303
    assert scene.now(ids[0]).state == "cancelled"
    assert order(scene) == ids[1:]
    assert [at.date() for at in moments(scene)] == [at.date() for at in before[:2]]
    assert visitor.post(f"/shares/queue/{ids[0]}/leave").status_code == 409
    assert visitor.post(f"/shares/queue/{ids[0]}/move", {"to": "up"}).status_code == 409


def test_another_moment_takes_it_out_of_the_queue_other_words_do_not(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(scene.person)
    ids = queued(scene, visitor, 2)
    form = page(visitor.get(f"/shares/{ids[0]}"))
    at = form.css_first("input#at")
    assert at is not None
    visitor.post(f"/shares/{ids[0]}", {"text": "Better words", "when": "at", "at": at.attributes["value"]})
    assert (scene.now(ids[0]).text, scene.now(ids[0]).queued) == ("Better words", True)
    later = (utcnow() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    visitor.post(f"/shares/{ids[0]}", {"text": "Better words", "when": "at", "at": later})
    assert scene.now(ids[0]).queued is False
    assert order(scene) == [ids[1]]


def test_all_of_it_now_as_far_as_the_day_allows(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    ids = queued(scene, visitor, 7)
    answer = visitor.post("/shares/queue/all", {"when": "now"})
    assert answer.status_code == 303
    now = utcnow()
    going = [scene.now(number) for number in ids[:5]]
    assert [share.queued for share in going] == [False] * 5
    assert going[0].due_at <= now
    gaps = [later.due_at - sooner.due_at for sooner, later in pairwise(going)]
    assert gaps == [timedelta(minutes=10)] * 4
    assert order(scene) == ids[5:]
    today = now.astimezone(ZoneInfo(scene.person.time_zone)).date()
    assert all(at.date() > today for at in moments(scene))
    assert "the rest stays in your queue" in words(visitor.get("/shares/queue"))
    visitor.post("/shares/queue/all", {"when": "days"})
    assert order(scene) == ids[5:]


def test_a_share_that_a_worker_has_taken_keeps_its_moment(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    ids = queued(scene, visitor, 3)
    with scene.app.app_context():
        taken = db.session.get_one(Share, ids[0])
        taken.attempt, before = 1, taken.wanted_at
        db.session.commit()
    visitor.post("/shares/queue", {"days": ["6"], "opens": "8", "closes": "9", "a_day": "1"})
    assert scene.now(ids[0]).wanted_at == before
    assert scene.now(ids[1]).wanted_at.astimezone(ZoneInfo(scene.person.time_zone)).weekday() == 6


def test_what_expires_before_its_turn_is_said(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    visitor.post("/shares/queue", {"days": ["0"], "opens": "8", "closes": "9", "a_day": "1"})
    queued(scene, visitor, 2)
    short = scene.world.post(scene.root, "Short", expires_at=utcnow() + timedelta(days=8))
    answer = visitor.post(f"/posts/{short.id}/share", panel(scene, visitor, when="queue"))
    assert answer.status_code == 422
    assert "expires before its turn" in words(answer)
    assert len(order(scene)) == 2


def test_another_persons_queue_is_not_there(scene: Scene, visit: Callable[..., Visitor]) -> None:
    [share_id] = queued(scene, visit(scene.person), 1)
    colleague = visit(scene.world.person(scene.root, Role.ADMIN))
    for action in ("move", "leave"):
        assert colleague.post(f"/shares/queue/{share_id}/{action}", {"to": "up"}).status_code == 404
    assert "Content number" not in words(colleague.get("/shares/queue"))


@pytest.fixture
def saved(scene: Scene) -> list[int]:
    """Three saved posts, the newest first."""
    posts = [scene.world.post(scene.root, f"Kept {n}", wordings=(f"Suggested words number {n}.",)).id for n in range(3)]
    with scene.app.app_context():
        db.session.add_all([SavedPost(person_id=scene.person.id, post_id=number) for number in posts])
        db.session.commit()
    return list(reversed(posts))


def test_what_is_saved_is_queued_once_it_is_confirmed(
    scene: Scene, visit: Callable[..., Visitor], saved: list[int]
) -> None:
    visitor = visit(scene.person)
    html = visitor.get("/shares/queue/saved").text
    assert shares(scene) == []
    press = re.search(r'name="press" value="([^"]+)"', html)
    assert press
    fields = {
        "press": press.group(1), "account": [scene.account.id], "post": saved[:2],
        **{f"text_{number}": f"My words about {uuid4()}" for number in saved},
    }  # fmt: skip
    assert visitor.post("/shares/queue/saved", {**fields, "account": []}).status_code == 422
    assert visitor.post("/shares/queue/saved", {**fields, "post": []}).status_code == 422
    for _press in range(2):
        answer = visitor.post("/shares/queue/saved", fields)
    assert answer.status_code in (303, 422)
    made = shares(scene)
    assert [share.post_id for share in made] == saved[:2]
    assert {share.text for share in made} == {fields[f"text_{number}"] for number in saved[:2]}
    assert "Kept 0" in words(visitor.get("/shares/queue/saved"))
    assert "Kept 2" not in words(visitor.get("/shares/queue/saved"))


def test_what_can_not_be_queued_is_said_beside_its_text(
    scene: Scene, visit: Callable[..., Visitor], saved: list[int]
) -> None:
    visitor = visit(scene.person)
    fields = {"account": [scene.account.id], "post": saved, **{f"text_{number}": f"Fine {uuid4()}" for number in saved}}
    answer = visitor.post("/shares/queue/saved", {**fields, f"text_{saved[1]}": "x" * 4000})
    assert answer.status_code == 422
    assert "characters too many for LinkedIn" in words(answer)
    assert "2 contents are in your queue." in words(answer)
    assert "x" * 4000 in answer.text
    assert {share.post_id for share in shares(scene)} == {saved[0], saved[2]}


def test_pages_ask_a_fixed_number_of_questions(scene: Scene, visit: Callable[..., Visitor], saved: list[int]) -> None:
    visitor = visit(scene.person)
    paths = ("/shares/queue", "/shares/calendar", "/shares/queue/saved", f"/posts/{scene.post.id}/share")
    few = [asked(scene, visitor, path) for path in paths]
    queued(scene, visitor, 6)
    assert [asked(scene, visitor, path) for path in paths] == few
    assert max(few) <= 24


def asked(scene: Scene, visitor: Visitor, path: str) -> int:
    """How many statements a page needs."""
    with statements(scene.app) as sent:
        assert visitor.get(path).status_code == 200
    return len(sent)


def test_the_service_holds_without_the_form(scene: Scene) -> None:
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        assert queue.hours_of(person) == Hours()
        assert db.session.scalars(select(QueueHours)).all() == []


def test_two_windows_at_once_never_get_the_same_turn(scene: Scene) -> None:
    posts = [scene.world.post(scene.root).id for _window in range(6)]

    def add(post_id: int) -> None:
        with scene.app.test_request_context():
            person, post = db.session.get_one(Person, scene.person.id), db.session.get_one(Post, post_id)
            queue.add(person, post, uuid4(), [Wish(scene.account.id, f"Words {uuid4()}")], "en")
            db.session.commit()

    with ThreadPoolExecutor(6) as windows:
        list(windows.map(add, posts))
    made = shares(scene)
    assert sorted(share.queue_place or 0 for share in made) == [1, 2, 3, 4, 5, 6]
    assert len({share.wanted_at for share in made}) == 6
