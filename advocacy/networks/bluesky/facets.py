"""What in a text is a link, a mention or a hashtag: the network detects nothing, it is told, in UTF-8 bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from advocacy.counting import graphemes
from advocacy.networks.bluesky.names import HANDLE

LONGEST_TAG = 64
_CLOSING = r".,;:!?'\"()\[\]{}«»“”‘’…"
_LINK = regex.compile(rf"https?://[^\p{{White_Space}}<>]*[^\p{{White_Space}}<>{_CLOSING}]", regex.IGNORECASE)
_MENTION = regex.compile(rf"(?<![^\p{{White_Space}}(\[«“\"])@(?P<handle>{HANDLE})(?![\w@/-])", regex.IGNORECASE)
_TAG = regex.compile(r"(?<![^\p{White_Space}(\[«“\"])[#＃](?P<tag>(?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+)")


@dataclass(frozen=True)
class Piece:
    """A piece of a text, by characters, and what it is."""

    start: int
    end: int
    kind: str
    """link, mention or tag."""
    value: str


def pieces(text: str) -> list[Piece]:
    """What the text holds, in order, nothing inside another: a # or @ in an address belongs to the address."""
    found: list[Piece] = []
    for piece in sorted(_pieces(text), key=lambda each: (each.start, -each.end)):
        if not found or piece.start >= found[-1].end:
            found.append(piece)
    return found


def mentioned(text: str) -> list[str]:
    """The handles that the text speaks to, each once, in small letters."""
    return list(dict.fromkeys(piece.value for piece in pieces(text) if piece.kind == "mention"))


def facets_of(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a text; `dids` says who the handles are, and one that it does not know stays plain text."""
    facets = []
    for piece in pieces(text):
        feature = _feature(piece, dids)
        if feature is not None:
            start = len(text[: piece.start].encode())
            index = {"byteStart": start, "byteEnd": start + len(text[piece.start : piece.end].encode())}
            facets.append({"index": index, "features": [feature]})
    return facets


def _pieces(text: str) -> Iterator[Piece]:
    for found in _LINK.finditer(text):
        yield Piece(found.start(), found.end(), "link", found[0])
    for found in _MENTION.finditer(text):
        yield Piece(found.start(), found.end(), "mention", found["handle"].lower())
    for found in _TAG.finditer(text):
        if graphemes(found["tag"]) <= LONGEST_TAG and len(found["tag"].encode()) <= LONGEST_TAG * 10:
            yield Piece(found.start(), found.end(), "tag", found["tag"])


def _feature(piece: Piece, dids: Mapping[str, str]) -> dict[str, str] | None:
    match piece.kind:
        case "link":
            return {"$type": "app.bsky.richtext.facet#link", "uri": piece.value}
        case "tag":
            return {"$type": "app.bsky.richtext.facet#tag", "tag": piece.value}
    did = dids.get(piece.value)
    return {"$type": "app.bsky.richtext.facet#mention", "did": did} if did else None
