"""Who is in the demo: made-up first names with an initial, none of them anybody."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from advocacy.demo.programmes import Programme
from advocacy.people.models import BoardName
from advocacy.people.names import folded

_INITIALS: Final = "ABCDEFGHJKLMNOPRSTVW"
_RARE, _OCCASIONAL, _REGULAR = (0.08, 0.35), (0.4, 1.1), (1.6, 3.4)


@dataclass(frozen=True)
class PlannedPerson:
    """Somebody of a programme; `weekly` is how often they share, `followers` how many see it."""

    email: str
    name: str
    body: str
    job: str
    languages: tuple[str, ...]
    role: str | None
    invited_at: datetime
    joined_at: datetime | None
    welcomed: bool
    board_name: BoardName
    alias: str | None
    groups: tuple[str, ...]
    topics: tuple[str, ...]
    connected: bool
    followers: int
    weekly: float
    signs_in: bool
    hero: bool = False
    deactivated: bool = False

    @property
    def language(self) -> str:
        """Of their pages."""
        return self.languages[0]


@dataclass
class _Names:
    """Gives out names, pen names and addresses, each once."""

    rng: Random
    facts: dict[str, Any]
    taken: set[str] = field(default_factory=set)
    pens: list[str] = field(default_factory=list)

    def name(self) -> str:
        while True:
            name = f"{self.rng.choice(self.facts['first_names'])} {self.rng.choice(_INITIALS)}."
            if name not in self.taken:
                self.taken.add(name)
                return name

    def pen_name(self) -> str | None:
        if not self.pens and "pens given" not in self.taken:
            self.taken.add("pens given")
            self.pens = self.rng.sample(self.facts["pen_names"], len(self.facts["pen_names"]))
        return self.pens.pop() if self.pens else None


def plan_people(programme: Programme, rng: Random, now: datetime) -> list[PlannedPerson]:
    """Everybody, those who are named in the programme's file first. Made from `rng` alone."""
    facts = programme.facts
    names = _Names(rng, facts, {known["name"] for known in facts["known"]})
    people = [_known(programme, known, rng, now) for known in facts["known"]]
    sizes = {"": facts["at_the_root"], **{body["name"]: body["size"] for body in facts["bodies"]}}
    for body, size in sizes.items():
        already = sum(person.body == body for person in people)
        people += [_drawn(programme, names, body, rng, now) for _ in range(size - already)]
    return people


def _known(programme: Programme, known: dict[str, Any], rng: Random, now: datetime) -> PlannedPerson:
    newcomer, hero = known.get("newcomer", False), known.get("hero", False)
    return PlannedPerson(
        email=f"{known['email']}@{programme.domain}",
        name=known["name"],
        body=known["body"],
        job=known["job"],
        languages=tuple(known["languages"]),
        role=known.get("role"),
        invited_at=now - timedelta(days=2 if newcomer else 95),
        joined_at=None if newcomer else now - timedelta(days=90, minutes=rng.randrange(600)),
        welcomed=not newcomer,
        board_name=BoardName.NAME,
        alias=None,
        groups=tuple(known.get("groups", ())),
        topics=() if newcomer else tuple(_some(rng, [topic["key"] for topic in programme.facts["topics"]], 3)),
        connected=not newcomer,
        followers=0 if newcomer else 640 if hero else rng.randint(400, 1400),
        weekly=2.9 if known.get("regular") else 0.0 if newcomer or hero else 0.6,
        signs_in=True,
        hero=hero,
    )


def _drawn(programme: Programme, names: _Names, body: str, rng: Random, now: datetime) -> PlannedPerson:
    facts, name = programme.facts, names.name()
    other = rng.random() < facts["other_language"]
    mine, foreign = programme.language, {"fr": "en", "en": "fr"}[programme.language]
    invited_at = now - timedelta(days=rng.choice((98, 98, 98, 84, 70, 49, 21)), minutes=rng.randrange(500))
    joined_at = min(invited_at + timedelta(hours=rng.expovariate(1 / 70)), now) if rng.random() < 0.88 else None
    shown = rng.choices(list(BoardName), (86, 8, 6))[0]
    alias = names.pen_name() if shown is BoardName.ALIAS else None
    connected = joined_at is not None and rng.random() < 0.64
    return PlannedPerson(
        email=f"{_address(name)}@{programme.domain}",
        name=name,
        body=body,
        job=rng.choice(facts["jobs"]),
        languages=(foreign, mine) if other else (mine, foreign) if rng.random() < 0.25 else (mine,),
        role=None,
        invited_at=invited_at,
        joined_at=joined_at,
        welcomed=joined_at is not None,
        board_name=BoardName.NAME if shown is BoardName.ALIAS and alias is None else shown,
        alias=alias,
        groups=tuple(group["name"] for group in facts["groups"] if rng.random() < group["part"]),
        topics=tuple(_some(rng, [topic["key"] for topic in facts["topics"]], 2)) if joined_at else (),
        connected=connected,
        followers=min(4000, max(80, round(math.exp(rng.gauss(6.0, 0.6))))),
        weekly=rng.uniform(*rng.choices((_RARE, _OCCASIONAL, _REGULAR), (30, 48, 22))[0]) if connected else 0.0,
        signs_in=joined_at is not None,
        deactivated=joined_at is not None and rng.random() < 0.012,
    )


def _some(rng: Random, topics: list[str], least: int) -> list[str]:
    chosen = set(rng.sample(topics, rng.randint(least, min(least + 2, len(topics)))))
    return [topic for topic in topics if topic in chosen]


def _address(name: str) -> str:
    first, _, initial = name.partition(" ")
    return f"{folded(first)}.{folded(initial)}"
