"""The tree of bodies."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.people.models import Organisation
from advocacy.people.names import about, clean_name, folded

LARGEST_ID = 2**63 - 1


def get_organisation(organisation_id: int) -> Organisation:
    """The body with this id. Raises NotFound."""
    found = db.session.get(Organisation, organisation_id) if 0 < organisation_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def country_of(organisation: Organisation) -> str | None:
    """The country of the body, or of the nearest one above it that has one."""
    if organisation.country:
        return organisation.country
    above = select(Organisation.country).where(
        Organisation.id.in_(organisation.lineage), Organisation.country.is_not(None)
    )
    return db.session.scalar(above.order_by(func.cardinality(Organisation.lineage).desc()).limit(1))


def settle_in(organisation: Organisation, country: str) -> None:
    """Have the body be in the country of this code, or in that of the body above when empty. Raises Invalid."""
    code = country.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Invalid(_("A country is written with two letters, as FR or BE."), field="country")
    organisation.country = code or None


def asks_four_eyes(organisation: Organisation) -> Organisation | None:
    """The highest body at or above this one that holds to the four-eyes rule, which holds below it too; or None."""
    wanted = select(Organisation).where(Organisation.id.in_(organisation.lineage), Organisation.four_eyes)
    return db.session.scalars(wanted.order_by(func.cardinality(Organisation.lineage)).limit(1)).first()


def hold_to_four_eyes(organisation: Organisation, *, on: bool) -> None:
    """Have the four-eyes rule hold at the body and everywhere below it, or no more by its own word."""
    organisation.four_eyes = on


def name_in_recalls(organisation: Organisation, *, on: bool) -> None:
    """Have editors of the programme be told whose shares a recall has left, or numbers only. Raises Invalid for a body
    that is no programme."""
    if on and organisation.parent_id is not None:
        raise Invalid(_("This is set for the whole programme."), field="recall_names")
    organisation.recall_names = on


def names_in_recalls(organisation: Organisation) -> bool:
    """Whether editors of the body's programme are told whose shares a recall has left."""
    root = db.session.get(Organisation, organisation.root_id)
    return root is not None and root.recall_names


def organisations_below(organisation: Organisation) -> list[Organisation]:
    """The body itself, then every one below it by name."""
    wanted = select(Organisation).where(Organisation.lineage.contains([organisation.id]))
    below = db.session.scalars(wanted.order_by(func.lower(Organisation.name), Organisation.id)).all()
    return [organisation, *(body for body in below if body.id != organisation.id)]


def in_tree_order(bodies: list[Organisation]) -> list[tuple[int, Organisation]]:
    """Bodies with their depth (0 for the highest among them), each before those below it, siblings by name."""
    by_id = {body.id: body for body in bodies}
    names = {body.id: (folded(body.name), body.id) for body in bodies}
    paths = {body.id: [above for above in body.lineage if above in by_id] for body in bodies}
    ordered = sorted(bodies, key=lambda body: [names[above] for above in paths[body.id]])
    return [(len(paths[body.id]) - 1, body) for body in ordered]


def found_organisation(name: str, parent: Organisation | None = None, **values: Any) -> Organisation:
    """Make a body, a programme of its own without `parent`. Raises Invalid for an empty name or one taken there."""
    with about("name"):
        clean = clean_name(name)
    if parent is not None:
        # One after the other, so that a name pressed twice makes one body.
        db.session.execute(select(Organisation.id).where(Organisation.id == parent.id).with_for_update(key_share=True))
        siblings = db.session.scalars(select(Organisation.name).where(Organisation.parent_id == parent.id))
        if folded(clean) in {folded(sibling) for sibling in siblings}:
            raise Invalid(_("There is already an organisation of that name there."), field="name")
        values = {"time_zone": parent.time_zone, **values}
    body = Organisation(name=clean, parent_id=parent.id if parent else None, lineage=[], **values)
    db.session.add(body)
    db.session.flush()
    body.lineage = [*(parent.lineage if parent else []), body.id]
    return body
