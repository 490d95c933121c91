"""The bodies below an organisation, and who edits for them: those who are granted it below, not above."""

from dataclasses import dataclass

from sqlalchemy import select

from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role, RoleGrant


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who answers for a body, as letters need them."""

    id: int
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that may be offered something: how deep below, and how many edit for it."""

    organisation: Organisation
    depth: int
    editors: int

    @property
    def is_direct(self) -> bool:
        """Whether nothing stands between it and the organisation that offers."""
        return self.depth == 0


def candidates_below(top: Organisation) -> list[Candidate]:
    """Every body below `top` in the order of the tree. Two queries, however many there are."""
    below = people.organisations_below(top)[1:]
    editors = editors_of(below, top)
    return [Candidate(body, depth, len(editors[body.id])) for depth, body in people.in_tree_order(below)]


def editors_of(bodies: list[Organisation], top: Organisation) -> dict[int, list[Editor]]:
    """Who edits for each of these bodies below `top`, granted there or between. One query."""
    between = {body.id: body.lineage[len(top.lineage) :] for body in bodies}
    granted = (
        select(RoleGrant.organisation_id, Person.id, Person.name, Person.email, Person.language)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.organisation_id.in_({one for path in between.values() for one in path}))
        .where(RoleGrant.role.in_([Role.EDITOR.value, Role.ADMIN.value]), Person.deactivated_at.is_(None))
        .order_by(Person.id)
    )
    at: dict[int, list[Editor]] = {}
    for row in db.session.execute(granted):
        at.setdefault(row.organisation_id, []).append(Editor(row.id, row.name, row.email, row.language))
    return {
        body_id: list(dict.fromkeys(editor for one in path for editor in at.get(one, ())))
        for body_id, path in between.items()
    }
