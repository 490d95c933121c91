"""An empty mail folder, and people as they stand in the database."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask

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
