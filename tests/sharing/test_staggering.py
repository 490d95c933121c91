"""Four hundred people do not post the same at nine sharp."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.sharing.models import Share
from advocacy.sharing.staggering import WIDTH, find_crowd, freest, minute_of_hour, own_minute, quarter_of
from tests.sharing.conftest import Scene
from tests.sharing.test_panel import panel, shares
from tests.visitor import words

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@given(st.integers(1, 2**60), st.integers(1, 2**60))
def test_the_minute_is_ones_own_and_always_the_same(person, post):
    assert own_minute(person, post) == own_minute(person, post)
    assert -WIDTH <= own_minute(person, post) <= WIDTH
    assert 0 <= minute_of_hour(person, post) <= 59


def test_four_hundred_people_are_spread_over_every_minute():
    minutes = Counter(own_minute(person, 77) for person in range(1, 401))
    assert len(minutes) == 2 * WIDTH + 1
    assert max(minutes.values()) <= 25


@given(st.lists(st.integers(0, 20), max_size=200), st.integers(0, WIDTH))
def test_the_minute_that_is_offered_is_later_near_and_no_fuller(minutes, wished):
    busy = Counter(NINE + timedelta(minutes=minute) for minute in minutes)
    better = freest(NINE, busy, wished)
    assert timedelta(minutes=1) <= better - NINE <= timedelta(minutes=WIDTH)
    around = [sum(busy[NINE + timedelta(minutes=step + near)] for near in (-1, 0, 1)) for step in range(1, WIDTH + 1)]
    assert around[(better - NINE) // timedelta(minutes=1) - 1] == min(around)


def test_quarters():
    assert quarter_of(NINE + timedelta(minutes=14, seconds=59)) == NINE
    assert quarter_of(NINE + timedelta(minutes=15)) == NINE + timedelta(minutes=15)


@pytest.fixture
def moment() -> datetime:
    return (utcnow() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)


def crowd(scene: Scene, moment: datetime, count: int, network: str = "linkedin", state: str = "scheduled") -> None:
    """So many colleagues who share the scene's post then."""
    people = [scene.world.person(scene.root).id for _colleague in range(count)]
    with scene.app.app_context():
        for person_id in people:
            db.session.add(
                Share(
                    code=uuid4().hex[:10], person_id=person_id, post_id=scene.post.id, network=network,
                    submission=uuid4(), text="Words", language="en", state=state, wanted_at=moment, due_at=moment,
                )
            )  # fmt: skip
        db.session.commit()


def seen(scene: Scene, moment: datetime) -> tuple[int, datetime] | None:
    with scene.app.app_context():
        found = find_crowd(db.session.get_one(Person, scene.person.id), scene.post.id, ["linkedin"], moment)
        return (found.colleagues, found.better) if found else None


def test_colleagues_of_the_same_quarter_count_once_there_are_several(scene, moment):
    crowd(scene, moment, 2)
    crowd(scene, moment + timedelta(minutes=5), 1, state="cancelled")
    crowd(scene, moment, 1, network="bluesky")
    crowd(scene, moment + timedelta(minutes=15), 1)
    assert seen(scene, moment) is None
    crowd(scene, moment + timedelta(minutes=14), 1, state="published")
    found = seen(scene, moment)
    assert found is not None
    assert found[0] == 3
    assert moment < found[1] <= moment + timedelta(minutes=20)


def test_one_query_that_an_index_answers(scene, moment):
    crowd(scene, moment, 3)
    for hour in range(1, 60):
        crowd(scene, moment + timedelta(hours=hour), 2)
    with scene.app.app_context():
        db.session.execute(text("analyze share"))
        person = db.session.get_one(Person, scene.person.id)
        asked: list[tuple[object, ...]] = []

        def listen(*call: object) -> None:
            asked.append(call[2:4])

        event.listen(db.engine, "before_cursor_execute", listen)
        find_crowd(person, scene.post.id, ["linkedin"], moment)
        event.remove(db.engine, "before_cursor_execute", listen)
        assert len(asked) == 1
        db.session.execute(text("set local enable_seqscan = off"))
        plan = db.session.connection().exec_driver_sql(f"explain {asked[0][0]}", asked[0][1]).scalars().all()
        assert any("ix_share_post_id_network_wanted_at" in line for line in plan), plan


def test_a_chosen_moment_is_kept_and_a_better_one_is_one_press_away(scene, visit, moment):
    crowd(scene, moment, 4)
    visitor = visit(scene.person)
    typed = moment.astimezone(ZoneInfo(scene.person.time_zone)).strftime("%Y-%m-%dT%H:%M")
    fields = panel(scene, visitor, when="at", at=typed, text="Quite my own words about it.")
    said = words(visitor.post(f"/posts/{scene.post.id}/share/moment", fields))
    assert "4 colleagues post this in the same quarter of an hour." in said
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 303
    share = shares(scene)[-1]
    assert share.wanted_at == moment
    page = visitor.get(answer.location)
    assert "Your moment is kept." in words(page)
    assert visitor.post(f"/shares/{share.id}/aside").status_code == 303
    moved = scene.now(share.id)
    assert moment < moved.wanted_at <= moment + timedelta(minutes=20)
    assert moved.due_at == moved.wanted_at
    assert visit(scene.world.person(scene.root)).post(f"/shares/{share.id}/aside").status_code == 404
