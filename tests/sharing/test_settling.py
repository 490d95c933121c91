"""What became of a call without an answer, where its network can be asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select, update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.networks.standins.bluesky import Bluesky as StandIn
from advocacy.people.models import Person
from advocacy.sharing import changes, settling, tasks
from advocacy.sharing.models import Share
from config.settings import get_settings
from tests.networks.contract.stages.bluesky import CALLS, SCOPES, credentials_of
from tests.networks.contract.stages.bluesky import stage as stage_of
from tests.sharing import crowds
from tests.world import World


@pytest.fixture
def server(set_environment: Callable[..., None]) -> Iterator[StandIn]:
    """A network that can be asked."""
    with StandIn() as running:
        set_environment(
            RELAIS_BLUESKY_ENABLED="1",
            RELAIS_BLUESKY_ENTRYWAY_URL=running.url,
            RELAIS_BLUESKY_DIRECTORY_URL=f"{running.url}/plc",
            RELAIS_BLUESKY_PUBLIC_URL=running.url,
            RELAIS_NETWORK_SECONDS="2",
            RELAIS_DELIVERY_LEASE="1",
        )
        yield running


class Scene:
    """One person, one account that works, one share that is due."""

    def __init__(self, app: Flask, world: World, server: StandIn, make_settings: Any) -> None:
        self.app, self.server = app, server
        root = world.organisation()
        self.person = world.person(root)
        stage = stage_of(make_settings, server.url)
        given = requests.post(
            f"{server.url}/_sandbox/accounts", json={"name": "Ada", "scopes": list(SCOPES)}, timeout=9
        ).json()
        made = credentials_of(stage, given)
        self.account = world.account(
            self.person,
            "bluesky",
            external_id=made.external_id,
            handle=made.handle,
            access_token=made.access_token,
            refresh_token=made.refresh_token,
            key=made.key,
            scopes=list(made.scopes),
        )
        [self.share_id] = crowds.shares(app, [self.account.id], world.post(root))

    def fault(self, kind: str, times: int = 1, act: str = "publish") -> None:
        method, path = CALLS[act]
        body = {"method": method, "path": path, "kind": kind, "times": times}
        requests.post(f"{self.server.url}/_sandbox/faults", json=body, timeout=9).raise_for_status()

    def do(self, *steps: Callable[[], object]) -> Share:
        """Run tasks in their order; the share as it stands then."""
        with self.app.app_context():
            for step in steps:
                step()
        with self.app.app_context():
            share = db.session.scalars(select(Share).where(Share.id == self.share_id)).one()
            db.session.expunge_all()
            return share

    def passes(self, **time: float) -> None:
        """So much time passes since the call."""
        earlier = timedelta(**time)
        with self.app.app_context():
            moments = {"armed_at": Share.armed_at - earlier, "ask_at": Share.ask_at - earlier}
            db.session.execute(update(Share).values(moments))
            db.session.commit()

    def posts(self) -> list[Any]:
        return self.server.state.standing()


@pytest.fixture
def scene(app: Flask, world: World, server: StandIn) -> Scene:
    return Scene(app, world, server, lambda **values: get_settings().model_copy(update=values))


def said(share: Share) -> list[tuple[str, str]]:
    return [(line["act"], line["said"]) for line in share.asked]


def test_what_is_there_is_found_and_announced(scene: Scene) -> None:
    scene.fault("cut_after")
    share = scene.do(tasks.deliver_due)
    assert (share.state, share.uncertain) == ("unconfirmed", True)
    assert share.ask_at is not None
    share = scene.do(tasks.settle_due, tasks.announce_due)
    assert (share.state, share.settled_by_person, share.failure) == ("published", False, None)
    assert share.external_id == scene.posts()[0].id
    assert share.announced_at is not None
    assert said(share) == [("publish", "no_answer"), ("settle", "there")]
    assert len(scene.posts()) == 1


def test_what_is_not_there_is_believed_late_and_goes_again(scene: Scene) -> None:
    scene.fault("cut_before")
    share = scene.do(tasks.deliver_due, tasks.settle_due)
    assert share.state == "unconfirmed", "the call may still arrive"
    assert share.ask_at is not None
    assert share.ask_at > utcnow()
    scene.passes(minutes=1)
    share = scene.do(tasks.settle_due)
    assert (share.state, share.attempt) == ("scheduled", 1)
    assert said(share)[-1] == ("settle", "not_there")
    share = scene.do(tasks.deliver_due)
    assert (share.state, share.attempt) == ("published", 2)
    assert len(scene.posts()) == 1


def test_it_is_asked_four_times_and_then_left_to_the_person(scene: Scene) -> None:
    scene.fault("cut_before")
    scene.do(tasks.deliver_due)
    with scene.server.state.lock:
        scene.server.faults.add({"path": "/xrpc/com.atproto.repo.getRecord", "kind": "500", "times": -1})
    moments = []
    for _turn in range(4):
        share = scene.do(tasks.settle_due)
        moments.append(share.ask_at)
        with scene.app.app_context():
            db.session.execute(update(Share).where(Share.ask_at.is_not(None)).values(ask_at=utcnow()))
            db.session.commit()
    assert [moment is not None for moment in moments] == [True, True, True, False]
    share = scene.do(tasks.settle_due)
    assert share.state == "unconfirmed"
    assert [act for act, _ in said(share)] == ["publish", *["settle"] * 4]


def test_sent_again_by_itself_only_so_often(scene: Scene) -> None:
    scene.fault("cut_before", times=-1)
    for _turn in range(settling.MOST_RETURNS + 1):
        share = scene.do(tasks.deliver_due)
        assert share.state == "unconfirmed"
        scene.passes(minutes=2)
        share = scene.do(tasks.settle_due)
    assert share.state == "unconfirmed"
    assert share.attempt == settling.MOST_RETURNS + 1
    assert scene.posts() == []


def test_a_worker_killed_after_the_call_is_found_out(scene: Scene) -> None:
    """Armed and never recorded: the sweep hands it over, the network is asked."""
    scene.do(tasks.deliver_due)
    with scene.app.app_context():
        lost = {"state": "armed", "external_id": None, "published_at": None, "armed_at": utcnow() - timedelta(hours=1)}
        db.session.execute(update(Share).values(lost))
        db.session.commit()
    share = scene.do(tasks.sweep, tasks.settle_due)
    assert share.state == "published"
    assert said(share) == [("publish", "worker_lost"), ("settle", "there")]
    assert len(scene.posts()) == 1


def test_what_the_person_said_meanwhile_holds(scene: Scene) -> None:
    scene.fault("cut_after")
    scene.do(tasks.deliver_due)
    with scene.app.app_context():
        question = settling.claim_next()
        db.session.commit()
        assert question is not None
        changes.settle(db.session.get_one(Person, scene.person.id), scene.share_id, online=True)
        db.session.commit()
        assert settling.record(question, settling.ask(question)) is False
        db.session.commit()
    share = scene.do(tasks.settle_due)
    assert (share.state, share.settled_by_person, share.ask_at) == ("published", True, None)


def test_a_consent_that_ended_waits_with_the_question(scene: Scene) -> None:
    scene.fault("cut_after")
    scene.do(tasks.deliver_due)
    with scene.app.app_context():
        db.session.execute(update(Account).values(state="reconnect"))
        db.session.commit()
    assert scene.do(tasks.settle_due).state == "unconfirmed"
    with scene.app.app_context():
        db.session.execute(update(Account).values(state="connected"))
        db.session.commit()
    assert scene.do(tasks.settle_due).state == "published"
