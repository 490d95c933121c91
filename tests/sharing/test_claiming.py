"""Who goes next: those somebody waits for, then the bodies in turn, one share an account; asked by index."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Organisation
from advocacy.sharing import claiming, sweeping
from advocacy.sharing.models import Share
from tests.sharing import crowds
from tests.world import World


@pytest.fixture
def body(world: World) -> Organisation:
    return world.organisation("Aubrelle")


@pytest.fixture
def post(world: World, body: Organisation) -> Post:
    return world.post(body)


def taken(app: Flask, most: int = 100, **asked: Any) -> list[int]:
    with app.app_context():
        ids = claiming.claim(most, **asked)
        db.session.commit()
        return ids


def crowd(app: Flask, body: Organisation, post: Post, count: int, **more: Any) -> list[int]:
    return crowds.shares(app, crowds.accounts(app, crowds.people(app, body, count)), post, **more)


def bodies_of(app: Flask, share_ids: Collection[int]) -> dict[int, int]:
    with app.app_context():
        found: dict[int, int] = {}
        for one in db.session.scalars(select(Share.organisation_id).where(Share.id.in_(share_ids))):
            found[one or 0] = found.get(one or 0, 0) + 1
        return found


def test_the_oldest_due_go_first_and_none_twice(app: Flask, body: Organisation, post: Post) -> None:
    late = crowd(app, body, post, 5)
    early = crowd(app, body, post, 5, due_at=utcnow() - timedelta(hours=1))
    crowd(app, body, post, 3, due_at=utcnow() + timedelta(hours=1))
    assert set(taken(app, 5)) == set(early)
    assert set(taken(app, 50)) == set(late)
    assert taken(app, 50) == []


def test_somebody_who_waits_goes_before_everybody(app: Flask, world: World, body: Organisation, post: Post) -> None:
    crowd(app, body, post, 30, due_at=utcnow() - timedelta(hours=2))
    waited_for = crowd(app, body, post, 2, priority=0)
    assert taken(app, 10)[:2] == waited_for
    assert taken(app, 10, waited_for_only=True) == []


def test_bodies_take_turns(app: Flask, world: World, body: Organisation, post: Post) -> None:
    """One body has shares by the hundred; the others do not wait for them."""
    crowd(app, body, post, 150, due_at=utcnow() - timedelta(hours=3))
    small = [world.organisation(parent=body) for _ in range(3)]
    for one in small:
        crowd(app, one, post, 4)
    counted = bodies_of(app, taken(app, 16))
    assert counted == {body.id: 4, **{one.id: 4 for one in small}}
    assert len(taken(app, 100)) == 100, "alone, it has all the room there is"


def test_one_share_of_an_account_at_a_time(app: Flask, world: World, body: Organisation, post: Post) -> None:
    [account] = crowds.accounts(app, crowds.people(app, body, 1))
    first = crowds.shares(app, [account], post)
    second = crowds.shares(app, [account], world.post(body))
    assert taken(app) == first
    assert taken(app) == [], "while the first is in hand"
    with app.app_context():
        db.session.execute(update(Share).where(Share.id.in_(first)).values(state="published"))
        db.session.commit()
    assert taken(app) == second


def test_what_may_not_go_stays(app: Flask, world: World, body: Organisation, post: Post) -> None:
    owners = crowds.people(app, body, 4)
    broken, down, elsewhere, fine = (
        crowds.shares(app, crowds.accounts(app, [owner], network, host), post)
        for owner, network, host in zip(
            owners, ("linkedin", "mastodon", "mastodon", "x"), ("", "down.example", "up.example", ""), strict=True
        )
    )
    with app.app_context():
        account_id = db.session.scalar(select(Share.account_id).where(Share.id == broken[0]))
        db.session.execute(update(Account).where(Account.id == account_id).values(state="reconnect"))
        db.session.commit()
    assert set(taken(app, without=["mastodon|down.example"])) == {*elsewhere, *fine}
    assert taken(app, 1, only="mastodon|down.example") == down
    assert taken(app) == []


def test_a_locked_share_is_left_to_whoever_holds_it(app: Flask, body: Organisation, post: Post) -> None:
    ids = crowd(app, body, post, 3)
    with app.app_context(), db.engine.begin() as other:
        other.execute(select(Share.id).where(Share.id == ids[0]).with_for_update())
        assert set(claiming.claim(10)) == set(ids[1:])
        db.session.rollback()


def test_the_sweep_gives_a_body_to_what_has_none(app: Flask, body: Organisation, post: Post) -> None:
    ids = crowd(app, body, post, 2)
    with app.app_context():
        db.session.execute(update(Share).values(organisation_id=None))
        db.session.commit()
        assert claiming.claim(10) == []
        assert sweeping.sweep(utcnow())["given_bodies"] == 2
        db.session.commit()
    assert set(taken(app)) == set(ids)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database from now on."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    with app.app_context():
        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield asked
        event.remove(engine, "before_cursor_execute", note)


def test_claims_are_asked_by_index(
    app: Flask, world: World, body: Organisation, post: Post, statements: list[tuple[str, Any]]
) -> None:
    """Among thousands of shares that are done or not due yet, no table is read through."""
    crowd(app, body, post, 2000, due_at=utcnow() + timedelta(days=1))
    crowd(app, body, post, 2000)
    with app.app_context():
        half = select(Share.id).where(Share.due_at < utcnow()).limit(1950)
        db.session.execute(update(Share).where(Share.id.in_(half)).values(state="published"))
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("analyze share"))
            connection.execute(text("analyze account"))
        statements.clear()
        claiming.claim(20)
        db.session.rollback()
        [(claim, parameters)] = [one for one in statements if "with recursive" in one[0]]
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"explain {claim}", parameters).scalars().all()
    assert [line for line in plan if "Seq Scan" in line] == [], "\n".join(plan)
    assert any("ix_share_claims" in line for line in plan)
    assert any("ix_share_in_flight" in line for line in plan)
