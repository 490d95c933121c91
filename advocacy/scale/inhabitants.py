"""The people of the nation: who works where, who edits, who meets in which group, who follows what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from advocacy.people.models import BoardName, Role
from advocacy.scale.copying import Row
from advocacy.scale.nation import ZONE, Body
from advocacy.scale.plan import Plan, Skewed
from advocacy.scale.vocabulary import WORDS

DOMAIN: Final = "nation.example"
EDITOR_ID: Final = 1
TOPICS: Final = WORDS["topics"]
"""Names in French and in English."""
PERSON_COLUMNS: Final = (
    "id organisation_id email name job language languages time_zone theme password_hash epoch board_name alias"
    " invited_at joined_at welcomed_at deactivated_at created_at"
)
GRANT_COLUMNS: Final = "person_id organisation_id role created_at"
GROUP_COLUMNS: Final = "id organisation_id name proposals created_at"
MEMBER_COLUMNS: Final = "group_id person_id created_at"
_FOLK: Final = WORDS["people"]
_CIRCLES: Final = WORDS["circles"]


@dataclass(frozen=True, slots=True)
class Circle:
    """A group: how many members, and of which body they are."""

    id: int
    body: Body
    size: int


def joined_at(plan: Plan, person_id: int) -> datetime | None:
    """When the person signed in first; None for the seventh who has not."""
    if person_id % 7 == 0 and person_id != EDITOR_ID:
        return None
    days = 1000 - (person_id * 7919) % 960
    return plan.now - timedelta(days=days, minutes=(person_id * 31) % 1440)


def person_rows(plan: Plan, bodies: Sequence[Body], editor_hash: str) -> Iterator[Row]:
    """Everybody, body by body; the first has a password and edits for all."""
    rng = plan.rng("people")
    for body in bodies:
        for person_id in body.own:
            yield _person(plan, body, person_id, rng, editor_hash if person_id == EDITOR_ID else None)


def _person(plan: Plan, body: Body, person_id: int, rng: Random, password_hash: str | None) -> Row:
    name = f"{rng.choice(_FOLK['first_names'])} {rng.choice(_FOLK['onsets'])}{rng.choice(_FOLK['codas'])}"
    language = "en" if rng.random() < 0.12 else "fr"
    shown = BoardName.HIDDEN if rng.random() < 0.04 else BoardName.NAME
    joined = joined_at(plan, person_id)
    invited = (joined or plan.now) - timedelta(days=3)
    gone = plan.now - timedelta(days=20) if person_id % 53 == 5 and person_id != EDITOR_ID else None
    address = f"editor@{DOMAIN}" if person_id == EDITOR_ID else f"person{person_id}@{DOMAIN}"
    return (
        person_id, body.id, address, name, rng.choice(_FOLK["jobs"]), language,
        [language] if rng.random() < 0.7 else ["fr", "en"], ZONE, "system", password_hash, 0, shown.value, None,
        invited, joined, joined, gone, invited,
    )  # fmt: skip


def grant_rows(plan: Plan, bodies: Sequence[Body]) -> Iterator[Row]:
    """Two editors at the head and in each region, one in each body; an approver beside them; one admin of all."""
    for body in bodies:
        editors = 1 if body.depth > 1 else 2
        roles = [Role.EDITOR] * editors + [Role.APPROVER] + ([Role.ADMIN] if body.depth == 0 else [])
        for person_id, role in zip(body.own, roles, strict=False):
            yield person_id, body.id, role.value, plan.now


def editors_of(body: Body) -> range:
    """The ids of those who edit at the body."""
    return body.own[: 1 if body.depth > 1 else 2]


def plan_circles(plan: Plan, bodies: Sequence[Body]) -> list[Circle]:
    """The groups: few large ones of all the nation, very many small ones of one body."""
    rng, found = plan.rng("groups"), []
    largest = max(4, plan.people // 8)
    for number in range(1, plan.groups + 1):
        body = bodies[0] if number <= 1 + plan.groups // 12 else rng.choice(bodies)
        found.append(Circle(number, body, min(len(body.below), max(3, round(largest * number**-0.9)))))
    return found


def circle_rows(plan: Plan, circles: Sequence[Circle]) -> Iterator[Row]:
    """The rows of the groups."""
    for one in circles:
        name = f"{_CIRCLES[one.id % len(_CIRCLES)]} {one.body.name} {one.id}"
        yield one.id, one.body.id, name, "publish" if one.id % 40 == 0 else "approve", plan.now


def member_rows(plan: Plan, circles: Sequence[Circle]) -> Iterator[Row]:
    """Who is in which group."""
    rng = plan.rng("members")
    for one in circles:
        for person_id in rng.sample(one.body.below, one.size):
            yield one.id, person_id, plan.now


def topic_rows(plan: Plan) -> Iterator[Row]:
    """The topics of the programme."""
    for number, (french, english) in enumerate(TOPICS, 1):
        yield number, 1, french, english, "bulb", plan.now


def follow_rows(plan: Plan) -> Iterator[Row]:
    """Which topics people follow: the first ones mostly."""
    rng, topics = plan.rng("follows"), Skewed(len(TOPICS))
    for person_id in range(1, plan.people + 1):
        if joined_at(plan, person_id) is not None:
            for topic in sorted({topics.draw(rng) + 1 for _ in range(rng.randrange(4))}):
                yield person_id, topic, plan.now
