"""Where nothing can go now: networks that do not answer, or asked for a pause; and how a round finds out more."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from advocacy.clock import utcnow
from advocacy.networks import circuits, pacing
from advocacy.networks.base import NetworkFailure, TryLater, Unconfirmed

T = TypeVar("T")


def resting() -> set[str]:
    """Places where nothing goes now."""
    return {*circuits.open_places(), *pacing.closed(utcnow())}


def probed(claim: Callable[[str], list[T]]) -> list[T]:
    """What `claim` takes, and commits, for each place whose network may be back: one piece of work, or none."""
    found: list[T] = []
    closed = pacing.closed(utcnow())
    for place, since in circuits.open_places().items():
        if since <= utcnow() and place not in closed and circuits.may_probe(place):
            taken = claim(place)
            if not taken:
                circuits.give_probe_back(place)
            found += taken
    return found


def judge(places: Iterable[tuple[str, Exception | None]]) -> set[str]:
    """Note what networks just said, or did not say (place, problem); the places that this closed."""
    closed: set[str] = set()
    failed = False
    for place, problem in places:
        failed |= problem is not None
        if isinstance(problem, Unconfirmed) or (isinstance(problem, TryLater) and problem.scope == "server"):
            circuits.note_failure(place, problem.reason)
        if isinstance(problem, TryLater) and problem.scope == "app":
            pacing.close(place, problem.after)
            closed.add(place)
    return closed | set(circuits.open_places()) if failed else closed


def is_clear(problem: Exception | None) -> bool:
    """Whether the network answered, be it with a no."""
    if isinstance(problem, TryLater):
        return problem.scope != "server"
    return problem is None or (isinstance(problem, NetworkFailure) and not isinstance(problem, Unconfirmed))
