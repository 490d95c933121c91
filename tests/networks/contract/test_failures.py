"""What goes wrong at a network, and which failure of the closed set it becomes: never a second post, never a lost one."""

from collections.abc import Callable

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import (
    Credentials,
    Duplicate,
    Kind,
    NetworkFailure,
    Outgoing,
    Prepared,
    Reconnect,
    Rejected,
    Settling,
    TryLater,
    Unconfirmed,
    Unsettled,
)
from tests.networks.contract.networks import broken, can, does, has, needs, settles, takes
from tests.networks.contract.samples import jpeg
from tests.networks.contract.stage import Stage, picture_of
from tests.patience import eventually

BEFORE = ("cut_before", "hang_before", "500", "503")
AFTER = ("cut_after", "hang_after", "malformed")
UPLOAD = (*BEFORE, *AFTER, "429")


def share(stage: Stage) -> Outgoing:
    """The same share at each attempt."""
    return stage.outgoing("Said once, and once only.", link="https://relais.test/s/once", link_title="Once")


def failure_of(call: Callable[[], object]) -> NetworkFailure:
    """What the call raises."""
    with pytest.raises(NetworkFailure) as raised:
        call()
    return raised.value


def attempt(stage: Stage, member: Credentials, kind: str) -> tuple[Outgoing, Prepared, NetworkFailure]:
    """A prepared share whose publishing suffers; what was sent, and how it failed."""
    outgoing = share(stage)
    prepared = stage.prepare(member, outgoing)
    stage.fault("publish", kind, then="drop")
    before = stage.made("publish")
    failure = failure_of(lambda: stage.adapter.publish(member, outgoing, prepared))
    eventually(lambda: stage.made("publish") > before, within=5)  # a call that was cut is noted after its client knows
    assert stage.made("publish") - before == 1, "a call that makes a post is never repeated by itself"
    stage.ask("faults/release")
    return outgoing, prepared, failure


@needs(broken)
@pytest.mark.parametrize("kind", ["403", "404"])
def test_refused(stage: Stage, member: Credentials, kind: str) -> None:
    *_, failure = attempt(stage, member, kind)
    assert isinstance(failure, Rejected | Reconnect), failure
    assert kind == "403" or isinstance(failure, Rejected)
    assert stage.standing() == []


@needs(broken)
def test_throttled(stage: Stage, member: Credentials) -> None:
    *_, failure = attempt(stage, member, "429")
    assert isinstance(failure, TryLater)
    assert failure.reason == "throttled"
    assert failure.after > utcnow()
    assert failure.scope == stage.throttle_scope
    assert stage.standing() == []


@needs(broken)
def test_slow_is_fine(stage: Stage, member: Credentials) -> None:
    stage.fault("publish", "slow", seconds=0.2)
    answer = stage.publish(member, share(stage))
    assert [one.id for one in stage.standing()] == [answer.external_id]


@needs(broken)
@pytest.mark.parametrize("kind", BEFORE + AFTER)
def test_no_clear_answer_is_unconfirmed(stage: Stage, member: Credentials, kind: str) -> None:
    *_, failure = attempt(stage, member, kind)
    assert isinstance(failure, Unconfirmed), failure
    assert len(stage.standing()) == (1 if kind in AFTER else 0)


@needs(broken, settles(Settling.ASK))
@pytest.mark.parametrize("kind", BEFORE + AFTER)
def test_asking_finds_the_truth(stage: Stage, member: Credentials, kind: str) -> None:
    outgoing, prepared, _ = attempt(stage, member, kind)
    found = stage.adapter.settle(member, outgoing, prepared)
    if kind in BEFORE:
        assert found is None
        found = stage.adapter.publish(member, outgoing, prepared)
    assert found is not None
    assert found.url == stage.adapter.permalink(found.external_id, member)
    assert [one.id for one in stage.standing()] == [found.external_id]


@needs(broken, settles(Settling.AGAIN))
@pytest.mark.parametrize("kind", BEFORE + AFTER)
def test_again_with_the_same_key_makes_no_second_post(stage: Stage, member: Credentials, kind: str) -> None:
    outgoing, prepared, _ = attempt(stage, member, kind)
    found = stage.adapter.publish(member, outgoing, prepared)
    assert [one.id for one in stage.standing()] == [found.external_id]


@needs(broken, settles(Settling.AGAIN))
@pytest.mark.parametrize("kind", BEFORE + AFTER)
def test_settling_with_the_same_key_brings_the_one_post(stage: Stage, member: Credentials, kind: str) -> None:
    outgoing, prepared, _ = attempt(stage, member, kind)
    found = stage.adapter.settle(member, outgoing, prepared)
    assert found is not None
    assert [one.id for one in stage.standing()] == [found.external_id]


