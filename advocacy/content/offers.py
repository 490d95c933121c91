"""What stands on the board without being a post: whoever has it says so in wiring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from advocacy.people.models import Person


@dataclass(frozen=True, slots=True)
class Idea:
    """Something proposed that is no post yet: `href` is where it is read and decided."""

    id: int
    title: str
    language: str
    proposer: str
    at: datetime
    href: str
    image: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ideas:
    """The newest ideas waiting for somebody, how many there are in all, and where all of them are (None: nowhere)."""

    shown: Sequence[Idea] = ()
    count: int = 0
    href: str | None = None


IdeasFor = Callable[[Person, int], Ideas]
_ideas: list[IdeasFor] = []


def offer_ideas(provider: IdeasFor) -> None:
    """Have `provider(actor, limit)` say which ideas wait for an editor."""
    _ideas[:] = [provider]


def ideas_for(actor: Person, limit: int) -> Ideas | None:
    """The ideas waiting for `actor`; None where nobody offers any."""
    return _ideas[0](actor, limit) if _ideas else None
