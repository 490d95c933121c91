"""A name pressed twice at the same moment makes one thing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from advocacy.content import service as content
from advocacy.content.models import Topic
from advocacy.db import db
from advocacy.errors import RelaisError
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from tests.world import World

BLOCKED = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


def found_body(_editor: Person, root: Organisation) -> None:
    people.found_organisation("North", root)


def add_topic(editor: Person, root: Organisation) -> None:
    content.add_topic(editor, root, name_fr="Métiers", name_en="Trades", icon="bulb")


@pytest.mark.parametrize("make", [found_body, add_topic])
def test_one_name_twice_at_once(
    app: Flask, world: World, eventually: Callable[..., Any], make: Callable[[Person, Organisation], None]
) -> None:
    root = world.organisation("Aubrelle")
    editor = world.person(root, Role.ADMIN)

    def press() -> None:
        make(db.session.get_one(Person, editor.id), db.session.get_one(Organisation, root.id))

    def second() -> bool:
        with app.app_context():
            try:
                press()
                db.session.commit()
            except RelaisError:
                return False
            return True

    with ThreadPoolExecutor(1) as pool, app.app_context():
        press()
        waiting = pool.submit(second)
        with db.engine.connect() as apart:
            eventually(lambda: apart.scalar(BLOCKED), within=10)
        db.session.commit()
        assert waiting.result(20) is False
    with app.app_context():
        bodies = db.session.scalar(select(func.count()).select_from(Organisation).where(Organisation.name == "North"))
        topics = db.session.scalar(select(func.count()).select_from(Topic))
        assert (bodies, topics) in {(1, 0), (0, 1)}
