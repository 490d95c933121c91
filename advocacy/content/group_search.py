"""Groups of a programme by name, for who chooses a few of many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from advocacy.content.folding import words_of

FEW: Final = 12
"""Up to so many groups stand in a list; among more one searches."""
MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search has found, besides the groups that are chosen already."""

    chosen: list[tuple[int, str]]
    found: list[tuple[int, str]]
    more: int
    """How many others have such a name."""
    asked: bool
    """Whether there was anything to look for."""


def find_groups(named: Sequence[tuple[int, str]], chosen: Collection[int], words: str | None) -> Finding:
    """Those of `named` (id and name, in the order they are shown) whose name has a word that begins with each of
    `words`, whatever the accents; the chosen ones are kept apart.
    """
    taken, sought = frozenset(chosen), words_of(words or "")
    kept = [one for one in named if one[0] in taken]
    if not sought:
        return Finding(kept, [], 0, asked=False)
    found = [one for one in named if one[0] not in taken and _fits(one[1], sought)]
    return Finding(kept, found[:MOST_SHOWN], max(0, len(found) - MOST_SHOWN), asked=True)


def _fits(name: str, sought: list[str]) -> bool:
    parts = words_of(name)
    return all(any(part.startswith(word) for part in parts) for word in sought)
