"""The words of a page: what stands in its headings and paragraphs, without menus and footers."""

from typing import Final

from advocacy.addresses import FetchError
from advocacy.charsets import decode_text
from advocacy.markup import clean_line, tokens
from advocacy.sources.reading import get_fetcher

LONGEST: Final = 8_000
LONGEST_DOCUMENT: Final = 1_000_000
_ASIDE: Final = frozenset(("nav", "header", "footer", "aside", "form", "button", "select", "figcaption", "dialog"))
_SAID: Final = frozenset(("h1", "h2", "h3", "p", "li", "blockquote"))
_KINDS: Final = (None, "text/html", "application/xhtml+xml")


def read_page_words(link: str) -> str | None:
    """The words of the page at `link`, 8,000 characters at most; None where it can't be read. Asks the network."""
    try:
        fetched = get_fetcher().get(link, accept="text/html, application/xhtml+xml")
    except FetchError:
        return None
    if fetched.status != 200 or fetched.content_type not in _KINDS:
        return None
    return words_of(decode_text(fetched.body, fetched.charset)) or None


def words_of(document: str) -> str:
    """The headings and paragraphs of a page, one a line. Never raises on a broken document."""
    lines: list[str] = []
    line: list[str] = []
    aside = said = 0
    for token in tokens(document[:LONGEST_DOCUMENT]):
        if isinstance(token, str):
            if said and not aside:
                line.append(token)
        elif token.name in _ASIDE:
            aside = max(0, aside + (-1 if token.closing else 1))
        elif token.name in _SAID:
            said = 0 if token.closing else 1
            lines.append(clean_line("".join(line), LONGEST))
            line = []
        else:
            line.append(" " if line and token.name == "br" else "")
    lines.append(clean_line("".join(line), LONGEST))
    return "\n".join(filter(None, lines))[:LONGEST]
