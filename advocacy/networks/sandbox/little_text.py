"""A strict reader of the "little" text format: what a network shows of a commentary, and where it would cut it."""

import re
from dataclasses import dataclass

RESERVED = frozenset("\\|{}@[]()<>#*_~")
PIECE = r"(?:\\[\\|{}@\[\]()<>#*_~]|[^\\|{}@\[\]()<>#*_~\n])+"
MENTION = re.compile(rf"@\[({PIECE})\]\((urn:li:(?:organization|person):[A-Za-z0-9-]+)\)")
HASHTAG_TEMPLATE = re.compile(rf"\{{hashtag\|\\#\|({PIECE})\}}")
HASHTAG = re.compile(r"#((?:[^\W_]|\\_)+)")
ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Segment:
    """A stretch of the shown text; kind is text, hashtag or mention."""

    kind: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What is shown; cut is the place in the raw text of the first reserved character left unescaped, or None."""

    segments: tuple[Segment, ...]
    cut: int | None

    @property
    def text(self) -> str:
        """The shown text as one string."""
        return "".join(segment.text for segment in self.segments)


def read(raw: str) -> Reading:
    """Read a commentary. Never raises: a mistake cuts the text at its place, as the real network does."""
    segments: list[Segment] = []
    plain: list[str] = []
    place = 0
    while place < len(raw):
        if raw[place] not in RESERVED:
            plain.append(raw[place])
            place += 1
        elif raw[place] == "\\" and raw[place + 1 : place + 2] in RESERVED:
            plain.append(raw[place + 1])
            place += 2
        elif element := element_at(raw, place):
            segment, place = element
            segments += [Segment("text", "".join(plain)), segment]
            plain = []
        else:
            break
    segments.append(Segment("text", "".join(plain)))
    return Reading(tuple(segment for segment in segments if segment.text), place if place < len(raw) else None)


def element_at(raw: str, place: int) -> tuple[Segment, int] | None:
    """The mention or hashtag that starts at a place, with the place where it ends; None when there is none."""
    if found := MENTION.match(raw, place):
        return Segment("mention", ESCAPED.sub(r"\1", found[1])), found.end()
    if found := HASHTAG_TEMPLATE.match(raw, place) or HASHTAG.match(raw, place):
        return Segment("hashtag", "#" + ESCAPED.sub(r"\1", found[1])), found.end()
    return None