@needs(broken, settles(Settling.DUPLICATE))
@pytest.mark.parametrize("kind", BEFORE + AFTER)
def test_sent_again_by_the_person_the_duplicate_is_named(stage: Stage, member: Credentials, kind: str) -> None:
    outgoing, prepared, _ = attempt(stage, member, kind)
    if kind in BEFORE:
        named = stage.adapter.publish(member, outgoing, prepared).external_id
    else:
        failure = failure_of(lambda: stage.adapter.publish(member, outgoing, prepared))
        assert isinstance(failure, Duplicate)
        named = failure.external_id
    assert [one.id for one in stage.standing()] == [named]


@needs(broken, settles(Settling.DUPLICATE, Settling.PERSON))
def test_who_cannot_be_asked_says_so(stage: Stage, member: Credentials) -> None:
    outgoing, prepared, _ = attempt(stage, member, "cut_after")
    assert isinstance(failure_of(lambda: stage.adapter.settle(member, outgoing, prepared)), Unsettled)


@needs(broken, takes(Kind.PICTURE), does("upload"))
@pytest.mark.parametrize("kind", UPLOAD)
def test_an_upload_that_fails_is_tried_later(stage: Stage, member: Credentials, kind: str) -> None:
    outgoing = stage.outgoing("With a picture.", pictures=(picture_of(jpeg()),))
    stage.fault("upload", kind, then="drop")
    failure = failure_of(lambda: stage.prepare(member, outgoing))
    assert isinstance(failure, TryLater), failure
    stage.ask("faults/release")
    assert stage.standing() == []
    stage.publish(member, outgoing)
    [standing] = stage.standing()
    assert len(standing.alts) == 1


@needs(broken)
def test_nobody_listens(stage: Stage, stage_at: Callable[[str], Stage], nobody: str, member: Credentials) -> None:
    outgoing, away = share(stage), stage_at(nobody)
    prepared = stage.prepare(member, outgoing)
    elsewhere = away.elsewhere(member, nobody.removeprefix("http://"))
    failure = failure_of(lambda: away.adapter.publish(elsewhere, outgoing, prepared))
    assert isinstance(failure, TryLater)
    assert (failure.reason, failure.scope) == ("unreachable", "server")


@needs(broken)
def test_ended_by_time(stage: Stage, member: Credentials) -> None:
    stage.expire(member)
    failure = failure_of(lambda: stage.publish(member, share(stage)))
    assert isinstance(failure, Reconnect)
    assert failure.reason == stage.expired_reason
    assert stage.standing() == []


@needs(broken)
def test_ended_while_on_its_way(stage: Stage, member: Credentials) -> None:
    *_, failure = attempt(stage, member, "expired_token")
    assert isinstance(failure, Reconnect)
    assert failure.reason == stage.expired_reason


@needs(broken)
def test_taken_away_at_the_network(stage: Stage, member: Credentials) -> None:
    stage.revoke(member)
    assert isinstance(failure_of(lambda: stage.publish(member, share(stage))), Reconnect)
    assert stage.standing() == []


@needs(broken, has("SCOPES"))
def test_never_granted(stage: Stage) -> None:
    nothing = stage.member("Without", scopes=())
    failure = failure_of(lambda: stage.publish(nothing, share(stage)))
    assert isinstance(failure, Reconnect)
    assert failure.reason == "scope"
    assert stage.made("publish") == 0


@needs(broken, has("POSTING"), can("figures"))
def test_figures_never_granted_are_not_zero(stage: Stage, network: object) -> None:
    scopes = network.says("POSTING")  # type: ignore[attr-defined]
    writer = stage.member("Writer", scopes=tuple(scopes))
    assert stage.adapter.allows(scopes) == {"publish"}
    post = stage.publish(writer, share(stage))
    assert set(stage.adapter.measure(writer, post.external_id).values.values()) == {None}


@needs(broken, can("can_remove"), does("remove"))
@pytest.mark.parametrize("kind", [*BEFORE, "cut_after", "hang_after", "429"])
def test_a_removal_that_fails_is_tried_later(stage: Stage, member: Credentials, kind: str) -> None:
    post = stage.publish(member, share(stage))
    stage.fault("remove", kind, then="drop")
    assert isinstance(failure_of(lambda: stage.adapter.remove(member, post.external_id)), TryLater)
    stage.ask("faults/release")
    stage.adapter.remove(member, post.external_id)
    assert stage.standing() == []


@needs(broken, can("figures"), does("measure"))
@pytest.mark.parametrize("kind", [*BEFORE, "malformed", "429"])
def test_figures_that_fail_are_asked_later(stage: Stage, member: Credentials, kind: str) -> None:
    post = stage.publish(member, share(stage))
    stage.fault("measure", kind, then="drop")
    failure = failure_of(lambda: stage.adapter.measure(member, post.external_id))
    assert isinstance(failure, TryLater), failure
    stage.ask("faults/release")
    assert set(stage.adapter.measure(member, post.external_id).values.values()) >= {0}
