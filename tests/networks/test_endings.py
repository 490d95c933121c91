"""A consent that ends is announced 14, 7 and 1 days before, each once, and only where it really ends."""

from datetime import timedelta
from typing import Any

from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.mail import OutgoingMail
from advocacy.networks import tasks
from advocacy.networks.models import Account
from advocacy.sealing import Secret
from tests.world import World


def warn(app: Flask) -> int:
    with app.app_context():
        return int(tasks.warn_of_endings())


def mails(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(db.select(OutgoingMail).order_by(OutgoingMail.id)))


def set_on(app: Flask, account: Account, **values: Any) -> None:
    with app.app_context():
        row = db.session.get_one(Account, account.id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


def test_each_step_is_told_once(app: Flask, world: World) -> None:
    person = world.person(world.organisation(), language="fr")
    account = world.account(person, expires_at=utcnow() + timedelta(days=15))
    assert warn(app) == 0
    for days, told in ((13, 14), (6, 7), (0.5, 1)):
        set_on(app, account, expires_at=utcnow() + timedelta(days=days))
        assert warn(app) == 1
        assert warn(app) == 0
        with app.app_context():
            assert db.session.get_one(Account, account.id).warned_days == told
    sent = mails(app)
    assert len(sent) == 3
    assert all(f"{'http://relais.test'}/accounts/linkedin/connect" in one.text for one in sent)
    assert "LinkedIn" in sent[0].subject


def test_a_late_look_tells_only_the_nearest_step(app: Flask, world: World) -> None:
    world.account(world.person(world.organisation()), expires_at=utcnow() + timedelta(hours=5))
    assert warn(app) == 1
    assert warn(app) == 0


def test_what_renews_by_itself_is_not_announced(app: Flask, world: World) -> None:
    root = world.organisation()
    soon, far = utcnow() + timedelta(days=2), utcnow() + timedelta(days=200)
    world.account(world.person(root), expires_at=soon, refresh_token=Secret("r"), refresh_expires_at=far)
    world.account(world.person(root), expires_at=soon, refresh_token=Secret("r"))
    world.account(world.person(root), expires_at=None)
    world.account(world.person(root), expires_at=soon, state="reconnect")
    world.account(world.person(root, deactivated_at=utcnow()), expires_at=soon)
    assert warn(app) == 0
    world.account(world.person(root), expires_at=soon, refresh_token=Secret("r"), refresh_expires_at=soon)
    assert warn(app) == 1


def test_the_page_of_the_letter_needs_one_press(world: World, visit: Any) -> None:
    page = visit(world.person(world.organisation())).get("/accounts/linkedin/connect")
    assert page.status_code == 200
    assert page.text.count('<button class="btn primary"') == 1
