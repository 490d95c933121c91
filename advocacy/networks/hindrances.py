"""What stands between Relais and a network now: it is down, it asked for nothing more, or there is no money for it."""

from dataclasses import dataclass
from datetime import datetime

from redis.exceptions import RedisError

from advocacy.errors import NotFound, Unavailable
from advocacy.networks import circuits, pacing, registry, spending
from advocacy.networks.base import Capabilities

DOWN, CLOSED, UNPAID = "down", "closed", "unpaid"


@dataclass(frozen=True)
class Hindrance:
    """One of them. `until`: when one share tries (down), or when everything may go (closed); None: not known."""

    kind: str
    place: str
    network: Capabilities
    host: str
    until: datetime | None = None
    since: datetime | None = None
    failures: int = 0


def hindrances(now: datetime) -> list[Hindrance] | None:
    """All of them, by network; None where Redis, which knows them, does not answer."""
    known = {adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()}
    try:
        down = {circuit.place: circuit for circuit in circuits.circuits()}
    except RedisError:
        return None
    found = [
        Hindrance(DOWN, place, known[network], host, one.until, one.since, one.failures)
        for place, one in down.items()
        for network, _, host in [place.partition("|")]
        if network in known
    ]
    found += [
        Hindrance(CLOSED, place, known[network], host, until)
        for place, until in pacing.closed(now).items()
        for network, _, host in [place.partition("|")]
        if network in known
    ]
    unpaid = spending.exhausted_among(known.values(), now)
    found += [Hindrance(UNPAID, pacing.place_of(name, ""), known[name], "") for name in sorted(unpaid)]
    return sorted(found, key=lambda one: (one.network.label, one.host, one.kind))


def lift(place: str) -> None:
    """Have the place tried at once, because the operator says so. Raises NotFound, Unavailable."""
    network, _, _host = place.partition("|")
    if registry.find_adapter(network) is None:
        raise NotFound
    try:
        pacing.open_again(place)
        circuits.close(place)
    except RedisError:
        raise Unavailable from None
