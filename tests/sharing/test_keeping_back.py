"""Shares for which there is no money or no room today are not claimed: they wait, say why, and let others go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account, NetworkSpend
from advocacy.networks.quotas import Quota, paced, quota_in
from advocacy.people.models import Organisation
from advocacy.sharing import claiming
from advocacy.sharing.models import Share
from tests.sharing import crowds
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def body(world: World, set_environment: Callable[..., None]) -> Organisation:
    set_environment(
        RELAIS_X_CLIENT_ID="one",
        RELAIS_X_MONTHLY_BUDGET="1",
        RELAIS_THREADS_CLIENT_ID="one",
        RELAIS_THREADS_CLIENT_SECRET="secret",
    )
    return world.organisation("Aubrelle")


@pytest.fixture
def post(world: World, body: Organisation) -> Post:
    return world.post(body)


def crowd(app: Flask, body: Organisation, post: Post, count: int, network: str, **more: Any) -> list[int]:
    return crowds.shares(app, crowds.accounts(app, crowds.people(app, body, count), network), post, **more)


def taken(app: Flask, most: int = 100, **asked: Any) -> list[int]:
    with app.app_context():
        ids = claiming.claim(most, **asked)
        db.session.commit()
        return ids


def rows(app: Flask, share_ids: list[int]) -> list[Share]:
    with app.app_context():
        found = list(db.session.scalars(select(Share).where(Share.id.in_(share_ids)).order_by(Share.id)))
        db.session.expunge_all()
        return found


def spend(app: Flask, micros: int) -> None:
    with app.app_context():
        db.session.add(NetworkSpend(network="x", day=utcnow().astimezone(UTC).date(), calls=1, micros=micros))
        db.session.commit()


def told(app: Flask, account_id: int, at: datetime, **limits: int) -> None:
    with app.app_context():
        said = {"posts_a_while": 250, "while_seconds": 86_400, "posts_used": 0, **limits}
        db.session.execute(update(Account).where(Account.id == account_id).values(limits=said, limits_at=at))
        db.session.commit()


def publish(app: Flask, share_id: int, at: datetime) -> None:
    with app.app_context():
        values = {"state": "published", "armed_at": at, "published_at": at}
        db.session.execute(update(Share).where(Share.id == share_id).values(**values))
        db.session.commit()


def test_no_money_is_no_claim_and_others_go(app: Flask, body: Organisation, post: Post) -> None:
    """However many wait for money, and however long: one statement puts them off, and the others are not held up."""
    spend(app, 1_000_000)
    unpaid = crowd(app, body, post, 150, "x", due_at=utcnow() - timedelta(hours=3))
    others = crowd(app, body, post, 5, "linkedin")
    assert set(taken(app, 10)) == set(others)
    midnight = datetime.combine(utcnow().date() + DAY, datetime.min.time(), UTC)
    for share in rows(app, unpaid):
        assert (share.state, share.failure, share.attempt) == ("scheduled", "budget", 0)
        assert midnight <= share.due_at <= midnight + timedelta(minutes=10)
    assert taken(app) == []


def test_what_is_left_may_still_be_enough_for_words_alone(app: Flask, world: World, body: Organisation) -> None:
    spend(app, 900_000)
    linked = crowd(app, body, world.post(body), 3, "x")
    plain = crowd(app, body, world.post(body, link=None), 3, "x")
    assert set(taken(app)) == set(plain)
    assert {share.failure for share in rows(app, linked)} == {"budget"}


def test_with_money_everything_goes(app: Flask, body: Organisation, post: Post) -> None:
    assert len(taken(app)) == 0
    shares = crowd(app, body, post, 4, "x")
    assert set(taken(app)) == set(shares)
    assert {share.attempt for share in rows(app, shares)} == {1}


def test_a_full_account_waits_for_its_next_free_moment(app: Flask, world: World, body: Organisation) -> None:
    accounts = crowds.accounts(app, crowds.people(app, body, 2), "threads")
    now = utcnow()
    told(app, accounts[0], now - timedelta(hours=30), posts_a_while=3)
    [first], [second], [third] = (crowds.shares(app, accounts[:1], world.post(body)) for _ in range(3))
    for share_id, hours in ((first, 20), (second, 10), (third, 5)):
        publish(app, share_id, now - timedelta(hours=hours))
    waiting = [crowds.shares(app, accounts[:1], world.post(body))[0] for _ in range(2)]
    later = crowds.shares(app, accounts[:1], world.post(body), due_at=now + timedelta(days=2))
    other = crowds.shares(app, accounts[1:], world.post(body))
    assert taken(app) == other
    for share in rows(app, waiting):
        assert (share.state, share.failure, share.attempt) == ("scheduled", "quota", 0)
        assert abs(share.due_at - (now + timedelta(hours=4))) < timedelta(seconds=1)
    assert rows(app, later)[0].failure is None, "what is planned for when there is room stays where it is"


def test_posts_of_others_count_until_they_must_be_over(app: Flask, body: Organisation, post: Post) -> None:
    accounts = crowds.accounts(app, crowds.people(app, body, 2), "threads")
    now = utcnow()
    told(app, accounts[0], now - timedelta(hours=20), posts_used=250)
    told(app, accounts[1], now - timedelta(hours=25), posts_used=250)
    full, free = crowds.shares(app, accounts, post)
    assert taken(app) == [free]
    [waiting] = rows(app, [full])
    assert abs(waiting.due_at - (now + timedelta(hours=4))) < timedelta(seconds=1)


def test_one_who_waits_at_a_page_is_told_too(app: Flask, body: Organisation, post: Post) -> None:
    [account] = crowds.accounts(app, crowds.people(app, body, 1), "threads")
    told(app, account, utcnow(), posts_used=250)
    shares = crowds.shares(app, [account], post, priority=0)
    assert taken(app, 1, waited_for_only=True) == []
    assert [share.failure for share in rows(app, shares)] == ["quota"]


def test_only_sound_words_of_a_network_are_a_quota() -> None:
    now = utcnow()
    sound = {"posts_a_while": 50, "while_seconds": 86_400, "posts_used": 2}
    assert quota_in(sound, now) == Quota(50, DAY, 2, now)
    assert quota_in({"posts_a_while": 50, "while_seconds": 86_400}, now) == Quota(50, DAY, 0, now)
    for wrong in ({"posts_a_while": 0}, {"while_seconds": 0}, {"posts_used": None}, {"while_seconds": 10**9}):
        assert quota_in({**sound, **wrong}, now) is None
    assert quota_in({}, now) is None
    assert quota_in(sound, None) is None


def test_an_account_with_a_quota_of_its_own_is_held_to_that_alone() -> None:
    usual = Capabilities("n", "N", "world", 500, "characters", True, frozenset(), False, "n", budget=(50, 86_400))
    assert paced(usual, {"posts_a_while": 100, "while_seconds": 86_400}).budget is None
    assert paced(usual, {}).budget == (50, 86_400)


MOMENTS = st.lists(st.integers(0, 200_000), max_size=40)


@given(MOMENTS, st.integers(1, 10), st.integers(0, 20), st.integers(0, 200_000))
def test_no_span_ever_sees_more_than_was_told(ago: list[int], most: int, used: int, told_ago: int) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    ours = [now - timedelta(seconds=each) for each in ago]
    quota = Quota(most, DAY, used, now - timedelta(seconds=told_ago))
    free = quota.free_at(now, ours)
    if free is None:
        assert len(quota.taken(now, ours)) < most
    else:
        assert now < free <= now + DAY
        assert len(quota.taken(free, ours)) < most
        assert len(quota.taken(free - timedelta(microseconds=1), ours)) >= most
