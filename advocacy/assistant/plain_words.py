"""Text that a model wrote, made harmless: no markup, nothing invisible, no address that was not in what it was given.

A page that was read for it may have talked it into anything; what it says is shown to a person, who may post it.
"""

import html
import re
import unicodedata
from typing import Final

_TAG: Final = re.compile(r"<\s*[/!?a-z][^<>]*>|<(?=\s*[/!?a-z])", re.IGNORECASE)
_LABELLED: Final = re.compile(r"!?\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)")
_MARKS: Final = re.compile(r"\*\*|__|`+|^[ \t]*(?:#{1,6}|>)[ \t]+", re.MULTILINE)
_DOT: Final = r"[.\u3002\uff0e\uff61]"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}:[/\\]{2}\S*|[/\\]{2}\S*|javascript:\S*|\b(?:data|mailto|tel):\S+"
    rf"|www{_DOT}\S*|[^\s@]{{1,64}}@[\w-]+{_DOT}\S+"
    rf"|(?<![\w@])(?:{_LABEL}{_DOT})+[^\W\d_]{{2,24}}(?:[/:?#]\S*|(?!\w))",
    re.IGNORECASE,
)
_NO_SPACE: Final = re.compile(rf"\w{_DOT}[^\W\d_]+|[\w-]+{_DOT}[A-ZÀ-Þ][^\W\d_A-Z]+")
_MENTION: Final = re.compile(r"@(?=\w)[\w.-]*\w")
_END: Final = ".,;:!?…'\"()[]{}«»“”‘’"
_EMPTY: Final = re.compile(r"\(\s*\)|\[\s*\]|<\s*>")
_QUOTES: Final = (('"', '"'), ("“", "”"), ("«", "»"))
_MOST_PASSES: Final = 20


def plain_words(text: str, source: str) -> str:
    """The text without tags, Markdown, hidden characters, and addresses or mentions that `source` has not; empty where
    nothing is left, or where it can't be made so.
    """
    known = addresses_in(source) | mentions_in(source)
    for _ in range(_MOST_PASSES):
        cleaner = _pass(text, known)
        if cleaner == text:
            return text
        text = cleaner
    return ""


def addresses_in(text: str) -> set[str]:
    """The web and mail addresses of a text, settled so that they can be compared."""
    return {_settled(found[0]) for found in _ADDRESS.finditer(text)} - {""}


def mentions_in(text: str) -> set[str]:
    """The @names of a text, in small letters."""
    return {found[0].casefold() for found in _MENTION.finditer(text)}


def _pass(text: str, known: set[str]) -> str:
    text = html.unescape(_seen(unicodedata.normalize("NFC", text)))
    text = _TAG.sub(" ", text)
    text = _LABELLED.sub(r"\1 \2", text)
    text = _MARKS.sub("", text)
    text = _ADDRESS.sub(lambda found: found[0] if _settled(found[0]) in known else _without(found[0]), text)
    text = _MENTION.sub(lambda found: found[0] if found[0].casefold() in known else found[0][1:], text)
    text = _EMPTY.sub(" ", text)
    text = re.sub(r"[ \t]+([.,])?", lambda found: found[1] or " ", text)
    text = re.sub(r" *\n *", "\n", text)
    return _unquoted(re.sub(r"\n{3,}", "\n\n", text).strip())


def _seen(text: str) -> str:
    """Without what cannot be seen; what joins the parts of an emoji, and no-break spaces, stay."""
    return "".join(
        "\n" if char in "\r\x85\u2028\u2029" else char
        for char in text.replace("\r\n", "\n")
        if char in "\n\t\r\x85\u2028\u2029\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _without(address: str) -> str:
    """The punctuation after an address that goes. Where only a space is missing after a full stop, it is put there."""
    if _NO_SPACE.fullmatch(address):
        return re.sub(rf"({_DOT})", r"\1 ", address)
    return " " + address[len(address.rstrip(_END)) :]


def _settled(address: str) -> str:
    plain = address.rstrip(_END).casefold()
    return re.sub(r"^https?://", "", plain).removeprefix("www.").rstrip("/")


def _unquoted(text: str) -> str:
    """A text that stands in quotes as a whole, without them."""
    for opening, closing in _QUOTES:
        inner = text[1:-1]
        if len(text) > 2 and text[0] == opening and text[-1] == closing and not set(inner) & {opening, closing}:
            return inner.strip()
    return text
