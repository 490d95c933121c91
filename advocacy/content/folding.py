"""Words as they are looked for: without accents, capitals or marks of any kind."""

import re
import unicodedata
from typing import Final

_WORDS = re.compile(r"[^\W_]+")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})


def words_of(text: str) -> list[str]:
    """The words of a text, each folded: `L’Été, à Œuvrer` is l, ete, a, oeuvrer."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold().translate(_LETTERS)
    return _WORDS.findall(plain)


def folded(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(words_of(text))
