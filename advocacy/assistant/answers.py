"""What a model answered, as suggestions fit to be shown: a few plain texts, short enough, with no link of its own."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from advocacy import counting
from advocacy.assistant.material import Limit, Material
from advocacy.assistant.models import Kind
from advocacy.assistant.plain_words import plain_words
from advocacy.assistant.prompts import VARIANTS

LONGEST_ANSWER: Final = 40_000
LONGEST_TEXT: Final = 5_000
_THOUGHTS: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_FENCE: Final = re.compile(r"^```[a-z]*\s*\n(.*?)\n?```$", re.DOTALL | re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!?…](?=\s|$)|\n")


class Unreadable(Exception):
    """The answer holds no text we asked for."""


def suggestions_in(answer: str, kind: Kind, material: Material) -> list[str]:
    """The suggestions of an answer: at most three, no two alike, none that is there already. Raises Unreadable."""
    wanted = VARIANTS if kind is Kind.WORDINGS else 1
    known = {_settled(one) for one in (material.text, *material.others)} - {""}
    found: list[str] = []
    for text in _texts(answer):
        fit = fitted(plain_words(text[:LONGEST_TEXT], material.source), material.limits)
        if re.search(r"\w", fit) and _settled(fit) not in known:
            known.add(_settled(fit))
            found.append(fit)
    if not found:
        raise Unreadable
    return found[:wanted]


def fitted(text: str, limits: Iterable[Limit]) -> str:
    """The text as it is where it fits all limits; else its first sentences, else its first words and an ellipsis."""
    rules = list(limits)
    if _fits(text, rules):
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    whole = _longest(text, [end for end in ends if end < len(text)], "", rules)
    if len(whole) * 2 >= len(text) or (whole and len(whole) > 60):
        return whole
    spaces = [found.start() for found in re.finditer(r"\s+", text)]
    return _longest(text, spaces, "…", rules) or whole


def _longest(text: str, ends: list[int], tail: str, limits: list[Limit]) -> str:
    """The longest beginning of the text that ends at one of these places and fits with its tail; empty if none."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if _fits(text[: ends[middle]].rstrip() + tail, limits):
            low = middle + 1
        else:
            high = middle
    while low and not _fits(text[: ends[low - 1]].rstrip() + tail, limits):
        low -= 1
    return text[: ends[low - 1]].rstrip(" ,;:\n") + tail if low else ""


def _fits(text: str, limits: list[Limit]) -> bool:
    return all(counting.count(one.rule, text) <= one.longest for one in limits)


def _texts(answer: str) -> list[str]:
    text = _THOUGHTS.sub("", answer[:LONGEST_ANSWER]).strip()
    if fenced := _FENCE.match(text):
        text = fenced[1]
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None
    texts = said.get("texts") if isinstance(said, dict) else said
    if not isinstance(texts, list):
        raise Unreadable
    return [one for one in texts[:10] if isinstance(one, str)]


def _settled(text: str) -> str:
    return " ".join(text.casefold().split())
