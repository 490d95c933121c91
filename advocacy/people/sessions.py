"""Signing in, and what ends a session."""

import re

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.people import guesses
from advocacy.people.models import Organisation, Person
from advocacy.people.names import about
from advocacy.people.passwords import check_password, hash_password, matches, needs_rehash

_AT_ONCE = (
    joinedload(Person.organisation, innerjoin=True).joinedload(Organisation.root, innerjoin=True),
    joinedload(Person.grants),
)
"""Who looks at a page is asked for once, with what nearly every page wants to know of them."""
_REMEMBERED = re.compile(r"([1-9][0-9]{0,17})\.([0-9]{1,9})", re.ASCII)


def find_session_person(value: str) -> Person | None:
    """The person a session cookie names as "<id>.<epoch>"; None once their sessions ended, or for anything else."""
    found = _REMEMBERED.fullmatch(value)
    if found is None:
        return None
    person = db.session.get(Person, int(found[1]), options=_AT_ONCE)
    return person if person and person.is_active and person.epoch == int(found[2]) else None


def find_by_email(email: str) -> Person | None:
    """Whoever has this e-mail address, in whatever letters it is written."""
    plain = email.strip().lower()
    if not plain.isascii() or "\0" in plain:
        return None
    return db.session.scalar(select(Person).where(func.lower(Person.email) == plain))


def sign_in(email: str, password: str, address: str) -> Person:
    """The person with this e-mail and password; `address` is where the visitor sits on the network.

    Raises Invalid with one sentence for whatever is wrong, and TooMany, saying when to come back.
    """
    plain = email.strip().lower()
    guesses.count_try(plain, address)
    person = find_by_email(plain)
    if not matches(person, password) or person is None or not person.is_active:
        raise Invalid(_("This e-mail address and password do not go together."))
    guesses.take_back(plain, address)
    if needs_rehash(person):
        person.password_hash = hash_password(password)
    note_sign_in(person)
    return person


def note_sign_in(person: Person) -> None:
    """The first sign-in makes an invited person one who joined."""
    person.joined_at = person.joined_at or utcnow()


def end_sessions(person: Person) -> None:
    """Void every session of the person, on every device, and every link mailed before."""
    # Counted by the database: two that end them at once must count two, or the second link mailed would stay open.
    db.session.execute(update(Person).where(Person.id == person.id).values(epoch=Person.epoch + 1))
    db.session.refresh(person, ["epoch"])


def choose_password(person: Person, password: str) -> None:
    """Give somebody who proved who they are a new password; ends their sessions. Raises Invalid for a weak one."""
    with about("password"):
        check_password(person, password)
    person.password_hash = hash_password(password)
    end_sessions(person)


def change_password(person: Person, current: str, new: str, address: str) -> None:
    """Change the password of somebody signed in, who gives the current one again. Raises Invalid or TooMany."""
    check_current(person, current, address)
    choose_password(person, new)


def check_current(person: Person, current: str, address: str) -> None:
    """Raises Invalid when `current` is not the person's password, TooMany after too many tries."""
    guesses.count_try(person.email.lower(), address)
    if not matches(person, current):
        raise Invalid(_("This is not your current password."), field="current")
    guesses.take_back(person.email.lower(), address)
