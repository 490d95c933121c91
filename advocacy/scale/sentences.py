"""What posts of the nation say, in French and English: some words in nearly all of them, some in very few."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from advocacy.scale.plan import Skewed
from advocacy.scale.vocabulary import WORDS

SELDOM: Final = 2000
"""One post in so many has a word of its own kind, to be looked for as a needle."""
TONGUES: Final[dict[str, dict[str, Any]]] = WORDS["tongues"]
"""Sentences by language; the first themes come up most."""
_THEMES: Final = {language: Skewed(len(tongue["themes"]), 0.8) for language, tongue in TONGUES.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a post."""

    title: str
    summary: str
    captions: list[str]


def say(language: str, place: str, rng: Random) -> Said:
    """Something to share about a place."""
    tongue = TONGUES[language]
    words = {
        "place": place,
        "theme": tongue["themes"][_THEMES[language].draw(rng)],
        "deed": tongue["deeds"][int(rng.random() * len(tongue["deeds"]))],
    }
    title = _one(tongue["titles"], rng).format(**words)
    summary = _one(tongue["summaries"], rng).format(**words)
    if rng.random() * SELDOM < 1:
        summary += f" ({tongue['rare']})"
    captions = [_one(tongue["captions"], rng).format(**words) for _ in range(1 + int(rng.random() * 3))]
    return Said(title[0].upper() + title[1:], summary, captions)


def _one(choices: list[str], rng: Random) -> str:
    return choices[int(rng.random() * len(choices))]
