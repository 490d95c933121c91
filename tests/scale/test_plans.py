"""With many posts the board, its search, the audience count and the feed ask little, and read little of what there is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.aims import Aim
from advocacy.content.board import Filters, board_for, search
from advocacy.content.cursor import Cursor
from advocacy.content.listing import Standing
from advocacy.content.reach import count_reach
from advocacy.db import db
from advocacy.people.models import Person

LARGE = {"people": 3000, "organisations": 30, "groups": 120, "posts": 20_000, "shares": 0, "clicks": 0}
WATCHED = ("post", "post_audience", "post_words", "wording", "post_topic")
Ask = Callable[[Person, Person], object]


def deep() -> Cursor:
    return Cursor(utcnow() - timedelta(days=500), 0)


ASKS: dict[str, Ask] = {
    "board": lambda editor, _: board_for(editor, Filters()),
    "deep": lambda editor, _: board_for(editor, Filters(), (Standing.EXPIRED,), before=deep()),
    "scheduled": lambda editor, _: board_for(editor, Filters(), (Standing.SCHEDULED,)),
    "rare": lambda editor, _: board_for(editor, Filters("filigrane")),
    "no accents": lambda editor, _: board_for(editor, Filters("egalite")),
    "common": lambda editor, _: board_for(editor, Filters("équipe")),
    "best": lambda editor, _: search(editor, Filters("filigrane")),
    "body": lambda editor, _: board_for(editor, Filters(body_id=5)),
    "count": lambda _, __: count_reach(1, Aim(frozenset({2}), frozenset({1, 2, 3}))),
    "feed": lambda _, reader: content.feed_for(reader),
    "feed deep": lambda _, reader: content.feed_for(reader, before=deep()),
    "new": lambda _, reader: content.count_new(reader, utcnow() - timedelta(days=90)),
}
"""What pages ask for."""
COMMON = ("common",)
"""Enough posts of a word that stands in many are found in a part of them; how many is a matter of chance."""


@contextmanager
def sent(wanted: list[tuple[str, Any]]) -> Iterator[None]:
    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        wanted.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def read_in_order(plan: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """For each sequential scan: its table, and how many rows it looked at."""
    if plan["Node Type"] == "Seq Scan":
        looked = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
        yield plan["Relation Name"], looked
    for part in plan.get("Plans", ()):
        yield from read_in_order(part)


def plans_of(statements: list[tuple[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    driver: Any = db.session.connection().connection.driver_connection
    for statement, given in statements:
        if statement.startswith("set local"):
            driver.execute(statement)
            continue
        explained = driver.execute(f"explain (analyze, format json) {statement}", given).fetchone()[0]
        found = explained if isinstance(explained, list) else json.loads(explained)
        yield statement, found[0]["Plan"]


def people() -> tuple[Person, Person]:
    return db.session.get_one(Person, 1), db.session.get_one(Person, 2500)


def test_no_question_reads_through_the_posts(app: Flask, settled: Any) -> None:
    settled(**LARGE)
    with app.app_context():
        for name, ask in ASKS.items():
            editor, reader = people()
            statements: list[tuple[str, Any]] = []
            with sent(statements):
                ask(editor, reader)
            for statement, plan in plans_of(statements):
                for table, looked in read_in_order(plan):
                    part = 0.6 if name in COMMON else 0.3
                    assert table not in WATCHED or looked <= LARGE["posts"] * part, (name, table, looked, statement)
            db.session.rollback()


@pytest.mark.parametrize("times", [1, 4])
def test_however_many_there_are_the_questions_are_as_few(app: Flask, settled: Any, times: int) -> None:
    settled(posts=600 * times, groups=30 * times, people=800 * times, shares=0, clicks=0)
    most = {"count": 1, "feed": 3, "new": 1}
    with app.app_context():
        editor, _reader = people() if times == 4 else (db.session.get_one(Person, 1), None)
        reader = db.session.get_one(Person, 700)
        for name in ("board", "rare", "no accents", "common", "body", "best", "count", "feed", "new"):
            ASKS[name](editor, reader)
            db.session.rollback()
            db.session.refresh(editor)
            db.session.refresh(reader)
            statements: list[tuple[str, Any]] = []
            with sent(statements):
                ASKS[name](editor, reader)
            assert len(statements) <= most.get(name, 7), (name, [one for one, _ in statements])
