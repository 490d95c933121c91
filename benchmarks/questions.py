"""What is asked of the database: the feed, the board, its search, the audience count, the leaderboard."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import event, select, text

from advocacy.cache import get_redis
from advocacy.clock import start_of_week, utcnow
from advocacy.content import feed
from advocacy.content.aims import Aim
from advocacy.content.board import USUAL, board_for, search
from advocacy.content.cursor import Cursor
from advocacy.content.listing import Filters, Standing, bodies_of
from advocacy.content.reach import count_reach
from advocacy.db import db
from advocacy.people.models import Organisation, Person
from advocacy.recognition.leaderboard import board_of_people
from advocacy.recognition.standings import Period
from benchmarks.figures import Table

WARM, TIMES = 8, 30
WORDS = (
    ("in French", "prévention", 50), ("without accents", "egalite", 10), ("in English", "floods", 10),
    ("a rare word", "filigrane", 10), ("a very common word", "équipe", 50), ("the beginning of many words", "val", 50),
)  # fmt: skip
Ask = Callable[[], object]


@contextmanager
def watched() -> Iterator[list[float]]:
    """The milliseconds of every statement that is sent meanwhile."""
    spent: list[float] = []

    def before(_connection: Any, _cursor: Any, _sql: str, _given: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    def after(_connection: Any, _cursor: Any, _sql: str, _given: Any, context: Any, _many: bool) -> None:
        spent.append((time.perf_counter() - context.began) * 1000)

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "after_cursor_execute", after)
    try:
        yield spent
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
        event.remove(db.engine, "after_cursor_execute", after)


def measure(ask: Ask, times: int = TIMES) -> tuple[float, float, float]:
    """Milliseconds of SQL in the middle and at the 95th of a hundred, and statements."""
    for _ in range(WARM):
        ask()
    found, statements = [], 0
    for _ in range(times):
        with watched() as spent:
            ask()
        found.append(sum(spent))
        statements = len(spent)
    return median(found), quantiles(found, n=20)[-1], statements


def round_of(table: Table) -> None:
    """Every question once more, beside `select 1` and Redis PING of the same minute."""
    redis = get_redis()
    began = time.perf_counter()
    for _ in range(500):
        redis.ping()
    ping = (time.perf_counter() - began) * 2
    for name, most, ask, times in _asks():
        one = measure(lambda: db.session.execute(text("select 1")), 100)[0]
        value, p95, statements = measure(ask, times)
        table.of(name, "ms", "select 1", most).note(value, one, p95, statements)
        db.session.rollback()
    table.of("Redis PING", "ms", "select 1").note(ping, one)


def _asks() -> list[tuple[str, float | None, Ask, int]]:
    people = _people()
    editor = db.session.get_one(Person, 1)
    local = _local_editor()
    bodies, own = bodies_of(editor), bodies_of(local)
    deep = Cursor(utcnow() - timedelta(days=500), 0)
    half = Cursor(utcnow() - timedelta(days=182), 0)
    turn = iter(lambda: random.choice(people), None)

    def reading(before: Cursor | None) -> Ask:
        return lambda: feed._merge(_given(next(turn)), before or feed._BEGINNING, 21)

    def board(filters: Filters, who: Person = editor, at: list[Organisation] = bodies, **more: Any) -> Ask:
        return lambda: board_for(who, filters, bodies=at, **more)

    found: list[tuple[str, float | None, Ask, int]] = [
        ("feed, first page", 1.5, reading(None), 150),
        ("feed, half a year deep", 1.5, reading(half), 150),
        ("board, first page of five columns", None, board(Filters()), TIMES),
    ]
    found += [
        (f"board, column {one.value}", 10, board(Filters(), standings=(one,)), TIMES)
        for one in (*USUAL, Standing.WITHDRAWN)
    ]
    found += [
        (
            "board, column expired, 500 days deep",
            10,
            board(Filters(), standings=(Standing.EXPIRED,), before=deep),
            TIMES,
        ),
        ("board of one body", None, board(Filters(), local, own), TIMES),
    ]
    found += [(f"board search, {word}", most, board(Filters(typed)), 12) for word, typed, most in WORDS]
    found.append(("search, best fifty: équipe", 50, lambda: search(editor, Filters("équipe")), 12))
    aims = {
        "everybody": Aim(frozenset({1})),
        "a region": Aim(frozenset({2})),
        "a body": Aim(frozenset({4})),
        "a group": Aim(frozenset(), frozenset({200})),
        "the largest group": Aim(frozenset(), frozenset({1})),
        "three bodies and five groups": Aim(frozenset({2, 5, 9}), frozenset({1, 2, 3, 40, 50})),
    }
    found += [(f"audience count, {name}", 10, lambda aim=aim: count_reach(1, aim), TIMES) for name, aim in aims.items()]
    monday = start_of_week(utcnow().date())
    found.append(("leaderboard of the week", 1.5, lambda: board_of_people(next(turn), Period.WEEK, monday), TIMES))
    return found


def _people() -> list[Person]:
    rng = random.Random(1)
    top = db.session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1)) or 1
    ids = rng.sample(range(2, top + 1), 150)
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids))))


def _local_editor() -> Person:
    """Who edits at the last body of the tree."""
    last = db.session.scalar(select(Organisation.id).order_by(Organisation.id.desc()).limit(1))
    return db.session.scalars(select(Person).where(Person.organisation_id == last).order_by(Person.id).limit(1)).one()


def _given(person: Person) -> dict[str, Any]:
    return {**feed._part_of(person), **feed._place_of(person), "now": utcnow(), "most_pinned": 3}
