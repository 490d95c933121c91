"""Who reacts to what: the one table where slices that don't know each other are joined."""

from collections.abc import Callable
from typing import Any

from advocacy.events import listen
from advocacy.networks.events import AccountGone, AccountMended
from advocacy.recognition import service as recognition
from advocacy.sharing import service as sharing
from advocacy.sharing.events import SharePublished
from advocacy.tracking import service as tracking
from advocacy.tracking.events import ReadersCounted

JOINS: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
    (AccountMended, sharing.resume_waiting),
    (AccountGone, sharing.let_go),
    (SharePublished, tracking.plan_measurement),
    (SharePublished, recognition.award_share),
    (ReadersCounted, recognition.award_readers),
)


def connect() -> None:
    """Join every listener to its event."""
    for event, listener in JOINS:
        listen(event, listener)
