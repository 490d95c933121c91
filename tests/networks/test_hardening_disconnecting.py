"""Disconnect pressed twice at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.networks import service
from advocacy.networks.models import Account
from advocacy.people.models import Person
from tests.world import World

BLOCKED = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


def test_the_second_press_finds_nothing(app: Flask, world: World, eventually: Callable[..., Any]) -> None:
    person = world.person(world.organisation("Aubrelle"))
    account = world.account(person)

    def press() -> bool:
        with app.app_context():
            try:
                service.disconnect(db.session.get_one(Person, person.id), account.id)
                db.session.commit()
            except NotFound:
                return False
            return True

    with ThreadPoolExecutor(1) as pool, app.app_context():
        assert service.disconnect(db.session.get_one(Person, person.id), account.id) is not None
        waiting = pool.submit(press)
        with db.engine.connect() as apart:
            eventually(lambda: apart.scalar(BLOCKED), within=10)
        db.session.commit()
        assert waiting.result(20) is False
        assert db.session.scalar(select(func.count()).select_from(Account)) == 0
