"""Questions to a network's public API, whose answers are JSON of any shape."""

import json
from datetime import timedelta
from typing import Any, Final

from advocacy.addresses import FetchError
from advocacy.fetching import Fetcher
from advocacy.sources.reading import refusal

_MEMBERS_ONLY: Final = ("http_401", "http_403")


class Unanswered(Exception):
    """No usable answer came. `reason` is a machine word of `reasons`, `retry_after` how long we are asked to wait."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


def ask(fetcher: Fetcher, url: str) -> Any:
    """The JSON at `url`. Raises Unanswered; a network that answers its own members only says `members_only`."""
    try:
        fetched = fetcher.get(url, accept="application/json")
    except FetchError as error:
        raise Unanswered(error.reason) from error
    if (refused := refusal(fetched)) is not None:
        reason, retry_after = refused
        raise Unanswered("members_only" if reason in _MEMBERS_ONLY else reason, retry_after)
    try:
        return json.loads(fetched.body)
    except (ValueError, RecursionError) as error:
        raise Unanswered("bad_response") from error


def text_of(holder: Any, name: str) -> str:
    """The text of that name, empty when there is none or the holder is of another kind."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value.replace("\x00", "") if isinstance(value, str) else ""


def part_of(holder: Any, name: str) -> dict[str, Any]:
    """The object of that name, else an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def list_of(holder: Any, name: str) -> list[Any]:
    """The list of that name, else an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []
