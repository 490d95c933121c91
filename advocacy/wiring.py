"""Who reacts to what: the one table where slices that don't know each other are joined."""

from collections.abc import Callable
from typing import Any

from advocacy.content import captions
from advocacy.content.captions import CaptionNetwork
from advocacy.events import listen
from advocacy.networks import registry
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
    """Join every listener to its event, and tell content which networks captions may be for."""
    for event, listener in JOINS:
        listen(event, listener)
    captions.offer_networks(_caption_networks)


def _caption_networks() -> list[CaptionNetwork]:
    known = [adapter.capabilities for adapter in registry.offered()]
    return [CaptionNetwork(one.name, one.label, one.icon, one.max_length) for one in known]
