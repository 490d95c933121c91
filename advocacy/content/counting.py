"""How long a caption is on the networks it may go to, each by its own rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from advocacy import counting
from advocacy.content.captions import CaptionNetwork


@dataclass(frozen=True, slots=True)
class Tally:
    """How long a text is on a network, and how long it may be there."""

    network: CaptionNetwork
    length: int

    @property
    def over(self) -> int:
        """By how much it is too long; 0 where it fits."""
        return max(0, self.length - self.network.longest)


def tally(text: str, network: CaptionNetwork) -> Tally:
    """The length of `text` on `network`."""
    return Tally(network, counting.count(network.rule, text))


def tightest(text: str, networks: Iterable[CaptionNetwork]) -> Tally | None:
    """The network where `text` has the least room left; None where there is no network."""
    tallies = [tally(text, network) for network in networks]
    return min(tallies, key=lambda one: one.network.longest - one.length, default=None)
