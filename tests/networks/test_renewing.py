"""The task that renews grants, against the sandbox."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.mail import OutgoingMail
from advocacy.networks import service, tasks
from advocacy.networks.models import Account
from advocacy.networks.renewing import freshened
from advocacy.sealing import Secret
from tests.networks.conftest import Member, Outside
from tests.world import World

TOKEN = "/oauth/v2/accessToken"


@pytest.fixture
def ada(offered: Outside) -> Member:
    return offered.member()


def account_of(world: World, member: Member, **values: Any) -> Account:
    """The account of a sandbox member whose access token ends in three days."""
    return world.account(
        world.person(world.organisation()),
        **{
            "external_id": member.sub,
            "access_token": member.credentials.access_token,
            "refresh_token": member.credentials.refresh_token,
            "refresh_expires_at": utcnow() + timedelta(days=300),
            "expires_at": utcnow() + timedelta(days=3),
            **values,
        },
    )


def renew(app: Flask) -> int:
    """Run the task as a worker does."""
    with app.app_context():
        return int(tasks.renew_due())


def now_of(app: Flask, account: Account) -> Account:
    with app.app_context():
        return db.session.get_one(Account, account.id)


def mails(app: Flask) -> int:
    with app.app_context():
        return db.session.query(OutgoingMail).count()


def asked(network: Outside) -> int:
    return len([each for each in network.requests() if each["path"] == TOKEN])


def test_what_ends_soon_is_renewed(app: Flask, world: World, offered: Outside, ada: Member) -> None:
    account = account_of(world, ada)
    assert renew(app) == 1
    fresh = now_of(app, account)
    assert fresh.access_token != ada.credentials.access_token
    assert fresh.refresh_token is not None and fresh.expires_at is not None
    assert fresh.expires_at > utcnow() + timedelta(days=59)
    assert renew(app) == 0
    assert asked(offered) == 1


def test_a_refused_renewal_asks_the_person_once(app: Flask, world: World, offered: Outside, ada: Member) -> None:
    account = account_of(world, ada)
    offered.ask("revoke_tokens", member=ada.sub)
    assert [renew(app), renew(app)] == [0, 0]
    assert now_of(app, account).state == "reconnect"
    assert (mails(app), asked(offered)) == (1, 1)


@pytest.mark.parametrize("kind", ["500", "429", "cut_after"])
def test_a_network_in_trouble_is_asked_again_later(
    app: Flask, world: World, offered: Outside, ada: Member, kind: str
) -> None:
    account = account_of(world, ada, expires_at=utcnow() - timedelta(days=1))
    offered.fault(TOKEN, kind)
    assert renew(app) == 0
    assert (now_of(app, account).state, mails(app)) == ("connected", 0)
    assert renew(app) == 1


def test_what_ended_for_good_asks_the_person(app: Flask, world: World, offered: Outside, ada: Member) -> None:
    account = account_of(world, ada, refresh_token=None, refresh_expires_at=None, expires_at=utcnow())
    assert renew(app) == 0
    assert (now_of(app, account).state, mails(app)) == ("reconnect", 1)


def test_two_workers_renew_once(app: Flask, world: World, offered: Outside, ada: Member) -> None:
    account_of(world, ada)
    offered.fault(TOKEN, "slow", seconds=0.4)
    renewed: list[int] = []
    workers = [threading.Thread(target=lambda: renewed.append(renew(app))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(renewed) == [0, 1]
    assert asked(offered) == 1


def test_what_another_worker_holds_is_left(app: Flask, world: World, offered: Outside, ada: Member) -> None:
    account = account_of(world, ada)
    with get_redis().lock(f"renewing:{account.id}", timeout=30):
        assert renew(app) == 0
    assert renew(app) == 1


def test_a_lost_seal_key_and_a_network_no_longer_offered(
    app: Flask, world: World, offered: Outside, ada: Member, set_environment: object
) -> None:
    sound = account_of(world, ada)
    spoiled = account_of(world, offered.member("Bo"), access_token=Secret("x"))
    other = world.account(
        world.person(world.organisation()), "elsewhere", refresh_token=Secret("r"), expires_at=utcnow()
    )
    with app.app_context():
        db.session.execute(db.text("update account set access_token = 'spoiled' where id = :id"), {"id": spoiled.id})
        db.session.commit()
    assert renew(app) == 1
    assert now_of(app, sound).expires_at > utcnow() + timedelta(days=59)  # type: ignore[operator]
    with app.app_context():
        states = {each.id: each.state for each in db.session.execute(db.select(Account.id, Account.state))}
    assert states == {sound.id: "connected", spoiled.id: "reconnect", other.id: "connected"}


def test_a_token_about_to_end_is_renewed_before_it_is_used(app: Flask, world: World, ada: Member) -> None:
    """Also for deleting, settling and figures: `freshened` gives what a renewal brought, and the same where none can."""
    soon = utcnow() + timedelta(seconds=30)
    account = account_of(world, ada, expires_at=soon)
    lasting = account_of(world, ada, external_id="lasting", expires_at=utcnow() + timedelta(days=2))
    with app.app_context():
        held = service.credentials_of(db.session.get_one(Account, account.id))
        fresh = freshened(account.id, held)
        assert fresh.access_token != held.access_token
        assert freshened(account.id, fresh).access_token == fresh.access_token
        unchanged = service.credentials_of(db.session.get_one(Account, lasting.id))
        assert freshened(lasting.id, unchanged) == unchanged
        assert freshened(2**40, unchanged) == unchanged
