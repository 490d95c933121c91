"""Redis that hangs and a database that goes at the worst moment: pages still come, and soon."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from advocacy.cache import get_redis
from advocacy.db import db
from advocacy.engines import Engines
from advocacy.jobs import celery, nudge
from tests.visitor import PASSWORD, Visitor
from tests.world import World


def test_a_connection_that_ends_after_the_answer_was_made_is_no_crash(app: Flask, clean: None) -> None:
    with app.app_context():
        pid = db.session.scalar(text("select pg_backend_pid()"))
        with db.engine.connect() as apart:
            assert apart.scalar(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with app.app_context():
        assert db.session.scalar(text("select 1")) == 1


@pytest.fixture
def hung_redis(engines: Engines) -> Iterator[None]:
    """A Redis that takes connections and answers nothing."""
    pid = int((engines.var / "valkey.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)


def test_a_redis_that_hangs_holds_nobody_up(world: World, visit: Callable[..., Visitor], hung_redis: None) -> None:
    person = world.person(world.organisation("Aubrelle"))
    visitor = visit()
    assert visitor.get("/sign-in").status_code == 200
    answer = visitor.post("/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert visitor.get("/settings").status_code == 200


def test_nudges_to_a_redis_that_hangs_are_given_up_soon(app: Flask, clean: None, hung_redis: None) -> None:
    """Three of them, each of which alone used to take eleven seconds; the rows wait for the next look."""
    task, began = celery.tasks["health.heartbeat"], time.monotonic()
    with app.app_context():
        for _number in range(3):
            nudge(task)
        db.session.commit()
    assert time.monotonic() - began < 3


def test_nudges_go_again_once_redis_answers(app: Flask, clean: None, engines: Engines) -> None:
    task = celery.tasks["health.heartbeat"]
    pid = int((engines.var / "valkey.pid").read_text())
    for answers in (True, False, True):
        os.kill(pid, signal.SIGCONT if answers else signal.SIGSTOP)
        if answers:
            get_redis().delete("celery")
        with app.app_context():
            nudge(task)
            db.session.commit()
        if answers:
            assert get_redis().llen("celery") == 1


def test_problems_for_programs_are_kept_by_nobody(visit: Callable[..., Visitor]) -> None:
    answer = visit().get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
