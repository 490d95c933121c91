"""Passwords: long rather than odd, kept as argon2 hashes."""

import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from advocacy.errors import Invalid
from advocacy.people.models import Person
from advocacy.people.names import folded
from config.settings import get_settings

SHORTEST: Final = 12
LONGEST: Final = 256

# The commonest of those enough to pass, folded; repeated beginnings ("abcabcabcabc") are found without a list.
COMMONEST: Final = frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())


def hash_password(password: str) -> str:
    """The argon2id hash to keep of `password`."""
    return _hasher().hash(_written(password))


def matches(person: Person | None, password: str) -> bool:
    """Whether `password` is the person's. Takes as long for nobody as for anybody."""
    known = person.password_hash if person else None
    try:
        return _hasher().verify(known or _nobodys(_hasher()), _written(password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(person: Person) -> bool:
    """Whether the hash was made with older parameters than today's."""
    return person.password_hash is not None and _hasher().check_needs_rehash(person.password_hash)


def check_password(person: Person, password: str) -> None:
    """Raises Invalid with the reason when `password` is too easy to guess for `person`."""
    if len(password) < SHORTEST:
        raise Invalid(_("At least %(num)d characters: a few words in a row do well.", num=SHORTEST))
    if len(password) > LONGEST:
        raise Invalid(_("At most %(num)d characters.", num=LONGEST))
    plain = folded(password)
    about = {folded(person.name), folded(person.email), folded(person.email.partition("@")[0])}
    if plain in about:
        raise Invalid(_("Your own name or address is the first thing others would try."))
    if plain in COMMONEST or _repeats(password):
        raise Invalid(_("This is one of the first passwords others would try."))


def _written(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _repeats(password: str) -> bool:
    beginning = (password + password).find(password, 1)
    steps = {ord(later) - ord(char) for char, later in pairwise(password)}
    return beginning <= len(password) // 3 or steps in ({1}, {-1})


def _hasher() -> PasswordHasher:
    return hasher_of(get_settings().password_memory)


@lru_cache(maxsize=2)
def hasher_of(memory: int) -> PasswordHasher:
    """What hashes with so many KiB a password."""
    return PasswordHasher(memory_cost=memory)


@lru_cache(maxsize=2)
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")
