"""The record as files to hand over: a table and a document."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from xml.sax.saxutils import escape

import reportlab
from flask_babel import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus.doctemplate import ActionFlowable

from advocacy.approval.record import Line
from advocacy.approval.snapshot import canonical
from advocacy.content.models import Post

_FONTS: Final = Path(reportlab.__file__).parent / "fonts"
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def acts() -> dict[str, str]:
    """What each entry says was done."""
    return {
        "submitted": _("Put forward for approval"),
        "approved": _("Approved"),
        "sent_back": _("Sent back"),
        "void": _("Changed after approval: asked anew"),
        "published": _("Published"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Expired"),
        "recalled": _("Recalled"),
    }


def safe_cell(value: object) -> str:
    """The value as a table program shows it: what it would take for a formula stands behind an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def write_csv(lines: Iterable[Line], file: IO[bytes]) -> None:
    """The record as a table, one entry a row, all moments in UTC. A table program tells by its first bytes that it is
    UTF-8."""
    told = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(told)
    names = "number", "at", "what", "who", "for", "version", "note", "title", "content", "previous", "digest"
    writer.writerow(names)
    for line in lines:
        entry = line.entry
        moment = entry.at.astimezone(UTC).isoformat(timespec="seconds")
        title = entry.content.get("title")
        row = (
            entry.number, moment, entry.what, line.who, line.instead_of, entry.version, entry.note, title,
            canonical(entry.content), entry.previous, entry.digest,
        )  # fmt: skip
        writer.writerow([safe_cell(value) for value in row])
    told.detach()


def write_pdf(post: Post, lines: Iterable[Line], language: str, file: IO[bytes]) -> None:
    """The record as a document in the reader's language, with the words that were approved wherever they changed."""
    styles = _styles()
    flow: list[Any] = [
        Paragraph(_shown(post.title or _("Untitled")), styles["title"]),
        Paragraph(_shown(_("Record of the post %(number)d", number=post.id)), styles["soft"]),
        Spacer(1, 12),
    ]
    flow.append(_More(flow, _entries(lines, styles)))
    document = SimpleDocTemplate(
        file, pagesize=A4, title=_shown_plain(post.title), author="Relais", lang=language, leftMargin=56, rightMargin=56
    )
    document.build(flow)


class _More(ActionFlowable):
    """Sets the next entries once the ones before stand on their page, so that few are held at a time."""

    def __init__(self, flow: list[Any], entries: Iterator[list[Any]]) -> None:
        super().__init__()
        self._flow, self._entries = flow, entries

    def apply(self, _document: Any) -> None:
        for entry in islice(self._entries, 20):
            self._flow.extend(entry)
        if self._flow:
            self._flow.append(self)


def _entries(lines: Iterable[Line], styles: dict[str, ParagraphStyle]) -> Iterator[list[Any]]:
    names = acts()
    said: tuple[int, Any] = (0, None)
    for line in lines:
        entry = line.entry
        same = said[0] if entry.content == said[1] else None
        yield _entry(line, names.get(entry.what, entry.what), styles, same)
        said = (same or entry.number, entry.content)


def _entry(line: Line, what: str, styles: dict[str, ParagraphStyle], same: int | None) -> list[Any]:
    """An entry; its words are not set again where they are those of the entry numbered `same`."""
    entry = line.entry
    who = line.who or (_("a rule") if entry.person_id is None else _("somebody who left"))
    if line.instead_of:
        who = _("%(name)s, for %(other)s", name=who, other=line.instead_of)
    moment = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    head = f"{entry.number}. {what}"
    said = _("%(who)s, %(moment)s, version %(version)d", who=who, moment=moment, version=entry.version)
    flow = [Paragraph(_shown(head), styles["head"]), Paragraph(_shown(said), styles["text"])]
    if entry.note:
        flow.append(Paragraph(_shown(entry.note), styles["text"]))
    if same is not None:
        flow.append(Paragraph(_shown(_("The words of entry %(number)d.", number=same)), styles["quote"]))
        return [*flow, Paragraph(entry.digest, styles["soft"]), Spacer(1, 8)]
    content = entry.content
    texts = [content.get("title"), content.get("summary"), content.get("link")]
    texts += [words for _network, _language, words in content.get("wordings", [])]
    flow += [Paragraph(_shown(str(text)), styles["quote"]) for text in texts if text]
    return [*flow, Paragraph(entry.digest, styles["soft"]), Spacer(1, 8)]


def _styles() -> dict[str, ParagraphStyle]:
    known = pdfmetrics.getRegisteredFontNames()
    for name, file in (("Vera", "Vera.ttf"), ("VeraBd", "VeraBd.ttf")):
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / file)))
    text = ParagraphStyle("text", fontName="Vera", fontSize=9, leading=13, wordWrap="CJK")
    return {
        "text": text,
        "title": ParagraphStyle("title", text, fontName="VeraBd", fontSize=15, leading=20),
        "head": ParagraphStyle("head", text, fontName="VeraBd", spaceBefore=6),
        "quote": ParagraphStyle("quote", text, leftIndent=14),
        "soft": ParagraphStyle("soft", text, fontSize=7, leading=10),
    }


def _shown_plain(text: str) -> str:
    """The text in signs that the font has: narrow spaces as spaces, the rest (emoji) as a question mark."""
    _styles()
    has = pdfmetrics.getFont("Vera").face.charToGlyph
    spaced = text.replace("\u202f", "\u00a0").replace("\u2009", " ").replace("\n", " / ")
    return "".join(sign if ord(sign) in has else "?" for sign in spaced)


def _shown(text: str) -> str:
    return escape(_shown_plain(text))
