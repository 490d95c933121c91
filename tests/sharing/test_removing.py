"""Hundreds of posts called back go side by side, each once, whoever dies meanwhile, and no network is overrun."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from advocacy import events
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import circuits, pacing
from advocacy.networks.models import Account
from advocacy.people.models import Organisation
from advocacy.sharing import removal
from advocacy.sharing.events import ShareRemoved
from advocacy.sharing.models import Share
from advocacy.sharing.tasks import deliver_due, remove_due
from tests.chaos.stagehands import Network, environment_of, know_servers, networks_up
from tests.patience import eventually
from tests.sharing import crowds
from tests.statements import statements
from tests.world import World


@dataclass
class Crowd:
    """Many shares that stand on one network."""

    app: Flask
    world: World
    body: Organisation
    network: Network
    ids: list[int]

    def run(self) -> int:
        with self.app.app_context():
            return remove_due()

    def ask(self) -> None:
        """Everybody presses."""
        with self.app.app_context():
            db.session.execute(update(Share).values(remove_due_at=func.now() - timedelta(seconds=1)))
            db.session.commit()

    def states(self) -> dict[str, int]:
        with self.app.app_context():
            found = db.session.execute(select(Share.state, func.count().label("count_")).group_by(Share.state)).all()
            return {row.state: row.count_ for row in found}

    def online(self) -> int:
        return len(self.network.texts())


@pytest.fixture
def networks(clean: None, set_environment: Callable[..., None]) -> Iterator[dict[str, Network]]:
    with networks_up() as running:
        set_environment(**environment_of(running), RELAIS_NETWORK_SECONDS="5", RELAIS_DELIVERY_THREADS="16")
        yield {network.name: network for network in running}


@pytest.fixture
def stand(app: Flask, world: World, networks: dict[str, Network]) -> Callable[..., Crowd]:
    """Has so many people's shares stand on a network."""

    def made(name: str, count: int) -> Crowd:
        network, body = networks[name], world.organisation("Aubrelle")
        know_servers(app, list(networks.values()))
        accounts = crowds.keep_accounts(app, network.members(crowds.people(app, body, count)))
        ids = crowds.shares(app, accounts, world.post(body))
        with app.app_context():
            deliver_due()
        crowd = Crowd(app, world, body, network, ids)
        assert crowd.states() == {"published": count}
        return crowd

    return made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(events, "_listeners", {kind: [*each] for kind, each in events._listeners.items()})
    events.listen(ShareRemoved, lambda event: found.append(event.share_id))
    return found


def test_they_go_side_by_side(stand: Callable[..., Crowd], told: list[int]) -> None:
    """Twelve calls are open at once: none is answered before the last one came."""
    crowd = stand("bluesky", 12)
    method, path = crowd.network.module.CALLS["remove"]
    crowd.network.ask("faults", method=method, path=path, kind="hang_before", times=-1, seconds=30)
    crowd.ask()
    at_work = threading.Thread(target=crowd.run)
    at_work.start()
    eventually(lambda: len(crowd.network.look("held")) == 12, saying="all are held before any is answered")
    crowd.network.heal()
    at_work.join(20)
    assert crowd.states() == {"removed": 12}
    assert crowd.online() == 0
    assert sorted(told) == sorted(crowd.ids)


def test_however_many_they_are_claimed_by_the_batch(stand: Callable[..., Crowd]) -> None:
    crowd = stand("linkedin", 30)
    crowd.ask()
    with statements(crowd.app) as sent, crowd.app.app_context():
        errands = removal.claim(30)
        db.session.commit()
    assert len(errands) == 30
    assert len(sent) <= 4
    with crowd.app.app_context():
        assert removal.claim(30) == [], "what is held is nobody else's"


def test_what_a_dead_worker_held_is_deleted_later_and_told_once(stand: Callable[..., Crowd], told: list[int]) -> None:
    crowd = stand("linkedin", 3)
    crowd.ask()
    with crowd.app.app_context():
        [lost, *_] = removal.claim(3)
        db.session.commit()
    assert crowd.run() == 0
    crowd.ask()
    assert crowd.run() == 3
    assert crowd.states() == {"removed": 3}
    with crowd.app.app_context():
        assert not removal.record_removed(lost), "the other was faster"
        assert not removal.record_later(lost, utcnow())
        assert not removal.record_refused(lost, "refused")
        db.session.commit()
    assert sorted(told) == sorted(crowd.ids)
    assert crowd.states() == {"removed": 3}


def test_a_network_that_is_down_is_left_alone_and_tried_by_one(
    stand: Callable[..., Crowd], set_environment: Callable[..., None]
) -> None:
    crowd = stand("bluesky", 12)
    set_environment(RELAIS_CIRCUIT_FAILURES="2", RELAIS_DELIVERY_THREADS="2")
    crowd.network.fault("remove", "503", times=-1)
    crowd.ask()
    crowd.run()
    made = len([one for one in crowd.network.look("requests") if one["status"] == 503])
    assert 2 <= made <= 4, "two in a row and those that were on their way"
    [place] = circuits_open(crowd)
    crowd.network.heal()
    crowd.ask()
    assert crowd.run() == 0
    circuits.get_redis().zadd(circuits.OPEN, {place: 1})
    crowd.run()
    assert circuits_open(crowd) == []
    crowd.ask()
    crowd.run()
    assert crowd.states() == {"removed": 12}


def circuits_open(crowd: Crowd) -> list[str]:
    return list(circuits.open_places())


def test_nothing_is_asked_of_a_place_that_asked_for_rest(stand: Callable[..., Crowd]) -> None:
    crowd = stand("linkedin", 2)
    crowd.ask()
    pacing.close("linkedin|", utcnow() + timedelta(hours=1))
    assert crowd.run() == 0
    assert crowd.online() == 2


def test_no_account_is_asked_for_more_than_it_may(stand: Callable[..., Crowd]) -> None:
    """Deletions count like posts: X takes so many in a quarter of an hour, Relais half of it at once."""
    crowd = stand("x", 1)
    [account] = accounts_of(crowd)
    for _ in range(60):
        wait = pacing.take([(crowd.network.module.CAPABILITIES, "x|", account)])[0]
    assert wait.seconds > 0
    crowd.ask()
    assert crowd.run() == 1
    assert crowd.online() == 1
    with crowd.app.app_context():
        due = db.session.scalar(select(Share.remove_due_at))
        assert due is not None and utcnow() < due < utcnow() + timedelta(minutes=1)


def accounts_of(crowd: Crowd) -> list[int]:
    with crowd.app.app_context():
        return list(db.session.scalars(select(Account.id)))


@pytest.mark.parametrize(("name", "failure"), [("linkedin", "remove_not_allowed"), ("x", "remove_reconnect")])
def test_a_refusal_is_told(stand: Callable[..., Crowd], name: str, failure: str) -> None:
    crowd = stand(name, 1)
    if failure == "remove_reconnect":
        with crowd.app.app_context():
            member = db.session.scalar(select(Account.external_id))
        crowd.network.ask("revoke_tokens", member=member)
    else:
        crowd.network.fault("remove", "403")
    crowd.ask()
    assert crowd.run() == 1
    with crowd.app.app_context():
        share = db.session.scalars(select(Share)).one()
        assert (share.state, share.remove_due_at, share.failure) == ("published", None, failure)
