"""Lists of feeds as other readers write and read them (OPML): XML without document types or entities."""

import re
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from advocacy.charsets import decode_text
from advocacy.markup import clean_line

LARGEST: Final = 1_000_000
MOST_FEEDS: Final = 500
_DEEPEST: Final = 100
_MOST_ELEMENTS: Final = 20_000
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class NotOpml(Exception):
    """The document is no list of feeds that Relais takes. `reason` is a machine word of `reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list: its address as it is written there, and its title (possibly empty)."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A source as it is written into a list."""

    title: str
    feed_url: str
    page_url: str


def read_opml(body: bytes) -> list[Outline]:
    """The feeds of a list in its order, at most MOST_FEEDS. Raises NotOpml, nothing else, for any bytes."""
    if len(body) > LARGEST:
        raise NotOpml("opml_too_large")
    text = _ILLEGAL.sub("", decode_text(body, None)).strip()
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.I):
        raise NotOpml("opml_entities")
    reading = _Reading()
    reading.take(text)
    if len(reading.outlines) > MOST_FEEDS:
        raise NotOpml("opml_too_many")
    if not reading.outlines:
        raise NotOpml("opml_empty")
    return reading.outlines


def write_opml(title: str, listed: list[Listed]) -> bytes:
    """A list of feeds that `read_opml` and other readers take."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = _ILLEGAL.sub("", title)
    body = ET.SubElement(root, "body")
    for one in listed:
        name = _ILLEGAL.sub("", one.title)
        attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": one.feed_url}
        ET.SubElement(body, "outline", {**attributes, **({"htmlUrl": one.page_url} if one.page_url else {})})
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


class _Reading:
    """One pass of the strict parser over a list."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self._depth = self._elements = 0

    def take(self, text: str) -> None:
        # The declaration may name the charset the document came in; what is parsed is UTF-8.
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        try:
            parser.Parse(text.encode(), True)  # noqa: FBT003 (a C function without keywords)
        except expat.ExpatError as error:
            raise NotOpml("opml_malformed") from error

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        if self._depth == 0 and name.lower() != "opml":
            raise NotOpml("opml_malformed")
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise NotOpml("opml_too_many")
        said = {key.lower(): value for key, value in attributes.items()}
        if name.lower() == "outline" and said.get("xmlurl", "").strip():
            title = said.get("title") or said.get("text") or ""
            self.outlines.append(Outline(said["xmlurl"].strip(), clean_line(title[:2000], 200)))

    def _end(self, _name: str) -> None:
        self._depth -= 1
