"""Pen names: how a person may play without being named, and without being taken for somebody else."""

from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.people.models import Organisation, Person
from advocacy.people.names import clean_line, folded

SHORTEST: Final = 3
LONGEST: Final = 24
_MARKS: Final = " -’'."
_LOCK: Final = 7_240_001


def clean_pen_name(written: str) -> str:
    """A pen name of 3 to 24 letters, digits, spaces, hyphens, apostrophes or full stops. Raises Invalid."""
    line = clean_line(written)
    if not SHORTEST <= len(line) <= LONGEST or len(folded(line)) < SHORTEST:
        raise Invalid(_("From %(least)d to %(most)d characters.", least=SHORTEST, most=LONGEST))
    if any(not char.isalnum() and char not in _MARKS for char in line):
        raise Invalid(_("Letters, digits, spaces and hyphens only."))
    return line


def take_pen_name(person: Person, written: str) -> str:
    """Give the person this pen name, if nobody in the programme bears it as a name or pen name. Raises Invalid."""
    alias = clean_pen_name(written)
    programme = person.organisation.root_id
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK, programme % (2**31 - 1))))
    borne = select(Person.name, Person.alias).join(Organisation, Organisation.id == Person.organisation_id)
    others = db.session.execute(borne.where(Organisation.lineage.contains([programme]), Person.id != person.id))
    wanted = folded(alias)
    if any(wanted in (folded(name), folded(taken or "")) for name, taken in others):
        raise Invalid(_("Somebody here already goes by that name."))
    if wanted == folded(person.name):
        raise Invalid(_("This is your own name: choose “my name” instead, or another pen name."))
    person.alias = alias
    return alias
