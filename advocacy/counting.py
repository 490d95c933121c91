"""How long a text is, by the rule of the network it goes to. static/relais.js counts the same way while one types.

The rules have names of their own: which network follows which is said by its adapter.
"""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import regex

LINK_LENGTH: Final = 23

# What a person means by a link: punctuation after it, or a bracket around it, is not part of it.
_END = r".,;:!?'\"()\[\]{}«»“”‘’…"
_LINK = regex.compile(rf"https?://[^\p{{White_Space}}]*[^\p{{White_Space}}{_END}]", regex.IGNORECASE)
_FAR_MENTION = regex.compile(
    r"(?<![\p{L}\p{N}_/])@([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)@[\p{L}\p{N}.-]*[\p{L}\p{N}]", regex.IGNORECASE
)
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3")
# A # that begins a word stays, so that it becomes a hashtag; the # of C#, of #1 and of an address does not begin one.
LITTLE_TEXT_PIECE: Final = regex.compile(
    r"(?P<hashtag>(?<![^\p{White_Space}(\[{«“‘\"'])#(?=[\p{L}\p{N}]*\p{L}))|(?P<reserved>[\\|{}@\[\]()<>#*_~])"
)
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of counting, and the most that is usual where it applies; a network's own limit comes first."""

    count: Callable[[str], int]
    usual_limit: int


def characters(text: str) -> int:
    """Unicode characters, as they are."""
    return len(text)


def graphemes(text: str) -> int:
    """Characters as a person sees them: a letter with its accents, an emoji with all it is joined from."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def graphemes_and_bytes(text: str) -> int:
    """Graphemes, or a tenth of the bytes when that is more: where the one limit is ten times the other."""
    return max(graphemes(text), math.ceil(len(text.encode("utf-8", "replace")) / 10))


def graphemes_with_short_links(text: str) -> int:
    """Graphemes, where every link counts as 23 and @somebody@elsewhere as @somebody."""
    return graphemes(_FAR_MENTION.sub(r"@\1", _LINK.sub("x" * LINK_LENGTH, text)))


def little_text(text: str) -> int:
    """Characters, and one more for each reserved one, which goes out with a backslash."""
    return len(text) + sum(1 for found in LITTLE_TEXT_PIECE.finditer(text) if found["reserved"])


def weighted(text: str) -> int:
    """Composed characters: 1 for Latin and its neighbours, 2 for others, 2 for any emoji, 23 for a link."""
    plain = _LINK.sub("x" * LINK_LENGTH, unicodedata.normalize("NFC", text))
    return sum(_weight(cluster) for cluster in _CLUSTER.findall(plain))


def _weight(cluster: str) -> int:
    if _EMOJI.search(cluster):
        return 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in cluster)


RULES: Final[dict[str, Rule]] = {
    "characters": Rule(characters, 500),
    "graphemes": Rule(graphemes, 300),
    "graphemes-bytes": Rule(graphemes_and_bytes, 300),
    "graphemes-link23": Rule(graphemes_with_short_links, 500),
    "little-text": Rule(little_text, 3000),
    "weighted": Rule(weighted, 280),
}


def count(rule: str, text: str) -> int:
    """How long `text` is by the rule of that name; by plain characters where the name is unknown."""
    return RULES.get(rule, RULES["characters"]).count(text)
