"""What the slice announces. All within the transaction that records it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PostSubmitted:
    """A post was put forward for approval; without a round where nobody's yes is asked for."""

    post_id: int
    person_id: int
    round_id: int | None


@dataclass(frozen=True)
class PostDecided:
    """A round came to an end: `outcome` is approved, sent_back or void."""

    post_id: int
    person_id: int | None
    round_id: int
    outcome: str
