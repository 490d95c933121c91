"""XML of feeds made harmless and whole before the feed parser sees it.

The parser's fallback for broken XML costs quadratic time on hostile input, so it must never be needed: undeclared
prefixes and HTML entities are mended, and what breaks further on is cut off after the last whole item.
"""

import html
import re
from html.entities import html5
from typing import Any
from xml.parsers import expat

from advocacy.sources.entries import MOST_ENTRIES, NotAFeed

_MOST_ELEMENTS = 150_000
_MOST_ATTRIBUTES = 64
_DEEPEST = 200

_ENTITY = re.compile(r"<!ENTITY", re.I)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});)?")
_OWN_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ROOT = re.compile(
    r"(?:\s|<!--.*?-->|<\?[^>]*+>|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\])?+[^>]*+>)*+"
    r"<((?:[A-Za-z][\w.-]*:)?(?:rss|feed|RDF))(?=[\s>])",
    re.S | re.I,
)
_PREFIX = re.compile(r"[<\s]([A-Za-z][\w.-]*):[A-Za-z]")
_DECLARED_PREFIX = re.compile(r"xmlns:([A-Za-z][\w.-]*)\s*=")
_KNOWN_PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}


def whole_xml(text: str) -> bytes:
    """A feed document as well-formed UTF-8 without a document type, cut after its 500th item or its last whole one.
    Raises `NotAFeed`: `entities` for documents that declare any, `not_a_feed` for another root, `malformed` when
    nothing is left.
    """
    text = _ILLEGAL.sub("", text)
    root = _ROOT.match(text)
    # Only what stands before the root can declare anything, and it is not handed on.
    if _ENTITY.search(text, 0, root.start(1) if root else len(text)):
        raise NotAFeed("entities")
    if root is None:
        raise NotAFeed("not_a_feed")
    text = _with_prefixes(_AMPERSAND.sub(_mended, text[root.start(1) - 1 :]), len(root[1]) + 1)
    return _Reading(text.encode()).whole()


def _mended(ampersand: re.Match[str]) -> str:
    name = ampersand[1]
    if name is None:
        return "&amp;"
    if name in _OWN_ENTITIES:
        return ampersand[0]
    if name.startswith("#"):
        # A number that XML forbids (a control sign, a surrogate) would end the document.
        sign = html.unescape(ampersand[0])
        return "" if sign == "\ufffd" or _ILLEGAL.search(sign) else ampersand[0] if sign in "<>&\"'" else sign
    return html5.get(name + ";", "&amp;" + ampersand[0][1:])


def _with_prefixes(text: str, after_name: int) -> str:
    missing = set(_PREFIX.findall(text)) - set(_DECLARED_PREFIX.findall(text)) - {"xml", "xmlns"}
    used = sorted(missing & _KNOWN_PREFIXES.keys())
    declared = "".join(f' xmlns:{prefix}="{_KNOWN_PREFIXES[prefix]}"' for prefix in used)
    return text[:after_name] + declared + text[after_name:]


class _Enough(Exception):
    """The reading stops here; what was read so far stands."""


class _Reading:
    """One pass of the strict parser over a document, noting where its items end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[str] = []
        self._elements = 0
        self._items = 0
        self._cut = 0
        self._still_open: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.namespace_prefixes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def whole(self) -> bytes:
        """The document, or its part up to the last whole item with the open elements closed."""
        try:
            self._parser.Parse(self._data, True)  # noqa: FBT003 (a C function without keywords)
        except (expat.ExpatError, _Enough) as stop:
            if not self._cut:
                raise NotAFeed("malformed") from stop
        else:
            return self._data
        return self._data[: self._cut] + "".join(f"</{name}>" for name in reversed(self._still_open)).encode()

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(attributes) > _MOST_ATTRIBUTES or len(self._open) >= _DEEPEST:
            raise _Enough
        self._open.append(_qualified(name))

    def _end(self, name: str) -> None:
        closed = self._open.pop()
        if closed.rpartition(":")[2] not in ("item", "entry"):
            return
        self._items += 1
        self._cut = self._data.index(b">", self._parser.CurrentByteIndex) + 1
        self._still_open = list(self._open)
        if self._items >= MOST_ENTRIES:
            raise _Enough


def _qualified(name: str) -> str:
    """The name as the document has it, where the parser gives `namespace local prefix` or less."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) > 2 else parts[-1]
