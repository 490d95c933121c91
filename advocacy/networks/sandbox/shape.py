"""Strict readers for the parts of a JSON body: each raises the Refusal that names the field."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from advocacy.networks.sandbox.errors import wrong_input


def fields(value: Any, path: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """The value as an object that has every required field and none beyond the optional ones."""
    if not isinstance(value, dict):
        raise wrong_input(path or "/", "INVALID_VALUE_FOR_FIELD", "must be an object")
    allowed = {*required, *optional}
    for name in value:
        if name not in allowed:
            raise wrong_input(below(path, name), "UNPERMITTED_FIELD", "unrecognized field found but not allowed")
    for name in required:
        if value.get(name) is None:
            raise wrong_input(below(path, name), "MISSING_FIELD", "field is required but not found")
    return value


def text(value: Any, path: str, longest: int | None = None, empty: bool = False) -> str:
    """The value as a string, at most so many characters long."""
    if not isinstance(value, str) or not (value or empty):
        raise wrong_input(path, "INVALID_VALUE_FOR_FIELD", "must be a string" + ("" if empty else " that is not empty"))
    if longest is not None and len(value) > longest:
        raise wrong_input(path, "FIELD_LENGTH_TOO_LONG", f"has {len(value)} characters, the maximum is {longest}")
    return value


def one_of(value: Any, path: str, allowed: Iterable[str]) -> str:
    """The value as one of a closed set."""
    if not isinstance(value, str) or value not in allowed:
        raise wrong_input(path, "INVALID_VALUE_FOR_FIELD", f"must be one of {', '.join(allowed)}")
    return value


def boolean(value: Any, path: str) -> bool:
    """The value as true or false, not 1 or "true"."""
    if not isinstance(value, bool):
        raise wrong_input(path, "INVALID_VALUE_FOR_FIELD", "must be true or false")
    return value


def empty_list(value: Any, path: str) -> None:
    """The value must be an empty array."""
    if value != []:
        raise wrong_input(path, "INVALID_VALUE_FOR_FIELD", "must be an empty array for an organic post")


def address(value: Any, path: str) -> str:
    """The value as an absolute http or https address."""
    found = text(value, path, longest=8192)
    try:
        parts = urlsplit(found)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", found):
        raise wrong_input(path, "INVALID_VALUE_FOR_FIELD", "must be an absolute http or https URL")
    return found


def urn(value: Any, path: str, kinds: Iterable[str]) -> str:
    """The value as a URN of one of these kinds. Raises INVALID_URN_TYPE for another kind, INVALID_URN_ID otherwise."""
    found = re.fullmatch(r"urn:li:([A-Za-z]+):([A-Za-z0-9_-]+)", value, re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise wrong_input(path, "INVALID_URN_ID", "is not a valid URN")
    if found[1] not in kinds:
        raise wrong_input(path, "INVALID_URN_TYPE", f"must be a URN of type {' or '.join(kinds)}")
    return str(found[0])


def kind_of(value: Any) -> str | None:
    """The kind that a URN says it is of, sound or not; None for anything else."""
    found = re.match(r"urn:li:([A-Za-z]+):", value, re.ASCII) if isinstance(value, str) else None
    return found[1] if found else None


def below(path: str, name: str) -> str:
    """The path of a field inside another."""
    return f"{path}/{name}" if path else name
