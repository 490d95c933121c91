"""Bytes from elsewhere into text, when servers say one charset and send another."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python also knows codecs that are no charsets of documents (punycode, utf-7, escapes), some with a quadratic cost.
_DOCUMENT_CODECS = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|ascii|cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|shift_jis\w*|euc_\w+|iso2022_jp\w*|gb\w+|big5\w*|tis-620"
)
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""", re.I
)


def decode_text(body: bytes, charset: str | None) -> str:
    """The text of a document, never failing: byte order mark, then UTF-8 if it is valid UTF-8, then the charset of
    the header, then the one declared inside, then Windows-1252. NUL and other control characters stay; lone
    surrogates never come out.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if body[:4] in (b"<\0?\0", b"<\0r\0", b"<\0!\0", b"<\0h\0"):
        return body.decode("utf-16-le", "replace")
    if body[:3] in (b"\0<\0",):
        return body.decode("utf-16-be", "replace")
    declared = _DECLARED.search(body[:4096])
    names = [_codec(charset), _codec(declared[1].decode("ascii", "replace")) if declared else None]
    stated = [name for name in names if name is not None]
    # Valid UTF-8 beyond ASCII is hardly ever anything else; only the seven-bit Japanese charset hides in ASCII.
    for name in [name for name in stated if name.startswith("iso2022")] + ["utf-8", *stated]:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode("cp1252", "replace")


def _codec(label: str | None) -> str | None:
    """The codec for a charset label, or None when it is unknown or no document's. Latin-1 means Windows-1252, as on
    the web.
    """
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return name if _DOCUMENT_CODECS.fullmatch(name) else None
