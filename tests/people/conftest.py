"""An empty mail folder, and a count of what is asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from advocacy.db import db
from advocacy.people.models import Person
from tests import letters


@pytest.fixture
def post(app: Flask, clean: None) -> Callable[[], list[EmailMessage]]:
    """Sends what is due and gives every letter of this test."""
    letters.throw_away()
    return lambda: letters.delivered(app)


@pytest.fixture
def again(app: Flask) -> Callable[[Person], Person]:
    """The person as they stand in the database now."""

    def read(person: Person) -> Person:
        with app.app_context():
            found = db.session.get(Person, person.id)
            assert found is not None
            _loaded = [held.organisation.name for held in found.grants]
            db.session.expunge_all()
            return found

    return read


@pytest.fixture
def queries(app: Flask) -> Callable[[], Any]:
    """`with queries() as said:` collects the statements sent meanwhile."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        said: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield said
        event.remove(engine, "before_cursor_execute", note)

    return counting
