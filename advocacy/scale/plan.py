"""What is to be made: how much of everything, as of when, from which seed."""

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, islice, pairwise
from typing import Final, TypeVar

T = TypeVar("T")
YEARS: Final = 3
"""How far back the history goes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of a nation. Everything else follows from `seed` and `now`: the same plan makes the same rows."""

    people: int
    organisations: int
    groups: int
    posts: int
    shares: int
    clicks: int
    seed: int
    now: datetime

    def rng(self, of: str) -> random.Random:
        """Chance for one part of the nation, whatever the others drew."""
        return random.Random(f"{self.seed} {of}")  # noqa: S311


class Skewed:
    """Draws from a sequence as life does: the first often, the last seldom (Zipf)."""

    def __init__(self, count: int, slope: float = 1.0) -> None:
        """Prepare to draw places 0 … count - 1."""
        self._sums = list(accumulate((place + 1) ** -slope for place in range(count)))

    def draw(self, rng: random.Random) -> int:
        """A place."""
        return min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._sums) - 1)


def parted(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts, near the weights; the parts add up to it."""
    sums = [0.0, *accumulate(weights)]
    marks = [round(total * reached / sums[-1]) for reached in sums]
    return [after - before for before, after in pairwise(marks)]


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
