"""Everything one running sandbox is made of, and how a request finds it."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from advocacy.networks.sandbox.clock import Clock
from advocacy.networks.sandbox.faults import Faults
from advocacy.networks.sandbox.options import Options
from advocacy.networks.sandbox.requestlog import RequestLog
from advocacy.networks.sandbox.state import Store


@dataclass
class Network:
    """One sandbox: its options, its time, its memory, its faults and what it was asked."""

    options: Options
    store: Store
    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    log: RequestLog = field(default_factory=RequestLog)


def here() -> Network:
    """The sandbox that serves the current request."""
    return cast(Network, current_app.extensions["sandbox"])
