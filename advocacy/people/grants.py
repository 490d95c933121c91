"""Who may do what, and who may decide that."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.people.models import Organisation, Person, Role, RoleGrant


def may(person: Person, role: Role, organisation: Organisation) -> bool:
    """Whether the person holds `role` or a stronger one at the organisation."""
    held = person.role_at(organisation)
    return held is not None and held.weight >= role.weight


def require(person: Person, role: Role, organisation: Organisation) -> None:
    """Raises Forbidden without `role` there, NotFound for another programme's body: that it exists is not told."""
    if may(person, role, organisation):
        return
    if person.role_at(organisation) is None:
        raise NotFound
    raise Forbidden


def require_anywhere(person: Person, role: Role) -> None:
    """Raises Forbidden when the person holds `role` nowhere."""
    if not person.holds(role):
        raise Forbidden


def organisations_where(person: Person, role: Role) -> list[Organisation]:
    """Every body where the person holds `role` or a stronger one, by granted right or below one, by name."""
    tops = [grant.organisation_id for grant in person.grants if Role(grant.role).weight >= role.weight]
    if role is Role.EMPLOYEE:
        tops.append(person.organisation.root_id)
    if not tops:
        return []
    wanted = select(Organisation).where(Organisation.lineage.overlap(tops))
    return list(db.session.scalars(wanted.order_by(func.lower(Organisation.name), Organisation.id)))


def require_over(actor: Person, person: Person) -> None:
    """Raises NotFound or Forbidden unless `actor` is admin at the person's body and wherever they are admin."""
    require(actor, Role.ADMIN, person.organisation)
    heights = [grant.organisation for grant in person.grants if grant.role == Role.ADMIN]
    if actor.id != person.id and not all(may(actor, Role.ADMIN, height) for height in heights):
        raise Forbidden(_("This person is admin of more than you are: ask an admin above."))


def grant(actor: Person, person: Person, organisation: Organisation, role: Role) -> RoleGrant:
    """Give a role, valid there and below. Given twice, it is there once. Raises Forbidden, NotFound, Invalid."""
    require(actor, Role.ADMIN, organisation)
    if person.organisation.root_id != organisation.root_id:
        raise NotFound
    if role is Role.EMPLOYEE:
        raise Invalid(_("Everybody here is an employee already."))
    return _add(person, organisation, role, actor.id)


def grant_first_admin(person: Person, organisation: Organisation) -> RoleGrant:
    """Make the founder of a programme its admin (from the command line: nobody could grant it)."""
    return _add(person, organisation, Role.ADMIN, None)


def _add(person: Person, organisation: Organisation, role: Role, granted_by_id: int | None) -> RoleGrant:
    for held in person.grants:
        if held.organisation_id == organisation.id and held.role == role:
            return held
    given = RoleGrant(organisation_id=organisation.id, role=role.value, granted_by_id=granted_by_id)
    person.grants.append(given)
    db.session.flush()
    return given


def find_grant(person: Person, grant_id: int) -> RoleGrant | None:
    """The role of this person that has this id."""
    return next((held for held in person.grants if held.id == grant_id), None)


def withdraw_grant(actor: Person, held: RoleGrant) -> None:
    """Take a role back. Raises Forbidden or NotFound, and Conflict for the last admin of a programme."""
    require(actor, Role.ADMIN, held.organisation)
    if held.role == Role.ADMIN:
        keep_an_admin(held.organisation, held.person)
    held.person.grants.remove(held)
    db.session.flush()


def keep_an_admin(organisation: Organisation, leaving: Person) -> None:
    """Raises Conflict when nobody but `leaving` is admin of this programme. Bodies below have the admins above them."""
    if organisation.parent_id is not None:
        return
    db.session.scalar(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    others = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.organisation_id == organisation.id, RoleGrant.role == Role.ADMIN)
        .where(Person.deactivated_at.is_(None), Person.id != leaving.id)
    )
    if not db.session.scalar(others):
        raise Conflict(_("A programme keeps at least one admin. Name another one first."))
