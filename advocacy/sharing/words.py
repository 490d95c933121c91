"""A person's words: how alike they are to a suggestion, and how they look once what the programme adds is added."""

import unicodedata
from collections.abc import Iterable


def likeness(one: str, other: str) -> int:
    """Per cent of common trigrams, 0 to 100, accents and punctuation aside (the page counts the same way)."""
    left, right = _trigrams(one), _trigrams(other)
    if not left or not right:
        return 0
    return round(100 * len(left & right) / max(len(left), len(right)))


def nearest(text: str, wordings: Iterable[tuple[int, str]]) -> tuple[int | None, int]:
    """Id of the wording that `text` is most alike to, and by how many per cent; (None, 0) where there is none."""
    best: tuple[int | None, int] = (None, 0)
    for wording_id, wording in wordings:
        alike = likeness(text, wording)
        if best[0] is None or alike > best[1]:
            best = (wording_id, alike)
    return best


def with_disclosure(text: str, disclosure: str | None) -> str:
    """The text as it goes out: ending with what is asked for, unless the person wrote it themselves."""
    if not disclosure:
        return text
    wanted, said = disclosure.casefold(), text.casefold()
    there = wanted in said if " " in wanted else wanted in {word.strip(".,;:!?…") for word in said.split()}
    if there:
        return text
    return f"{text.rstrip()}\n\n{disclosure}" if text.strip() else disclosure


def _trigrams(text: str) -> set[str]:
    plain = unicodedata.normalize("NFD", text.lower())
    letters = "".join(char for char in plain if "a" <= char <= "z" or "0" <= char <= "9" or char == " ")
    return {letters[i : i + 3] for i in range(len(letters) - 2)}
