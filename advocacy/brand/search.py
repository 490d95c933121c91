"""Words of pages for looking up: both languages, stems and plain words, accents ignored."""

import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column

from advocacy.brand.markdown import words_of
from advocacy.brand.models import BrandPage

DICTIONARIES: Final = ("simple", "french", "english")
LONGEST_SEARCH: Final = 200
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})


def folded(text: str) -> str:
    """Lower case without accents: what is compared. `Été` and `ete` are the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().translate(_LIGATURES)
    return "".join(char if char.isprintable() else " " for char in bare)


def words_to_find(page: BrandPage) -> ColumnElement[Any]:
    """The page's words as PostgreSQL looks them up; titles weigh more."""
    titles = folded(f"{page.title_fr} {page.title_en}")
    bodies = folded(f"{words_of(page.body_fr)} {words_of(page.body_en)}")
    parts = [func.setweight(func.to_tsvector(_named(each), titles), _named("A")) for each in DICTIONARIES]
    parts += [func.setweight(func.to_tsvector(_named(each), bodies), _named("B")) for each in DICTIONARIES]
    return _joined(parts)


def asked(words: str) -> ColumnElement[Any]:
    """What somebody typed as a question: all its words, by their stem in either language or as they are."""
    return _joined([func.plainto_tsquery(_named(each), folded(words)[:LONGEST_SEARCH]) for each in DICTIONARIES])


def _joined(parts: list[Any]) -> ColumnElement[Any]:
    whole: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        whole = whole.op("||")(part)
    return whole


def _named(name: str) -> ColumnElement[Any]:
    """A dictionary or a weight, which PostgreSQL wants written out; never anything that somebody typed."""
    return literal_column(f"'{name}'")
