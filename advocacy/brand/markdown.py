"""Markdown of editors into HTML that is safe to show: no HTML of their own, headings below the page's title, links that
say nothing of us, pictures of this instance only.

Two walls: the parser lets no HTML through and no address it does not know, and what comes out is cleaned once more.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from advocacy.markup import plain_text

LOWEST_HEADING: Final = 6
_OURS = re.compile(r"/media/[0-9a-f]{40}")
_TAGS: Final = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s",
    "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "th": {"scope"},
    "table": {"class"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_LINK = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)[^\s\\]*", re.I)


def render(source: str) -> Markup:
    """The HTML of a page's body. Never raises for any text."""
    tokens = _PARSER.parse(source.replace("\x00", ""))
    _lower_headings(tokens)
    _walk(tokens)
    written = _PARSER.renderer.render(tokens, _PARSER.options, {})
    cleaned = nh3.clean(
        str(written),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_attribute,
    )
    return Markup(cleaned)  # noqa: S704 (cleaned just above)


def words_of(source: str) -> str:
    """The words of a body on one line, without marks."""
    return plain_text(str(render(source)))


def _lower_headings(tokens: Sequence[Token]) -> None:
    """The page's title is the only h1; no level is skipped on the way down, whatever was typed."""
    before = 1
    for token in tokens:
        if token.type == "heading_open":
            before = min(int(token.tag[1]) + 1, before + 1, LOWEST_HEADING)
            token.tag = f"h{before}"
        elif token.type == "heading_close":
            token.tag = f"h{before}"


def _walk(tokens: Sequence[Token]) -> None:
    """Pictures from elsewhere become their description; tables and code can be scrolled by keyboard."""
    for token in tokens:
        if token.type == "image":
            _take_picture(token)
        elif token.type in ("fence", "code_block"):
            token.info = ""
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        if token.children:
            _walk(token.children)


def _take_picture(token: Token) -> None:
    if _OURS.fullmatch(str(token.attrGet("src") or "")):
        token.attrSet("loading", "lazy")
        return
    token.type, token.tag, token.content = "text", "", token.content
    token.attrs, token.children = {}, None


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OURS.fullmatch(value) else None
    if tag == "a" and name == "href":
        return value if _LINK.fullmatch(value) else None
    if name == "class":
        return value if (tag, value) in {("div", "scroll-x"), ("table", "table")} else None
    return value


def _table_open(*_arguments: Any) -> str:
    return '<div class="scroll-x" tabindex="0"><table class="table">'


def _table_close(*_arguments: Any) -> str:
    return "</table></div>"


def _code(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return str(Markup('<pre tabindex="0"><code>{}</code></pre>').format(tokens[index].content))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 40}).enable(["table", "strikethrough"])
    rules = {"table_open": _table_open, "table_close": _table_close, "fence": _code, "code_block": _code}
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


_PARSER: Final = _parser()
