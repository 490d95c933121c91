"""How long a text may be: what we count is what the network counts, to the last character."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.networks.base import Credentials, Rejected
from tests.networks.contract.networks import broken, needs
from tests.networks.contract.stage import Stage
from tests.networks.contract.test_failures import failure_of

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = st.sampled_from(
    [
        "word",
        "été",
        "👩🏽‍🚀",
        "🇫🇷",
        "ﬁn",
        "日本",
        "שלום",
        "e\u0301",
        "#tag",
        "C#",
        "a_b*c",
        "(x)",
        "https://a.example/b?c=d",
        "\n",
        "\U00011c92",
        "🏻",
    ]
)
WORDS = st.lists(PIECES | st.text(st.characters(categories=("L", "N", "P", "S", "M")), max_size=8), max_size=12)


def stretched(stage: Stage, words: list[str], length: int) -> str:
    """These words in a text that is so long by the adapter's own rule."""
    text = " ".join(words)
    filler = max(length - stage.adapter.count(text), 0)
    while filler and stage.adapter.count(f"{'a' * filler} {text} z") > length:
        filler -= 1
    while stage.adapter.count(f"{'a' * filler} {text} z") < length:
        filler += 1
    return f"{'a' * filler} {text} z"


def limit_of(stage: Stage, member: Credentials) -> int:
    """What this member's texts may be long."""
    return int(member.limits.get("max_length", stage.adapter.capabilities.max_length))


def writer(stage: Stage) -> Credentials:
    """A new member, with the limits that the network tells of."""
    member = stage.member(f"Member {uuid4().hex[:6]}")
    return replace(member, limits=stage.adapter.limits(member))


def believing(stage: Stage, member: Credentials) -> tuple[Stage, Credentials]:
    """The same, but believing that longer texts are taken than are."""
    limits = {**member.limits, "max_length": limit_of(stage, member) * 2} if member.limits else member.limits
    return replace(stage, adapter=stage.lenient()), replace(member, limits=limits)


@needs(broken)
def test_too_long_is_not_even_sent(stage: Stage) -> None:
    member = writer(stage)
    text = stretched(stage, ["Too", "long"], limit_of(stage, member) + 1)
    before = len(stage.requests())
    failure = failure_of(lambda: stage.publish(member, stage.outgoing(text)))
    assert (type(failure), failure.reason) == (Rejected, "too_long")
    assert len(stage.requests()) == before


@needs(broken)
@FEW
@given(words=WORDS)
def test_a_text_of_just_the_right_length_stands(stage: Stage, words: list[str]) -> None:
    member = writer(stage)
    outgoing = stage.outgoing(stretched(stage, words, limit_of(stage, member)))
    answer = stage.publish(member, outgoing)
    [standing] = [one for one in stage.standing() if one.id == answer.external_id]
    assert standing.text == stage.says(outgoing)


@needs(broken)
@FEW
@given(words=WORDS)
def test_one_more_is_refused_by_the_network_itself(stage: Stage, words: list[str]) -> None:
    member = writer(stage)
    outgoing = stage.outgoing(stretched(stage, words, limit_of(stage, member) + 1))
    before = len(stage.standing())
    generous, trusting = believing(stage, member)
    with pytest.raises(Rejected):
        generous.publish(trusting, outgoing)
    assert len(stage.standing()) == before
