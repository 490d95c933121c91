"""Secrets at rest: Fernet with rotation. A sealed column holds ciphertext; what comes out refuses to be printed."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from config.settings import get_settings


class Secret:
    """A secret text that shows as *** wherever it is printed, logged or traced; `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class CannotOpen(Exception):
    """None of the keys opens this: it was sealed with a key that is gone, or was altered."""


@lru_cache(maxsize=4)
def _box(keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])


def _keys() -> str:
    return get_settings().seal_keys.get_secret_value()


def seal(secret: Secret) -> str:
    """Ciphertext of `secret` under the newest key."""
    return _box(_keys()).encrypt(secret.reveal().encode()).decode()


def unseal(sealed: str) -> Secret:
    """The secret in `sealed`, by any of the keys. Raises CannotOpen."""
    try:
        return Secret(_box(_keys()).decrypt(sealed.encode()).decode())
    except InvalidToken as error:
        raise CannotOpen from error


def reseal(sealed: str) -> str:
    """The same secret under the newest key. Raises CannotOpen."""
    try:
        return _box(_keys()).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


class Sealed(TypeDecorator[Secret]):
    """A column of unbounded text that holds a `Secret` sealed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Secret | None, dialect: Any) -> str | None:
        """Seal on the way in."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Secret | None:
        """Open on the way out."""
        return None if value is None else unseal(value)
