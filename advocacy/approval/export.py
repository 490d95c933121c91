"""The record as files to hand over: a table and a document."""

import csv
import io
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from flask_babel import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

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


def as_csv(lines: list[Line]) -> str:
    """The record as a table, one entry a row, all moments in UTC."""
    told = io.StringIO()
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
    return told.getvalue()


def as_pdf(post: Post, lines: list[Line], language: str) -> bytes:
    """The record as a document in the reader's language, with the words that were approved."""
    styles = _styles()
    flow: list[Any] = [
        Paragraph(_shown(post.title or _("Untitled")), styles["title"]),
        Paragraph(_shown(_("Record of the post %(number)d", number=post.id)), styles["soft"]),
        Spacer(1, 12),
    ]
    names = acts()
    for line in lines:
        flow += _entry(line, names.get(line.entry.what, line.entry.what), styles)
    told = io.BytesIO()
    document = SimpleDocTemplate(
        told, pagesize=A4, title=_shown_plain(post.title), author="Relais", lang=language, leftMargin=56, rightMargin=56
    )
    document.build(flow)
    return told.getvalue()


def _entry(line: Line, what: str, styles: dict[str, ParagraphStyle]) -> list[Any]:
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
