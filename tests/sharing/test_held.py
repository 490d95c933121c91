"""What waited too long for a new sign-in is kept, and goes only when its person says so."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict
from advocacy.networks import service as networks
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sharing import changes, tasks
from advocacy.sharing.models import Share
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, words


def broken_since(scene: Scene, hours: float) -> int:
    """A share whose moment was so many hours ago, on an account that has to be connected again."""
    share_id = scene.share()
    with scene.app.app_context():
        networks.mark_broken(scene.account.id, "revoked")
        moment = utcnow() - timedelta(hours=hours)
        db.session.execute(update(Share).where(Share.id == share_id).values(wanted_at=moment, due_at=moment))
        db.session.commit()
    return share_id


def sweep(scene: Scene) -> None:
    with scene.app.app_context():
        tasks.sweep()


def mended(scene: Scene) -> None:
    with scene.app.app_context():
        db.session.execute(update(Account).where(Account.id == scene.account.id).values(state="connected"))
        db.session.commit()


def deliver(scene: Scene) -> None:
    with scene.app.app_context():
        tasks.deliver_due()


def test_within_a_day_it_goes_by_itself(scene: Scene) -> None:
    share_id = broken_since(scene, 23)
    sweep(scene)
    assert scene.now(share_id).state == "scheduled"
    mended(scene)
    deliver(scene)
    assert scene.now(share_id).state == "published"


def test_later_it_is_kept_and_asked_about(scene: Scene, visit: type[Visitor]) -> None:
    share_id = broken_since(scene, 25)
    sweep(scene)
    assert scene.now(share_id).state == "held"
    mended(scene)
    deliver(scene)
    assert scene.now(share_id).state == "held"
    assert scene.online() == []
    me = visit(scene.person)
    assert "waits for your word" in words(me.get("/shares"))
    me.post(f"/shares/{share_id}/again")
    deliver(scene)
    assert scene.now(share_id).state == "published"
    assert len(scene.online()) == 1


def test_it_can_be_planned_anew_or_left(scene: Scene) -> None:
    share_id = broken_since(scene, 25)
    sweep(scene)
    mended(scene)
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        later = utcnow() + timedelta(days=1)
        assert changes.edit(person, share_id, "Better words.", later).state == "scheduled"
        db.session.commit()
        assert changes.cancel(person, share_id).state == "cancelled"
        db.session.commit()


def test_not_beside_another_share_of_the_same_post(scene: Scene) -> None:
    kept = broken_since(scene, 25)
    sweep(scene)
    mended(scene)
    scene.share()
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        with pytest.raises(Conflict):
            changes.send_again(person, kept)
