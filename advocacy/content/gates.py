"""What else has a say before a post goes live: approvals, compliance. Those stand above content and join in wiring.

A gate looks at a post and names what is still missing; it changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from advocacy.content.drafts import Flaw
from advocacy.content.models import Post
from advocacy.people.models import Person

Gate = Callable[[Post, datetime | None], list[Flaw]]
PublisherGate = Callable[[Person | None, Post], list[Flaw]]
_gates: list[Gate] = []
_publisher_gates: list[PublisherGate] = []


def add_gate(gate: Gate) -> None:
    """Have `gate` asked before a post is published (now, or at the given moment); joining twice is once."""
    if gate not in _gates:
        _gates.append(gate)


def flaws_at_the_gates(post: Post, publish_at: datetime | None = None) -> list[Flaw]:
    """What the gates still ask for."""
    return [flaw for gate in _gates for flaw in gate(post, publish_at)]


def add_publisher_gate(gate: PublisherGate) -> None:
    """Have `gate` asked whether this person (a rule, when None) may let the post out; joining twice is once."""
    if gate not in _publisher_gates:
        _publisher_gates.append(gate)


def flaws_of_publisher(actor: Person | None, post: Post) -> list[Flaw]:
    """What keeps this person from letting the post out as it is."""
    return [flaw for gate in _publisher_gates for flaw in gate(actor, post)]
