"""Four hundred feed documents, always the same ones: every dialect, whole and broken, in many charsets, with dates and
links of all kinds. Each says what is to be expected of it.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

SIZE = 400
WORDS = [
    "pont",
    "neuf",
    "été",
    "atelier",
    "relais",
    "énergie",
    "façade",
    "œuvre",
    "bridge",
    "solar",
    "wind",
    "crew",
    "naïve",
    "coûts",
    "雪",
    "Straße",
    "мост",
    "🌉",
]
DATES = [
    "Thu, 19 Nov 2026 09:02:00 GMT", "19 Nov 2026 09:02 EST", "2026-11-19T09:02:00Z", "2026-11-19T09:02:00.123+05:30",
    "2026-11-19", "Thu, 19 Nov 2026 25:61:00 GMT", "Sat, 01 Jan 0000 00:00:00 GMT", "9999-12-31T23:59:59Z",
    "0000-00-00T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday", "jeu., 19 nov. 2026", "20261119T090200", "-5", "",
    "Thu, 19 Nov 2026 09:02:60 GMT", "Mon, 30 Feb 2026 10:00:00 +0000", "2026-W47-4", "1763542920",
]  # fmt: skip
LINKS = [
    "https://news.example/{n}", "/articles/{n}", "article-{n}.html", "../up/{n}", "//cdn.example/{n}", "?id={n}",
    "HTTPS://News.Example:443/{n}?utm_source=rss", "https://news.example/é/{n} a", "https://xn--caf-dma.example/{n}",
    "http://[2606:4700::1111]/{n}",
]  # fmt: skip
DEAD_LINKS = [
    "",
    "javascript:alert({n})",
    "mailto:a@b.example",
    "http://",
    "https://a:b@c.example/{n}",
    "::::",
    "file:///{n}",
]
CHARSETS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "iso-8859-1",
    "windows-1252",
    "iso-8859-15",
    "koi8-r",
    "shift_jis",
]


@dataclass(frozen=True)
class Document:
    """Bytes as a site may serve them. `entries` is how many items must come out; None where any number may; `reason`
    is why it is no feed at all (`?` where any reason will do).
    """

    name: str
    body: bytes
    content_type: str | None = None
    charset: str | None = None
    entries: int | None = None
    reason: str | None = None


def documents() -> list[Document]:
    """The corpus."""
    chance = random.Random(20261123)
    makers: list[Callable[[random.Random, int], Document]] = [
        _whole, _whole, _whole, _charset, _dates, _links, _cut, _broken_markup, _noise, _no_feed, _damaged, _json, _odd_json,
    ]  # fmt: skip
    made = [*_large()]
    while len(made) < SIZE:
        number = len(made)
        made.append(makers[number % len(makers)](chance, number))
    return made


def _text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 8)))


def _dialect(kind: str, items: list[tuple[str, str, str]], title: str = "Nouvelles") -> str:
    """A document of (link, title, date)."""
    if kind == "atom":
        rows = "".join(
            f"<entry><id>urn:{n}:{escape(link)}</id><title type='html'>{escape(escape(name))}</title>"
            f"<link rel='alternate' href='{escape(link)}'/><updated>{date}</updated><summary>{escape(name)}</summary></entry>"
            for n, (link, name, date) in enumerate(items)
        )
        return f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><title>{title}</title>{rows}</feed>"
    rows = "".join(
        f"<item><title>{escape(name)}</title><link>{escape(link)}</link>{_date(kind, date)}"
        f"<description><![CDATA[<p>{name}</p><img src='/i.png'>]]></description></item>"
        for link, name, date in items
    )
    if kind == "rdf":
        return (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
            f" xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>{title}</title></channel>{rows}</rdf:RDF>"
        )
    version = {"rss20": "2.0", "rss091": "0.91", "rss092": "0.92", "media": "2.0"}[kind]
    return f"<rss version='{version}'><channel><title>{title}</title><language>fr</language>{rows}</channel></rss>"


def _date(kind: str, date: str) -> str:
    name = {"rdf": "dc:date", "media": "dc:date"}.get(kind, "pubDate")
    return f"<{name}>{date}</{name}>"


def _items(chance: random.Random, number: int, count: int) -> list[tuple[str, str, str]]:
    return [(f"https://news.example/{number}/{n}", _text(chance), DATES[0]) for n in range(count)]


KINDS = ("rss20", "rss091", "rss092", "media", "rdf", "atom")


def _whole(chance: random.Random, number: int) -> Document:
    kind, count = KINDS[number % len(KINDS)], chance.randint(0, 12)
    head = chance.choice(
        ["", "<?xml version='1.0'?>", "\n <!-- hello -->", "<?xml version='1.0'?><?xml-stylesheet href='x'?>"]
    )
    body = head + _dialect(kind, _items(chance, number, count))
    return Document(
        f"{number} whole {kind}", body.encode(), chance.choice([None, "text/xml", "text/html"]), entries=count
    )


def _charset(chance: random.Random, number: int) -> Document:
    """In its charset, which the document, the header, both or neither say, or say wrongly."""
    charset, count = CHARSETS[number // 13 % len(CHARSETS)], chance.randint(1, 6)
    said = chance.choice([charset, "utf-8", "iso-8859-1", "no-such-charset", ""])
    declared = f"<?xml version='1.0' encoding='{said}'?>" if said else ""
    text = declared + _dialect("rss20", _items(chance, number, count))
    header = chance.choice([None, charset, "utf-8", "x-nonsense"])
    # Sixteen bits without a mark of their order are known by what they begin with.
    return Document(f"{number} charset {charset}", text.encode(charset, "replace"), "text/xml", header, entries=count)


def _dates(chance: random.Random, number: int) -> Document:
    kind = KINDS[number % len(KINDS)]
    items = [(f"https://news.example/{number}/{n}", _text(chance), date) for n, date in enumerate(DATES)]
    return Document(f"{number} dates {kind}", _dialect(kind, items).encode(), "text/xml", entries=len(DATES))


def _links(chance: random.Random, number: int) -> Document:
    """Relative links are whole addresses afterwards; what is no web link is no item, unless its id is one."""
    good = chance.sample(LINKS, k=5)
    bad = chance.sample(DEAD_LINKS, k=3)
    items = [(link.format(n=number * 100 + n), _text(chance), DATES[2]) for n, link in enumerate([*good, *bad])]
    base = " xml:base='https://news.example/base/'" if number % 2 else ""
    text = _dialect("rss20", items).replace("<channel>", f"<channel{base}>")
    return Document(f"{number} links", text.encode(), "text/xml")


def _cut(chance: random.Random, number: int) -> Document:
    """Cut within its last item: what came whole stands."""
    kind, count = KINDS[number % len(KINDS)], chance.randint(2, 9)
    text = _dialect(kind, _items(chance, number, count))
    last = text.rindex("</entry>" if kind == "atom" else "</item>")
    return Document(
        f"{number} cut {kind}", text[: last - chance.randint(0, 20)].encode(), "text/xml", entries=count - 1
    )


def _broken_markup(chance: random.Random, number: int) -> Document:
    """What browsers forgive: bare ampersands, HTML entities, undeclared prefixes, control signs."""
    count = chance.randint(1, 6)
    text = _dialect("media", _items(chance, number, count))
    sin = chance.choice(
        ["R & D", "caf&eacute;", "&nbsp;&hellip;", "a\x0bb\x00c", "<media:thumbnail url='x'/>", "&#0;&#55555;"]
    )
    return Document(
        f"{number} sin {sin!a}", text.replace("<item>", f"<item>{sin}", 1).encode(), "text/xml", entries=count
    )


def _noise(chance: random.Random, number: int) -> Document:
    body = chance.randbytes(chance.randint(1, 4000))
    return Document(f"{number} noise", chance.choice([b"", b"<rss>", b"\xef\xbb\xbf", b"<?xml"]) + body, reason="?")


def _no_feed(chance: random.Random, number: int) -> Document:
    cases = [
        (b"", "empty"), (b"   \n\t ", "empty"), (b"<html><body>Hello</body></html>", "not_a_feed"), (b"%PDF-1.7 x", "not_a_feed"),
        (b"<!doctype html><title>x</title>", "not_a_feed"), (b"<svg/>", "not_a_feed"), (b"<opml version='2.0'/>", "not_a_feed"),
        (b"<rss><channel><item><title>never ends", "malformed"), (b"<rss", "not_a_feed"), (b"{}", "not_a_feed"), (b"[1,2", "malformed"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "entities"), (b"\x1f\x8b\x08\x00", "not_a_feed"), (b"\x89PNG\r\n", "not_a_feed"),
    ]  # fmt: skip
    body, reason = cases[number // 13 % len(cases)]
    return Document(f"{number} no feed", body, chance.choice([None, "text/xml", "text/html"]), reason=reason)


def _damaged(chance: random.Random, number: int) -> Document:
    """A whole document with bytes thrown over or taken out anywhere: anything may come of it but a crash."""
    body = bytearray(_dialect(KINDS[number % len(KINDS)], _items(chance, number, 6)).encode())
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(body))
        if chance.random() < 0.5:
            del body[place : place + chance.randint(1, 40)]
        else:
            body[place : place + 3] = chance.randbytes(3)
    return Document(f"{number} damaged", bytes(body), "text/xml")


def _json(chance: random.Random, number: int) -> Document:
    count = chance.randint(0, 9)
    items = [
        {"id": f"{number}-{n}", "url": f"https://news.example/{number}/{n}", "title": _text(chance), "content_html": "<p>x</p>",
         "date_published": chance.choice(DATES)}
        for n in range(count)
    ]  # fmt: skip
    said = {
        "version": f"https://jsonfeed.org/version/{chance.choice(['1', '1.1'])}",
        "title": "Nouvelles",
        "items": items,
    }
    return Document(f"{number} json", json.dumps(said).encode(), "application/feed+json", entries=count)


def _odd_json(chance: random.Random, number: int) -> Document:
    """Members of every wrong kind, and one item that is right."""
    odd = [None, 7, True, [], {}, "", "x" * 3000, {"a": [1]}, -1e300, "\ud800"]
    item = {
        name: chance.choice(odd) for name in ("id", "title", "summary", "image", "authors", "tags", "date_published")
    }
    items = [chance.choice(odd), {**item, "url": f"https://news.example/{number}"}]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": chance.choice(odd), "items": items}
    return Document(f"{number} odd json", json.dumps(said).encode(), "application/json", entries=1)


def _large() -> Iterator[Document]:
    """Five megabytes each: of many items, of one long text, of depth, of attributes."""
    item = "<item><title>Un pont neuf</title><link>https://news.example/{}</link><description>{}</description></item>"
    many = "".join(item.format(n, "mots " * 120) for n in range(7000))
    yield Document("many items", f"<rss><channel>{many}</channel></rss>".encode(), "text/xml", entries=500)
    long = item.format(1, "un livre entier " * 310_000)
    yield Document("a whole book", f"<rss><channel>{long}</channel></rss>".encode(), "text/xml", entries=1)
    yield Document("depth", b"<rss><channel>" + b"<a>" * 1_600_000, "text/xml", reason="?")
    yield Document("attributes", b"<rss><channel><item " + b"a='' " * 1_000_000 + b"/></channel></rss>", reason="?")
