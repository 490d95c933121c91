"""Writes the people of a programme: who they are, their roles, their groups, what they like to speak of."""

from datetime import timedelta

from sqlalchemy import insert

from advocacy.content.models import TopicFollow
from advocacy.db import db
from advocacy.demo.people import PlannedPerson
from advocacy.demo.places import Places
from advocacy.demo.plan import Plan
from advocacy.groups.models import Membership
from advocacy.people.models import Person, RoleGrant


def write_people(plan: Plan, places: Places, password_hash: str) -> list[Person]:
    """Add them to the session, in the plan's order, with their ids."""
    rows = [_person(plan, planned, places, password_hash) for planned in plan.people]
    db.session.add_all(rows)
    db.session.flush()
    pairs = list(zip(plan.people, rows, strict=True))
    members = [
        {"group_id": places.groups[name].id, "person_id": row.id, "created_at": row.created_at}
        for planned, row in pairs
        for name in planned.groups
    ]
    follows = [
        {"topic_id": places.topics[key].id, "person_id": row.id, "created_at": row.created_at}
        for planned, row in pairs
        for key in planned.topics
    ]
    db.session.execute(insert(Membership), members)
    db.session.execute(insert(TopicFollow), follows)
    return rows


def _person(plan: Plan, planned: PlannedPerson, places: Places, password_hash: str) -> Person:
    row = Person(
        organisation_id=places.bodies[planned.body].id,
        email=planned.email,
        name=planned.name,
        job=planned.job,
        language=planned.language,
        languages=list(planned.languages),
        time_zone=plan.programme.zone,
        password_hash=password_hash if planned.signs_in else None,
        board_name=planned.board_name.value,
        alias=planned.alias,
        created_at=planned.invited_at,
        invited_at=planned.invited_at,
        joined_at=planned.joined_at,
        welcomed_at=planned.joined_at if planned.welcomed else None,
        deactivated_at=plan.now - timedelta(days=3) if planned.deactivated else None,
    )
    if planned.role:
        row.grants = [
            RoleGrant(organisation_id=places.bodies[planned.body].id, role=planned.role, created_at=planned.invited_at)
        ]
    return row
