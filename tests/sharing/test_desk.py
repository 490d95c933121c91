"""The repair desk: what an admin sees of deliveries, and what they may set going again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks import circuits, pacing
from advocacy.people.models import Organisation, Person, Role
from advocacy.sharing import desk
from advocacy.sharing.models import Share
from tests.sharing import crowds
from tests.statements import statements
from tests.visitor import Visitor, words
from tests.world import World

PLACE = pacing.place_of("linkedin", "")


class Programme:
    """A programme of two bodies, an admin of the whole and one of each part."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.root = world.organisation("Aubrelle")
        self.left, self.right = world.organisation("Lille", self.root), world.organisation("Lyon", self.root)
        self.admin = world.person(self.root, Role.ADMIN)
        self.left_admin = world.person(self.left, Role.ADMIN)
        self.post = world.post(self.root, "Light heart")

    def delivery(self, body: Organisation, name: str = "Inès B.", post: Post | None = None, **values: Any) -> int:
        """A share of somebody of that body, in the state that is told."""
        person = self.world.person(body, name=name)
        [share_id] = crowds.shares(self.app, crowds.accounts(self.app, [person.id]), post or self.post)
        with self.app.app_context():
            db.session.execute(update(Share).where(Share.id == share_id).values(**values))
            db.session.commit()
        return share_id

    def now(self, share_id: int) -> Share:
        with self.app.app_context():
            share = db.session.scalars(select(Share).where(Share.id == share_id)).one()
            db.session.expunge_all()
            return share


@pytest.fixture
def programme(app: Flask, world: World) -> Programme:
    return Programme(app, world)


def test_it_is_for_admins_and_their_bodies(programme: Programme, visit: Callable[..., Visitor]) -> None:
    programme.delivery(programme.left, "Inès B.", state="failed", failure="not_allowed")
    programme.delivery(programme.right, "Ravi K.", state="failed", failure="gave_up")
    editor = programme.world.person(programme.root, Role.EDITOR)
    assert visit(editor).get("/admin/deliveries").status_code == 403
    everything = words(visit(programme.admin).get("/admin/deliveries?state=failed"))
    assert "Inès B." in everything
    assert "Ravi K." in everything
    part = words(visit(programme.left_admin).get("/admin/deliveries?state=failed"))
    assert "Inès B." in part
    assert "Ravi K." not in part
    assert visit(programme.left_admin).get(f"/admin/deliveries?organisation={programme.right.id}").status_code == 404


def test_words_and_tokens_are_not_shown(programme: Programme, visit: Callable[..., Visitor]) -> None:
    programme.delivery(programme.left, state="failed", failure="refused", text="My very own words")
    page = visit(programme.admin).get("/admin/deliveries").text
    assert "My very own words" not in page
    assert "no-" not in words(visit(programme.admin).get("/admin/deliveries"))


def test_whoever_moved_away_has_no_name_here(programme: Programme, visit: Callable[..., Visitor]) -> None:
    share_id = programme.delivery(programme.left, "Inès B.", state="failed", failure="refused")
    with programme.app.app_context():
        moved = update(Person).where(Person.id == programme.now(share_id).person_id)
        db.session.execute(moved.values(organisation_id=programme.right.id))
        db.session.commit()
    assert "Inès B." not in words(visit(programme.left_admin).get("/admin/deliveries"))
    assert "Inès B." in words(visit(programme.admin).get("/admin/deliveries"))


def test_what_was_asked_and_answered_is_told(programme: Programme, visit: Callable[..., Visitor]) -> None:
    asked = [
        {"at": "2026-11-23T09:00:00+00:00", "act": "publish", "said": "no_answer", "detail": "ReadTimeout"},
        {"at": "2026-11-23T09:01:00+00:00", "act": "settle", "said": "unavailable", "detail": "503"},
    ]
    programme.delivery(programme.left, state="unconfirmed", failure="no_answer", asked=asked, uncertain=True)
    page = words(visit(programme.admin).get("/admin/deliveries"))
    assert "asked to publish it → no answer (ReadTimeout)" in page
    assert "asked whether it is there → the network has a problem (503)" in page
    assert "Try again" not in page, "what may be out there is for its person"


def test_a_recent_failure_is_tried_again(programme: Programme, visit: Callable[..., Visitor]) -> None:
    share_id = programme.delivery(programme.left, state="failed", failure="gave_up", wanted_at=utcnow())
    assert "Try again" in words(visit(programme.admin).get("/admin/deliveries"))
    assert visit(programme.left_admin).post(f"/admin/deliveries/{share_id}/retry").status_code == 303
    assert (programme.now(share_id).state, programme.now(share_id).failure) == ("scheduled", None)
    visitor = visit(programme.admin)
    visitor.post(f"/admin/deliveries/{share_id}/retry")
    assert "not safe" in words(visitor.get("/admin/deliveries"))


