"""The bodies of the nation: a head, its regions, and below them bodies of very different sizes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from math import sqrt
from random import Random
from typing import Final

from advocacy.scale.copying import Row
from advocacy.scale.plan import Plan, parted
from advocacy.scale.vocabulary import WORDS

ZONE: Final = "Europe/Paris"
BODY_COLUMNS: Final = "id parent_id name lineage hue disclosure time_zone country created_at"
_PLACES: Final = WORDS["places"]


@dataclass(frozen=True, slots=True)
class Body:
    """A body, the ids of its own people, and of all at or below it: people are numbered along the tree."""

    id: int
    parent_id: int | None
    name: str
    lineage: tuple[int, ...]
    own: range
    below: range

    @property
    def depth(self) -> int:
        """0 for the head."""
        return len(self.lineage) - 1


def plan_bodies(plan: Plan) -> list[Body]:
    """The bodies from the head down, each followed by those below it."""
    names = _names(plan.rng("places"))
    regions = max(1, round(sqrt(plan.organisations))) if plan.organisations > 1 else 0
    counts = parted(plan.organisations - 1 - regions, [(place + 1) ** -0.5 for place in range(regions)])
    weights = [1.0] + [weight for below in counts for weight in (0.4, *((place + 1) ** -0.7 for place in range(below)))]
    sizes = parted(plan.people, weights)
    found = [Body(1, None, "Aubrelle", (1,), range(1, sizes[0] + 1), range(1, plan.people + 1))]
    person, number = sizes[0] + 1, 2
    for below in counts:
        own, last = sizes[number - 1], sum(sizes[number - 1 : number + below])
        region = Body(number, 1, next(names), (1, number), range(person, person + own), range(person, person + last))
        found.append(region)
        person += own
        for child in range(number + 1, number + below + 1):
            people = range(person, person + sizes[child - 1])
            found.append(Body(child, number, next(names), (1, number, child), people, people))
            person = people.stop
        number += below + 1
    return found


def body_rows(plan: Plan, bodies: list[Body]) -> Iterator[Row]:
    """The rows of the bodies."""
    for body in bodies:
        head = body.parent_id is None
        disclosure, country = ("#EquipeAubrelle", "FR") if head else (None, None)
        yield (
            body.id, body.parent_id, body.name, list(body.lineage), 205 if head else None, disclosure, ZONE, country,
            plan.now,
        )  # fmt: skip


def _names(rng: Random) -> Iterator[str]:
    """Names of places, none of them anywhere, each once."""
    plain = [first + last for first in _PLACES["beginnings"] for last in _PLACES["endings"] if first.lower() != last]
    rng.shuffle(plain)
    yield from plain
    watered = [f"{name}-sur-{water}" for water in _PLACES["waters"] for name in plain]
    yield from watered
    for number in count(2):
        yield from (f"{name} {number}" for name in watered)
