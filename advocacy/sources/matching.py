"""Whether a new item meets a rule's conditions. Nothing of the database is asked here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from advocacy.content.folding import folded


class Conditions(Protocol):
    """What a rule asks for; what it leaves empty is met by everything."""

    @property
    def source_id(self) -> int | None: ...  # noqa: D102
    @property
    def language(self) -> str | None: ...  # noqa: D102
    @property
    def keywords(self) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of an item is looked at."""

    source_id: int | None
    language: str | None
    title: str
    summary: str


def words_found(keywords: Iterable[str], text: str) -> list[str]:
    """Those of the keywords that stand in the text as whole words, accents and capitals set aside."""
    words = f" {folded(text)} "
    return [keyword for keyword in keywords if f" {_looked_for(keyword)} " in words]


def match(rule: Conditions, candidate: Candidate) -> list[str] | None:
    """The keywords that were found (none are, where none are asked for); None when a condition is not met."""
    if rule.source_id is not None and rule.source_id != candidate.source_id:
        return None
    if rule.language is not None and (candidate.language or "").partition("-")[0].lower() != rule.language:
        return None
    found = words_found(rule.keywords, f"{candidate.title}\n{candidate.summary}")
    return found if found or not rule.keywords else None


@lru_cache(maxsize=2000)
def _looked_for(keyword: str) -> str:
    return folded(keyword)
