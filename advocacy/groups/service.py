"""Groups: who makes them, and who is in."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.groups.models import Group, Membership, ProposalRule
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role

LARGEST_ID = 2**63 - 1
MOST_FOUND = 20


@dataclass(frozen=True)
class GroupSize:
    """A group and how many are in it."""

    group: Group
    members: int


def create(actor: Person, organisation: Organisation, name: str) -> Group:
    """A new, empty group at a body. Raises Forbidden or NotFound below editor there, Invalid for a name taken."""
    people.require(actor, Role.EDITOR, organisation)
    with people.about("name"):
        group = Group(organisation_id=organisation.id, name=people.clean_name(name))
    try:
        with db.session.begin_nested():
            db.session.add(group)
    except IntegrityError:
        raise Invalid(_("There is already a group of that name there."), field="name") from None
    return group


def get_group(actor: Person, group_id: int) -> Group:
    """The group, for an editor of its body. Raises NotFound or Forbidden."""
    group = db.session.get(Group, group_id) if 0 < group_id <= LARGEST_ID else None
    if group is None:
        raise NotFound
    people.require(actor, Role.EDITOR, group.organisation)
    return group


def add_member(actor: Person, group: Group, person: Person) -> None:
    """Put somebody of the programme into the group; once is enough. Raises Forbidden, NotFound, Invalid."""
    people.require(actor, Role.EDITOR, group.organisation)
    if person.organisation.root_id != group.organisation.root_id:
        raise NotFound
    if not person.is_active:
        raise Invalid(_("This account is closed."))
    row = insert(Membership).values(group_id=group.id, person_id=person.id, created_at=utcnow())
    db.session.execute(row.on_conflict_do_nothing())


def remove_member(actor: Person, group: Group, person_id: int) -> None:
    """Take somebody out of the group; it is no error if they were not in. Raises Forbidden, NotFound."""
    people.require(actor, Role.EDITOR, group.organisation)
    if not 0 < person_id <= LARGEST_ID:
        raise NotFound
    db.session.execute(delete(Membership).where(Membership.group_id == group.id, Membership.person_id == person_id))


def groups_where(person: Person) -> list[Group]:
    """The groups of the bodies where the person is editor, by name."""
    bodies = [body.id for body in people.organisations_where(person, Role.EDITOR)]
    wanted = select(Group).where(Group.organisation_id.in_(bodies))
    return list(db.session.scalars(wanted.order_by(func.lower(Group.name), Group.id)))


def sizes_where(person: Person) -> list[GroupSize]:
    """The same groups, each with how many are in it."""
    groups = groups_where(person)
    counted = (
        select(Membership.group_id, func.count())
        .where(Membership.group_id.in_([group.id for group in groups]))
        .group_by(Membership.group_id)
    )
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    return [GroupSize(group, counts.get(group.id, 0)) for group in groups]


def group_ids_of(person: Person) -> list[int]:
    """The ids of the groups the person is in."""
    wanted = select(Membership.group_id).where(Membership.person_id == person.id)
    return list(db.session.scalars(wanted.order_by(Membership.group_id)))


def groups_of(person: Person) -> list[Group]:
    """The groups of their programme that the person is in, by name."""
    inside = select(Membership.group_id).where(Membership.person_id == person.id)
    programme = Organisation.lineage[1] == person.organisation.root_id
    wanted = select(Group).join(Organisation, Organisation.id == Group.organisation_id)
    wanted = wanted.where(Group.id.in_(inside), programme)
    return list(db.session.scalars(wanted.order_by(func.lower(Group.name), Group.id)))


def rule_proposals(actor: Person, group: Group, rule: ProposalRule) -> None:
    """Say what becomes of what members propose. Raises Forbidden, NotFound."""
    people.require(actor, Role.EDITOR, group.organisation)
    group.proposals = rule.value


def members(group: Group) -> list[Person]:
    """Who is in the group, by name."""
    wanted = select(Person).join(Membership, Membership.person_id == Person.id).where(Membership.group_id == group.id)
    return list(db.session.scalars(wanted.order_by(func.lower(Person.name), Person.id)))


def find_candidates(group: Group, words: str) -> list[Person]:
    """People of the programme whose name or e-mail holds `words`, not yet in the group: the first twenty by name."""
    plain = "".join(char for char in words if char.isprintable()).strip()
    if not plain:
        return []
    inside = select(Membership.person_id).where(Membership.group_id == group.id)
    programme = select(Organisation.id).where(Organisation.lineage.contains([group.organisation.root_id]))
    wanted = select(Person).where(
        Person.organisation_id.in_(programme),
        Person.deactivated_at.is_(None),
        Person.id.not_in(inside),
        or_(Person.name.icontains(plain, autoescape=True), Person.email.icontains(plain, autoescape=True)),
    )
    return list(db.session.scalars(wanted.order_by(func.lower(Person.name), Person.id).limit(MOST_FOUND)))
