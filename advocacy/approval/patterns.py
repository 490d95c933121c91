"""Reading texts for words and regular expressions that others wrote, in bounded time."""

import unicodedata
from functools import lru_cache
from typing import Any, Final

import regex
from flask_babel import gettext as _

from advocacy.errors import Invalid

LONGEST_PATTERN: Final = 200
SECONDS: Final = 0.1
"""The longest that one pattern may take over one text."""
TRIAL_SECONDS: Final = 0.05
MOST_MATCHES: Final = 20
_LONG: Final = 4000


class TooSlow(Exception):
    """The pattern took too long over a text."""


def check_pattern(kind: str, pattern: str) -> None:
    """Raises Invalid for a pattern that can't be read, matches nothing at all, or takes too long over odd texts."""
    if not pattern.strip() or len(pattern) > LONGEST_PATTERN:
        raise Invalid(_("Write 1 to 200 characters."), field="pattern")
    try:
        compiled = _compiled(kind, pattern)
    except regex.error as error:
        raise Invalid(_("This expression can’t be read: %(why)s.", why=error.msg), field="pattern") from error
    try:
        if compiled.search("", timeout=TRIAL_SECONDS):
            raise Invalid(_("This expression matches even an empty text."), field="pattern")
        for text in _odd_texts(pattern):
            compiled.search(text, timeout=TRIAL_SECONDS)
    except TimeoutError as error:
        sentence = _("This expression takes far too long over some texts. Avoid repeats within repeats, as in (a+)+.")
        raise Invalid(sentence, field="pattern") from error


def matches(kind: str, pattern: str, text: str) -> list[str]:
    """The words of `text` that match, as they stand there, each once; accents and case aside for words. Raises
    TooSlow."""
    plain = unicodedata.normalize("NFC", text)
    read = _without_accents(plain) if kind == "words" else plain
    found: dict[str, None] = {}
    try:
        for match in _compiled(kind, pattern).finditer(read, timeout=SECONDS):
            if match.end() > match.start():
                found.setdefault(plain[match.start() : match.end()], None)
            if len(found) >= MOST_MATCHES:
                break
    except TimeoutError as error:
        raise TooSlow from error
    return list(found)


@lru_cache(maxsize=2000)
def _compiled(kind: str, pattern: str) -> Any:
    if kind == "regex":
        return regex.compile(pattern, regex.IGNORECASE)
    words = [regex.escape(word) for word in _without_accents(unicodedata.normalize("NFC", pattern)).split()]
    return regex.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", regex.IGNORECASE)


def _without_accents(text: str) -> str:
    """The text with each letter's accents gone, sign for sign: places stay."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text)


def _odd_texts(pattern: str) -> list[str]:
    """Texts that bring repeats within repeats to light: long runs of the pattern's own signs, with another end."""
    signs = [sign for sign in dict.fromkeys(pattern) if sign.isalnum() or sign in " .,-_@"][:8]
    runs = [*signs, "a", "0", " ", "a ", "ab", "a1", "aA", "é", "x.", "".join(signs) or "x"]
    return [run * (_LONG // len(run)) + end for run in runs for end in ("", "!", "\n\u0000")]
