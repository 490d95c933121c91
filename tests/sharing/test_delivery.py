"""Shares go side by side, are recorded batch by batch, and what networks answer holds for whom it is meant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import circuits, pacing, registry
from advocacy.networks.base import TryLater
from advocacy.networks.models import Account
from advocacy.sharing import claiming, tasks
from advocacy.sharing.answers import Answers
from advocacy.sharing.crew import Outcome, Step
from advocacy.sharing.models import Share
from tests.patience import eventually
from tests.sharing import crowds
from tests.sharing.conftest import SCOPES, Scene
from tests.visitor import Visitor, words
from tests.workers import Worker, send

PLACE = pacing.place_of("linkedin", "")


def crowd(scene: Scene, count: int, **more: Any) -> list[int]:
    """So many shares of as many people with working accounts."""
    owners = crowds.people(scene.app, scene.root, count)
    return crowds.shares(scene.app, crowds.members(scene.app, scene.sandbox.url, owners, SCOPES), scene.post, **more)


def run(scene: Scene, task: Callable[[], object]) -> Any:
    with scene.app.app_context():
        return task()


def states(scene: Scene) -> dict[str, int]:
    with scene.app.app_context():
        return dict(list(db.session.execute(select(Share.state, func.count()).group_by(Share.state))))


def fault(scene: Scene, kind: str, **more: object) -> None:
    scene.admin("POST", "/faults", path="/rest/posts", method="POST", kind=kind, **more)


def test_many_go_in_one_round_and_each_once(scene: Scene) -> None:
    crowd(scene, 45)
    assert run(scene, tasks.deliver_due) == 45
    assert states(scene) == {"published": 45}
    assert len({post["commentary"] for post in scene.online()}) == len(scene.online()) == 45
    with scene.app.app_context():
        rows = db.session.scalars(select(Share)).all()
        assert {share.external_id for share in rows} == {post["urn"] for post in scene.online()}
        assert {share.account.last_used_at is not None for share in rows} == {True}
        assert {share.announced_at for share in rows} == {None}, "that is a task of its own"
    assert run(scene, tasks.announce_due) == 45
    assert run(scene, tasks.announce_due) == 0


def _in_transactions(scene: Scene) -> set[int]:
    """Who waits within a transaction at this moment."""
    asked = text("select pid from pg_stat_activity where state like 'idle in transaction%'")
    with scene.app.app_context(), db.engine.connect() as apart:
        return set(apart.scalars(asked))


def test_they_go_side_by_side(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    fault(scene, "hang_before", times=20, seconds=60)
    crowd(scene, 24)
    ours = _in_transactions(scene)
    start_worker()
    send("sharing.deliver_due")
    eventually(lambda: len(scene.admin("GET", "/held")) == 20)
    eventually(lambda: states(scene) == {"armed": 20, "published": 4}, saying="the others do not wait for them")
    eventually(lambda: _in_transactions(scene) <= ours, saying="the worker has no transaction open meanwhile")
    scene.admin("POST", "/faults/release")
    eventually(lambda: states(scene) == {"published": 24})
    assert len(scene.online()) == 24


def test_killed_with_twenty_in_flight(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    """None is lost and none is doubled, whether or not its network took it."""
    fault(scene, "hang_before", times=10, seconds=60, then="drop")
    fault(scene, "hang_after", times=10, seconds=60)
    crowd(scene, 28)
    worker = start_worker()
    send("sharing.deliver_due")
    eventually(lambda: len(scene.admin("GET", "/held")) == 20)
    eventually(lambda: states(scene) == {"published": 8, "armed": 20})
    worker.kill()
    scene.admin("POST", "/faults/release")
    eventually(lambda: not scene.admin("GET", "/held"))
    start_worker()

    def settled() -> bool:
        send("sharing.sweep")
        send("sharing.deliver_due")
        return set(states(scene)) <= {"published", "unconfirmed"}

    eventually(settled, within=60, every=0.5, saying="everything came to an end")
    online = [post["commentary"] for post in scene.online()]
    assert len(online) == len(set(online)), "none twice"
    assert states(scene) == {"published": 8, "unconfirmed": 20}
    assert len(online) == 18, "and ten of the unconfirmed are there"
    with scene.app.app_context():
        unclear = db.session.scalars(select(Share).where(Share.state == "unconfirmed")).all()
        assert {share.asked[0]["said"] for share in unclear} == {"worker_lost"}
        assert {share.ask_at for share in unclear} == {None}, "this network can't be asked"


def test_a_waiting_person_is_told_in_the_same_breath(scene: Scene) -> None:
    share_id = scene.share()
    run(scene, tasks.deliver_now)
    assert scene.now(share_id).announced_at is not None
    planned = crowd(scene, 1)
    assert run(scene, tasks.deliver_now) == 0, "planned shares are for the other queue"
    run(scene, tasks.deliver_due)
    assert scene.now(planned[0]).announced_at is None


def test_a_waiting_person_is_not_behind_the_crowd(
    scene: Scene, start_worker: Callable[..., Worker], set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_DELIVERY_THREADS="8", RELAIS_LINKEDIN_API_URL=scene.sandbox.url)
    fault(scene, "slow", times=-1, seconds=0.3)
    planned = crowd(scene, 120)
    start_worker()
    send("sharing.deliver_due")
    eventually(lambda: states(scene).get("published", 0) >= 4)
    share_id = scene.share()
    eventually(lambda: scene.now(share_id).state == "published")
    with scene.app.app_context():
        left = select(func.count()).where(Share.id.in_(planned), Share.state.in_(["scheduled", "claimed"]))
        assert (db.session.scalar(left) or 0) > 40


def test_when_the_time_is_over_the_rest_is_for_the_next_message(
    scene: Scene, set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_DELIVERY_SECONDS="0.001", RELAIS_DELIVERY_THREADS="4")
    crowd(scene, 20)
    fault(scene, "slow", times=-1, seconds=0.05)
    assert 0 < run(scene, tasks.deliver_due) < 20
    assert get_redis().llen("celery") > 0
    assert set(states(scene)) == {"published", "scheduled"}, "what was taken on is brought to its end"


def test_a_throttled_account_rests_with_all_its_shares(scene: Scene) -> None:
    fault(scene, "429", member=scene.account.external_id)
    first = scene.share()
    others = [scene.share(f"Other words {n}", post=scene.world.post(scene.root)) for n in range(3)]
    foreign = crowd(scene, 2)
    run(scene, tasks.deliver_due)
    waiting = [scene.now(share_id) for share_id in (first, *others)]
    assert {(share.state, share.failure) for share in waiting} == {("scheduled", "throttled")}
    assert min(share.due_at for share in waiting) > utcnow() + timedelta(minutes=1) or utcnow().hour == 23
    assert {scene.now(share_id).state for share_id in foreign} == {"published"}
    assert len([one for one in scene.admin("GET", "/requests") if one["fault"] == "429"]) == 1, "it was asked once"


def test_a_paced_account_sends_no_more_than_it_may(scene: Scene) -> None:
    with scene.app.app_context():
        network = registry.get_adapter("linkedin").capabilities
        assert network.budget is not None
        pacing.take([(network, PLACE, scene.account.id)] * network.budget[0])
    share_id = scene.share()
    run(scene, tasks.deliver_due)
    share = scene.now(share_id)
    assert (share.state, share.failure) == ("scheduled", "paced")
    assert share.due_at > utcnow()
    assert scene.online() == []


def test_a_word_for_the_whole_app_closes_the_place(scene: Scene) -> None:
    [share_id] = crowd(scene, 1)
    with scene.app.app_context():
        adapters = {"linkedin": registry.get_adapter("linkedin")}
        [claim] = claiming.claims_of(claiming.claim(1), adapters)
        answers, after = Answers(adapters), utcnow() + timedelta(hours=2)
        outcome = Outcome(Step.PUBLISH, claim, problem=TryLater("throttled", after, scope="app"))
        answers.refused(outcome)
        answers.judge([outcome])
        db.session.execute(update(Share).values(due_at=utcnow()))
        db.session.commit()
    assert run(scene, tasks.deliver_due) == 0
    assert scene.now(share_id).state == "scheduled"
    pacing.open_again(PLACE)
    assert run(scene, tasks.deliver_due) == 1


@pytest.fixture
def nervous(set_environment: Callable[..., None]) -> None:
    """Three calls without an answer open the circuit; one call at a time."""
    set_environment(RELAIS_CIRCUIT_FAILURES="3", RELAIS_DELIVERY_THREADS="1")


def test_a_network_that_is_down_is_left_alone(scene: Scene, nervous: None, visit: Callable[..., Visitor]) -> None:
    fault(scene, "500", times=-1)
    crowd(scene, 9, due_at=utcnow() - timedelta(hours=1))
    mine = scene.share()
    with scene.app.app_context():
        db.session.execute(update(Share).where(Share.id == mine).values(priority=1))
        db.session.commit()
    run(scene, tasks.deliver_due)
    assert states(scene) == {"unconfirmed": 3, "scheduled": 7}
    run(scene, tasks.deliver_due)
    assert states(scene) == {"unconfirmed": 3, "scheduled": 7}, "nothing more is tried"
    run(scene, tasks.sweep)
    assert scene.now(mine).failure == "network_down"
    assert "it goes as soon as it answers" in words(visit(scene.person).get("/shares"))


def test_it_is_tried_with_one_share_and_then_everything_goes(scene: Scene, nervous: None) -> None:
    fault(scene, "500", times=4)
    crowd(scene, 9)
    run(scene, tasks.deliver_due)
    past()
    run(scene, tasks.deliver_due)
    assert states(scene) == {"unconfirmed": 4, "scheduled": 5}, "one tried in vain"
    past()
    run(scene, tasks.deliver_due)
    assert states(scene) == {"unconfirmed": 4, "published": 5}
    assert circuits.circuits() == []


def past() -> None:
    """The pause is over."""
    get_redis().hset(f"relais:circuit:{PLACE}", "until", 1)
    get_redis().zadd(circuits.OPEN, {PLACE: 1})


def test_a_share_that_can_t_be_made_ready_stops_no_other(scene: Scene) -> None:
    broken = scene.world.post(scene.root, image="a" * 64, image_alt="Gone")
    account = crowds.members(scene.app, scene.sandbox.url, crowds.people(scene.app, scene.root, 1), SCOPES)
    [bad] = crowds.shares(scene.app, account, broken)
    crowd(scene, 3)
    run(scene, tasks.deliver_due)
    assert states(scene) == {"published": 3, "scheduled": 1}
    assert scene.now(bad).failure == "crashed"


def test_given_up_after_many_attempts(scene: Scene) -> None:
    [share_id] = crowd(scene, 1)
    with scene.app.app_context():
        db.session.execute(update(Share).values(attempt=claiming.MOST_ATTEMPTS))
        db.session.commit()
    run(scene, tasks.deliver_due)
    assert (scene.now(share_id).state, scene.now(share_id).failure) == ("failed", "gave_up")


def test_a_token_that_can_t_be_opened_stops_no_other(scene: Scene) -> None:
    [bad, *good] = crowd(scene, 3)
    with scene.app.app_context():
        account_id = db.session.scalar(select(Share.account_id).where(Share.id == bad))
        db.session.execute(text("update account set access_token = 'x' where id = :id"), {"id": account_id})
        db.session.commit()
    run(scene, tasks.deliver_due)
    assert {scene.now(share_id).state for share_id in good} == {"published"}
    assert (scene.now(bad).state, scene.now(bad).failure) == ("scheduled", "reconnect")
    with scene.app.app_context():
        assert db.session.scalar(select(Account.state).where(Account.id == account_id)) == "reconnect"
