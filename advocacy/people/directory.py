"""The people an admin looks after: found, counted, moved, sent away and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.people.grants import keep_an_admin, require, require_over
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.people.sessions import end_sessions

PAGE = 50


class PersonState(StrEnum):
    """Where somebody stands with the programme."""

    ACTIVE = "active"
    INVITED = "invited"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class PeopleFilter:
    """Which people: `within` the bodies that the asker is admin of; `organisation` narrows to one and below."""

    within: Sequence[Organisation]
    organisation: Organisation | None = None
    state: PersonState | None = None
    words: str = ""


@dataclass(frozen=True)
class PeoplePage:
    """Some people by name, with marks of where the pages before and after begin."""

    people: list[Person]
    before: str | None
    after: str | None


def get_person(person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    found = db.session.get(Person, person_id) if 0 < person_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def state_of(person: Person) -> PersonState:
    """Where the person stands."""
    if person.deactivated_at is not None:
        return PersonState.DEACTIVATED
    return PersonState.ACTIVE if person.joined_at is not None else PersonState.INVITED


def _in_state(state: PersonState) -> ColumnElement[bool]:
    if state is PersonState.DEACTIVATED:
        return Person.deactivated_at.is_not(None)
    joined = Person.joined_at.is_not(None) if state is PersonState.ACTIVE else Person.joined_at.is_(None)
    return and_(Person.deactivated_at.is_(None), joined)


def _narrowed(wanted: Any, chosen: PeopleFilter) -> Any:
    within = {body.id for body in chosen.within}
    if chosen.organisation is not None:
        within = {body.id for body in chosen.within if chosen.organisation.id in body.lineage}
    wanted = wanted.where(Person.organisation_id.in_(within))
    words = "".join(char for char in chosen.words if char.isprintable()).strip()
    if words:
        wanted = wanted.where(
            or_(Person.name.icontains(words, autoescape=True), Person.email.icontains(words, autoescape=True))
        )
    return wanted


def count_people(chosen: PeopleFilter) -> dict[PersonState, int]:
    """How many people of each state there are, whatever state is asked for."""
    counts = [func.count().filter(_in_state(state)) for state in PersonState]
    row = db.session.execute(_narrowed(select(*counts).select_from(Person), chosen)).one()
    return dict(zip(PersonState, row, strict=True))


def count_by_organisation(bodies: Sequence[Organisation]) -> dict[int, int]:
    """How many people who may sign in belong to each body itself, by its id; none is 0."""
    wanted = select(Person.organisation_id, func.count()).where(Person.deactivated_at.is_(None))
    rows = db.session.execute(
        wanted.where(Person.organisation_id.in_([body.id for body in bodies])).group_by(Person.organisation_id)
    )
    return {body.id: 0 for body in bodies} | {row[0]: row[1] for row in rows}


def list_people(chosen: PeopleFilter, *, before: str = "", after: str = "") -> PeoplePage:
    """A page of people by name: the first, or the one `before` or `after` a mark of an earlier page."""
    written = func.lower(Person.name)
    wanted = _narrowed(select(Person, written), chosen)
    if chosen.state is not None:
        wanted = wanted.where(_in_state(chosen.state))
    mark, backwards = _read_mark(before or after), bool(before)
    if mark is not None:
        here = tuple_(written, Person.id)
        wanted = wanted.where(here < mark if backwards else here > mark)
    order = [written.desc(), Person.id.desc()] if backwards else [written, Person.id]
    rows = [(person, name) for person, name in db.session.execute(wanted.order_by(*order).limit(PAGE + 1))]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    first, last = (_mark(rows[0]), _mark(rows[-1])) if rows else (None, None)
    earlier, later = (more, True) if backwards else (mark is not None, more)
    return PeoplePage([person for person, _name in rows], first if earlier else None, last if later else None)


def _mark(row: tuple[Person, str]) -> str:
    return f"{row[0].id}.{row[1]}"


def _read_mark(mark: str) -> tuple[str, int] | None:
    number, dot, name = mark.partition(".")
    if not dot or not number.isascii() or not number.isdigit() or len(number) > 18 or "\0" in name:
        return None
    return name, int(number)


def move(actor: Person, person: Person, organisation: Organisation) -> None:
    """Put a person in another body of the programme. Raises Forbidden, NotFound."""
    require_over(actor, person)
    require(actor, Role.ADMIN, organisation)
    if person.organisation.root_id != organisation.root_id:
        raise NotFound
    person.organisation = organisation


def deactivate(actor: Person, person: Person) -> None:
    """End a person's access; what they did stays. Raises Forbidden, NotFound, Conflict (oneself, the last admin)."""
    require_over(actor, person)
    if actor.id == person.id:
        raise Conflict(_("Nobody can deactivate themselves: ask another admin."))
    for held in person.grants:
        if held.role == Role.ADMIN:
            keep_an_admin(held.organisation, person)
    person.deactivated_at = person.deactivated_at or utcnow()
    end_sessions(person)


def reactivate(actor: Person, person: Person) -> None:
    """Open the door again; links and sessions from before stay void. Raises Forbidden, NotFound."""
    require_over(actor, person)
    person.deactivated_at = None
    end_sessions(person)
