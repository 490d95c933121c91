"""What else has a say before a post goes live: approvals, compliance. Those stand above content and join in wiring.

A gate looks at a post and names what is still missing; it changes nothing.
"""

from collections.abc import Callable
from datetime import datetime

from advocacy.content.drafts import Flaw
from advocacy.content.models import Post

Gate = Callable[[Post, datetime | None], list[Flaw]]
_gates: list[Gate] = []


def add_gate(gate: Gate) -> None:
    """Have `gate` asked before a post is published (now, or at the given moment); joining twice is once."""
    if gate not in _gates:
        _gates.append(gate)


def flaws_at_the_gates(post: Post, publish_at: datetime | None = None) -> list[Flaw]:
    """What the gates still ask for."""
    return [flaw for gate in _gates for flaw in gate(post, publish_at)]
