"""Who decides for whom while they are away."""

from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Date, Select, cast, func, select

from advocacy.approval.models import StandIn
from advocacy.clock import local_day, utcnow
from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.people.models import Organisation, Person, Role, RoleGrant

LONGEST: Final = timedelta(days=180)


def name_stand_in(person: Person, stand_in: Person, first_day: date, last_day: date) -> StandIn:
    """Have `stand_in` decide for the person on these days. Raises NotFound for somebody of another programme or
    without a say, Invalid for days that are no use."""
    if stand_in.organisation.root_id != person.organisation.root_id or not stand_in.holds(Role.APPROVER):
        raise NotFound
    if stand_in.id == person.id or not stand_in.is_active:
        raise Invalid(_("Choose somebody else, who is here."), field="stand_in")
    today = local_day(utcnow(), person.time_zone)
    if last_day < max(first_day, today):
        raise Invalid(_("The last day is before the first, or has passed."), field="last_day")
    if last_day - first_day > LONGEST:
        raise Invalid(_("At most half a year."), field="last_day")
    named = StandIn(person_id=person.id, stand_in_id=stand_in.id, first_day=first_day, last_day=last_day)
    db.session.add(named)
    db.session.flush()
    return named


def stand_ins_of(person: Person) -> list[StandIn]:
    """Those the person named whose days are not over, the first to begin first."""
    today = local_day(utcnow(), person.time_zone)
    wanted = select(StandIn).where(StandIn.person_id == person.id, StandIn.last_day >= today)
    return list(db.session.scalars(wanted.order_by(StandIn.first_day, StandIn.id)))


def end_stand_in(person: Person, stand_in_id: int) -> None:
    """Decide for oneself again. Raises NotFound."""
    named = db.session.get(StandIn, stand_in_id)
    if named is None or named.person_id != person.id:
        raise NotFound
    db.session.delete(named)
    db.session.flush()


def decides_for(actor: Person) -> set[int]:
    """Ids of the people for whom the person may decide now."""
    return set(db.session.scalars(absent_for(actor)))


def absent_for(actor: Person) -> Select[int]:
    """The ids of the people for whom the person may decide now, as a query to put into others."""
    today = cast(func.timezone(Person.time_zone, func.now()), Date)
    return (
        select(StandIn.person_id)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.stand_in_id == actor.id, Person.deactivated_at.is_(None))
        .where(StandIn.first_day <= today, StandIn.last_day >= today)
    )


def stands_in_for(person_ids: set[int]) -> dict[int, list[Person]]:
    """For each of these people, who decides for them now."""
    found: dict[int, list[Person]] = {}
    for named in db.session.scalars(select(StandIn).where(StandIn.person_id.in_(person_ids))):
        today = local_day(utcnow(), named.person.time_zone)
        if named.first_day <= today <= named.last_day and named.stand_in.is_active:
            found.setdefault(named.person_id, []).append(named.stand_in)
    return found


def possible_stand_ins(person: Person) -> list[Person]:
    """Colleagues of the programme who have a say somewhere, by name."""
    held = (
        select(RoleGrant.person_id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            Organisation.lineage[1] == person.organisation.root_id,
            RoleGrant.role.in_([role.value for role in Role if role.weight >= Role.APPROVER.weight]),
        )
    )
    wanted = select(Person).where(Person.id.in_(held), Person.id != person.id, Person.deactivated_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.name, Person.id)))
