"""The networks a suggested caption may be written for; None of them means for any.

Networks stand above content and are not known here: `advocacy/wiring.py` says who offers them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptionNetwork:
    """What an editor needs to know of a network: its name, its icon, how long a text may be there, and by which rule of
    `advocacy/counting.py`; the shapes (`crops.py`) of the picture beside a link and of one alone, and how many pixels
    across it shows it (0: unknown).
    """

    key: str
    label: str
    icon: str
    longest: int
    rule: str = "characters"
    card: str = "card"
    alone: str = "square"
    smallest: int = 0


_offers: list[Callable[[], Iterable[CaptionNetwork]]] = []


def offer_networks(offer: Callable[[], Iterable[CaptionNetwork]]) -> None:
    """Have `offer` say which networks there are, each time it is asked."""
    _offers[:] = [offer]


def caption_networks() -> dict[str, CaptionNetwork]:
    """The networks by their key, in the order they are shown."""
    return {network.key: network for offer in _offers for network in offer()}