def test_an_old_one_goes_back_to_its_person(programme: Programme, visit: Callable[..., Visitor]) -> None:
    old = utcnow() - timedelta(days=3)
    share_id = programme.delivery(programme.left, state="failed", failure="gave_up", wanted_at=old)
    visit(programme.admin).post(f"/admin/deliveries/{share_id}/retry")
    assert (programme.now(share_id).state, programme.now(share_id).failure) == ("held", "given_back")
    with programme.app.app_context():
        person = db.session.get_one(Person, programme.now(share_id).person_id)
        db.session.expunge_all()
    assert "send it now" in words(visit(person).get("/shares")).lower()


@pytest.mark.parametrize("reason", ["duplicate", "not_online", "post_gone", "disconnected"])
def test_what_is_not_safe_or_no_use_is_refused(
    programme: Programme, visit: Callable[..., Visitor], reason: str
) -> None:
    share_id = programme.delivery(programme.left, state="failed", failure=reason)
    visit(programme.admin).post(f"/admin/deliveries/{share_id}/retry")
    assert programme.now(share_id).state == "failed"


def test_what_may_be_out_there_is_refused(programme: Programme, visit: Callable[..., Visitor]) -> None:
    share_id = programme.delivery(programme.left, state="failed", failure="gave_up", uncertain=True)
    visit(programme.admin).post(f"/admin/deliveries/{share_id}/retry")
    assert programme.now(share_id).state == "failed"


def test_another_body_s_delivery_does_not_exist(programme: Programme, visit: Callable[..., Visitor]) -> None:
    share_id = programme.delivery(programme.right, state="failed", failure="gave_up")
    assert visit(programme.left_admin).post(f"/admin/deliveries/{share_id}/retry").status_code == 404


def test_pages_and_filters(programme: Programme, visit: Callable[..., Visitor]) -> None:
    people = crowds.people(programme.app, programme.left, desk.PAGE + 5)
    ids = crowds.shares(programme.app, crowds.accounts(programme.app, people), programme.post)
    with programme.app.app_context():
        db.session.execute(update(Share).values(state="failed", failure="gave_up"))
        db.session.execute(update(Share).where(Share.id == ids[0]).values(failure="refused"))
        db.session.commit()
    visitor = visit(programme.admin)
    first = visitor.get("/admin/deliveries?state=failed").text
    assert first.count("<article") == desk.PAGE
    second = visitor.get(f"/admin/deliveries?state=failed&before={ids[-desk.PAGE]}").text
    assert second.count("<article") == 5
    assert visitor.get("/admin/deliveries?state=failed&reason=refused").text.count("<article") == 1
    assert visitor.get("/admin/deliveries?state=failed&network=mastodon").text.count("<article") == 0
    assert visitor.get("/admin/deliveries?state=nonsense&before=-1&network=%00").status_code == 200


def test_asked_with_few_questions(programme: Programme, visit: Callable[..., Visitor]) -> None:
    for _number in range(6):
        programme.delivery(programme.left, state="failed", failure="gave_up")
    visitor = visit(programme.admin)
    visitor.get("/admin/deliveries")
    with statements(programme.app) as counted:
        visitor.get("/admin/deliveries")
    few = len(counted)
    for _number in range(12):
        programme.delivery(programme.right, state="failed", failure="gave_up")
    with statements(programme.app) as counted:
        visitor.get("/admin/deliveries")
    assert len(counted) == few


def test_a_network_that_is_down_is_seen_and_tried(programme: Programme, visit: Callable[..., Visitor]) -> None:
    for _ in range(10):
        circuits.note_failure(PLACE, "no_answer")
    pacing.close(pacing.place_of("linkedin", ""), utcnow() + timedelta(hours=1))
    for page in ("/admin/deliveries", "/admin/networks"):
        shown = words(visit(programme.admin).get(page))
        assert "10 calls in a row without a clear answer" in shown, page
        assert "It asked for nothing more until" in shown, page
    assert "Try now" not in words(visit(programme.left_admin).get("/admin/deliveries"))
    assert visit(programme.left_admin).post("/admin/deliveries/networks", {"place": PLACE}).status_code == 403
    assert visit(programme.admin).post("/admin/deliveries/networks", {"place": "nowhere|"}).status_code == 404
    assert visit(programme.admin).post("/admin/deliveries/networks", {"place": PLACE}).status_code == 303
    assert circuits.circuits() == []
    assert "Nothing stands in the way" in words(visit(programme.admin).get("/admin/deliveries"))
    assert get_redis().exists(f"relais:circuit:{PLACE}") == 0
