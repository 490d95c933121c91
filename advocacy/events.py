"""How a lower slice lets higher ones know, without knowing them. The joins stand in `advocacy/wiring.py`, in one table.

A listener runs in the announcer's transaction and only adds rows: no commit, no network. What can't be undone is
committed before it is announced.
"""

from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_listeners: dict[type[Any], list[Callable[[Any], None]]] = {}


def listen(event: type[E], listener: Callable[[E], None]) -> None:
    """Have `listener` called for each announced `event`; joining the same pair twice changes nothing."""
    listeners = _listeners.setdefault(event, [])
    if listener not in listeners:
        listeners.append(listener)


def announce(event: object) -> None:
    """Call every listener of the event's type, in the order they were joined; their errors are the announcer's."""
    for listener in _listeners.get(type(event), ()):
        listener(event)
