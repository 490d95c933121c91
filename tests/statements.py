"""What the database is asked: how many statements an act takes, and which."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from advocacy.db import db


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile: with statements(app) as sent: …; len(sent)."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
