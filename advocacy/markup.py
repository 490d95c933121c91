"""HTML written by others into plain text, in one pass and in linear time.

Tree builders follow the standard's repair rules, whose cost is quadratic in nesting: 200 KB of `<div>` hold one for
a minute. What Relais wants of foreign HTML is its words and a few tags from its head, so it is read as a row of
tokens and no tree is built.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from advocacy.addresses import FetchRefused, read_address

_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|[="'])*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s/>="']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""")
_SILENT = frozenset(("script", "style", "template", "noscript", "iframe", "noembed", "noframes", "xmp"))
_TITLES = frozenset(("title", "textarea"))
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.I) for name in _SILENT | _TITLES}
# Tags that part no words; every other tag stands for a space.
_INLINE = re.compile(
    r"a|abbr|acronym|b|bd[io]|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|su[bp]|tt|u|var|wbr"
)
_LONGEST_ATTRIBUTES = 50_000

_TAGLIKE = re.compile(r"<(?=[a-zA-Z/!?])")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|[0-9]{3}))?(?:[-_.@].*)?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag. Attribute names are lower case, values decoded; the first of two equal names counts."""

    name: str
    closing: bool
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(source: str) -> Iterator[Tag | str]:
    """The tags and decoded texts of an HTML document in their order. Comments, scripts and styles are left out;
    never raises.
    """
    place = 0
    while (start := source.find("<", place)) >= 0:
        if start > place:
            yield html.unescape(source[place:start])
        match = _TAG.match(source, start)
        if match is None:
            place = _past_oddity(source, start)
            if place == start:
                yield "<"
                place += 1
            continue
        name = match[2].lower()
        place = match.end()
        yield Tag(name, bool(match[1]), {} if match[1] else _attributes(match[3]))
        if not match[1] and name in _ENDS:
            end = _ENDS[name].search(source, place)
            stop = end.start() if end else len(source)
            if name in _TITLES:
                yield html.unescape(source[place:stop])
            place = stop
    if place < len(source):
        yield html.unescape(source[place:])


def plain_text(source: str) -> str:
    """The words of an HTML fragment on one line: tags, scripts and comments gone, entities decoded, whitespace
    collapsed, invisible control characters removed. What still looks like a tag after decoding (markup escaped
    twice) goes as well: `<` never stands before a letter, `/`, `!` or `?`.
    """
    text = source
    for _ in range(3):
        text = _clean("".join(_words(text)))
        if not _TAGLIKE.search(text):
            return text
    return _clean(_TAGLIKE.sub("", text))


def clean_line(text: str, limit: int) -> str:
    """Plain text on one line, at most `limit` characters, cut on a word and ended by an ellipsis when it was longer."""
    line = _clean(text)
    if len(line) <= limit:
        return line
    cut = line[: max(limit - 1, 0)]
    if line[len(cut)] != " ":
        space = cut.rfind(" ")
        cut = cut[:space] if space > limit // 2 else _whole_signs(cut, line[len(cut)])
    return (cut.rstrip(" ,;:–—-") + "…")[:limit]


def safe_http_url(url: str) -> str | None:
    """An http or https address in its settled spelling, or None for anything else (`javascript:`, credentials,
    broken hosts).
    """
    try:
        return read_address(url).url
    except FetchRefused:
        return None


def language_tag(text: str) -> str | None:
    """A language as `fr`, `fr-CA` or `zh-Hant-TW` from the many spellings in documents (`FR_ca`, `en-us.utf8`), or
    None.
    """
    match = _LANGUAGE.fullmatch(text.strip()[:40])
    if match is None:
        return None
    language, script, region = match.groups()
    return "-".join(part for part in (language.lower(), (script or "").title(), (region or "").upper()) if part)


def _past_oddity(source: str, start: int) -> int:
    """Past a comment, a declaration or an unfinished tag at `start`; `start` itself when it is a mere less-than
    sign.
    """
    if source.startswith("<!--", start):
        end = source.find("-->", start + 2)
        return end + 3 if end >= 0 else len(source)
    following = source[start + 1 : start + 3]
    if following[:1] in ("!", "?") or (following[:1] == "/" and following[1:]):
        end = source.find(">", start)
        return end + 1 if end >= 0 else len(source)
    return len(source) if following[:1].isascii() and following[:1].isalpha() else start


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source[:_LONGEST_ATTRIBUTES]):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value))
    return found


def _words(source: str) -> Iterator[str]:
    for token in tokens(source):
        if isinstance(token, str):
            yield token
        elif not _INLINE.fullmatch(token.name):
            yield " "


def _clean(text: str) -> str:
    return _SPACES.sub(_one_space, _UNSEEN.sub("", text)).strip()


def _one_space(run: re.Match[str]) -> str:
    # French typography hangs on its no-break spaces: one alone stays.
    return run[0] if run[0] in ("\u00a0", "\u202f") else " "


def _whole_signs(cut: str, following: str) -> str:
    """Without the half of a sign at the end: an accent or a joined emoji is not cut from what it belongs to."""
    while cut and (unicodedata.combining(following) or following in "\u200d\ufe0f" or cut[-1] == "\u200d"):
        cut, following = cut[:-1], cut[-1]
    return cut
