"""How fast: one pace for all workers, places that asked for nothing more, circuits; and each of them without Redis."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.networks import circuits, pacing
from advocacy.networks.base import Capabilities
from advocacy.networks.linkedin import CAPABILITIES

PLACE = pacing.place_of("linkedin", "")
FREE = replace(CAPABILITIES, budget=None, app_budget=None)


def limited(budget: tuple[int, int] | None = None, app_budget: tuple[int, int] | None = None) -> Capabilities:
    return replace(FREE, budget=budget, app_budget=app_budget)


def wanted(network: Capabilities, count: int, account_id: int = 1) -> list[tuple[Capabilities, str, int]]:
    return [(network, PLACE, account_id)] * count


@pytest.fixture
def without_redis(set_environment: Callable[..., None], clean: None) -> Iterator[None]:
    """An address where nobody listens."""
    set_environment(REDIS_URL="redis://127.0.0.1:1/0")
    pacing._alone.clear()
    circuits._seen.clear()
    yield
    pacing._alone.clear()
    circuits._seen.clear()


def test_half_goes_at_once_and_the_rest_over_the_span(ctx: Flask) -> None:
    waits = pacing.take(wanted(limited(budget=(10, 1000)), 7))
    assert [wait.seconds == 0 for wait in waits] == [True] * 5 + [False] * 2
    assert 150 < waits[-1].seconds <= 200, "the next one, when the bucket has filled by one"
    assert not waits[-1].for_place
    assert pacing.take(wanted(limited(budget=(10, 1000)), 1, account_id=2))[0].seconds == 0, "another account"


def test_the_app_has_a_pace_of_its_own(ctx: Flask) -> None:
    network = limited(budget=(100, 100), app_budget=(4, 1000))
    waits = pacing.take([(network, PLACE, account_id) for account_id in range(4)])
    assert [wait.seconds == 0 for wait in waits] == [True, True, False, False]
    assert waits[-1].for_place


def test_a_refused_post_takes_nothing(ctx: Flask) -> None:
    network = limited(budget=(20, 1000), app_budget=(2, 1000))
    pacing.take(wanted(network, 8))
    left = pacing.take(wanted(limited(budget=(20, 1000)), 10))
    assert [wait.seconds == 0 for wait in left] == [True] * 9 + [False], "one of ten was taken, by the one that went"


def test_networks_without_limits_are_not_held_up(ctx: Flask) -> None:
    assert {wait.seconds for wait in pacing.take(wanted(FREE, 1000))} == {0}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(most=st.integers(1, 40), seconds=st.integers(10, 100_000), asked=st.integers(1, 60))
def test_no_more_than_allowed_ever_goes_at_once(ctx: Flask, most: int, seconds: int, asked: int) -> None:
    get_redis().flushall()
    waits = pacing.take(wanted(limited(budget=(most, seconds)), asked))
    assert sum(wait.seconds == 0 for wait in waits) <= max(most // 2, 1)


def test_every_key_ends_by_itself(ctx: Flask) -> None:
    pacing.take(wanted(limited(budget=(10, 100), app_budget=(10, 100)), 1))
    pacing.close(PLACE, utcnow() + timedelta(minutes=1))
    for _ in range(10):
        circuits.note_failure(PLACE, "no_answer")
    circuits.may_probe(PLACE)
    keys = list(get_redis().scan_iter("relais:*"))
    assert len(keys) >= 6
    assert [key for key in keys if get_redis().ttl(key) < 0] == []


def test_a_place_is_closed_until_its_moment(ctx: Flask) -> None:
    until = utcnow() + timedelta(minutes=5)
    pacing.close(PLACE, until)
    pacing.close(PLACE, until - timedelta(minutes=1))
    assert abs(pacing.closed(utcnow())[PLACE] - until) < timedelta(seconds=1), "the later word holds"
    assert pacing.closed(until + timedelta(seconds=1)) == {}
    pacing.open_again(PLACE)
    assert pacing.closed(utcnow()) == {}


def test_a_circuit_opens_after_so_many_in_a_row(ctx: Flask) -> None:
    for _ in range(9):
        circuits.note_failure(PLACE, "no_answer")
    circuits.note_answers({PLACE})
    for _ in range(9):
        circuits.note_failure(PLACE, "no_answer")
    assert circuits.open_places() == {}, "an answer in between starts the count anew"
    circuits.note_failure(PLACE, "unavailable")
    [circuit] = circuits.circuits()
    assert (circuit.place, circuit.failures, circuit.reason) == (PLACE, 10, "unavailable")
    assert utcnow() < circuits.open_places()[PLACE] <= utcnow() + timedelta(seconds=circuits.FIRST_PAUSE)


def test_one_tries_and_its_answer_decides(ctx: Flask) -> None:
    for _ in range(12):
        circuits.note_failure(PLACE, "no_answer")
    first = pause_of()
    assert [circuits.may_probe(PLACE) for _ in range(3)] == [True, False, False]
    past()
    circuits.note_failure(PLACE, "no_answer")
    assert pause_of() > 1.5 * first, "the pause is doubled"
    assert circuits.may_probe(PLACE), "and somebody else may try then"
    circuits.note_answers({PLACE})
    assert circuits.open_places() == {}
    assert circuits.circuits() == []


def pause_of() -> float:
    return (circuits.open_places()[PLACE] - utcnow()).total_seconds()


def past() -> None:
    """The pause is over."""
    get_redis().hset(f"relais:circuit:{PLACE}", "until", 1)
    get_redis().zadd(circuits.OPEN, {PLACE: 1})


def test_without_redis_a_worker_keeps_to_a_part(without_redis: None) -> None:
    waits = pacing.take(wanted(limited(budget=(80, 1000)), 12))
    assert [wait.seconds == 0 for wait in waits] == [True] * 10 + [False] * 2, "a quarter of half of it"
    assert pacing.closed(utcnow()) == {}
    pacing.close(PLACE, utcnow())


def test_without_redis_a_worker_goes_by_what_it_sees(without_redis: None) -> None:
    for _ in range(10):
        circuits.note_failure(PLACE, "no_answer")
    assert set(circuits.open_places()) == {PLACE}
    assert not circuits.may_probe(PLACE)
    circuits.note_answers({PLACE})
    assert circuits.open_places() == {}
