from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advocacy.addresses import FetchRefused
from advocacy.sources.feeds import NotAFeed, canonical_link, discover_feeds, parse_feed

DOCUMENTS = Path(__file__).parent / "documents"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://news.example/feed.xml"


def document(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def rss(items: str, channel: str = "<title>T</title>") -> bytes:
    return f'<rss version="2.0"><channel>{channel}{items}</channel></rss>'.encode()


def dated(date: str) -> bytes:
    return rss(f"<item><link>http://a.example/1</link><pubDate>{date}</pubDate></item>")


def test_rss() -> None:
    feed = parse_feed(document("rss20.xml"), "application/rss+xml", URL, now=NOW)
    assert (feed.title, feed.language, feed.home_url) == ("Les nouvelles & l’atelier", "fr-FR", "https://news.example/")
    bridge, no_guid, permalink = feed.entries
    assert (bridge.guid, bridge.link) == ("urn:news:7", "https://news.example/pont?utm_source=rss&id=7#haut")
    assert (bridge.title, bridge.summary) == ("Un pont neuf & sûr", "Le pont ouvre\u00a0!")
    assert (bridge.image_url, bridge.author) == ("https://news.example/pont.jpg", "A. Martin")
    assert bridge.published_at == datetime(2026, 11, 19, 8, 2, tzinfo=UTC)
    assert (no_guid.guid, no_guid.published_at, no_guid.author) == ("https://news.example/sans-guid", None, None)
    assert (no_guid.summary, no_guid.image_url) == ("Du texte", "https://news.example/photo.png")
    assert (permalink.guid, permalink.link) == ("https://news.example/permalink",) * 2
    assert permalink.image_url == "https://news.example/t.webp"


def test_atom() -> None:
    feed = parse_feed(document("atom.xml"), None, "https://elsewhere.example/f", now=NOW)
    assert (feed.title, feed.language, feed.home_url) == ("Works & days", "en-GB", "https://blog.example/en/")
    (entry,) = feed.entries
    assert (entry.guid, entry.link) == ("tag:blog.example,2026:1", "https://blog.example/en/posts/one")
    assert (entry.title, entry.summary, entry.author) == ("A new line", "Words", "B. Lee")
    assert (entry.image_url, entry.published_at) == (
        "https://blog.example/en/posts/one.png",
        datetime(2026, 11, 20, 8, tzinfo=UTC),
    )


def test_older_dialects() -> None:
    rdf = parse_feed(document("rdf.xml"), "text/xml", "http://old.example/rdf", now=NOW)
    assert (rdf.title, rdf.language, rdf.entries[0].link) == ("Old", "de", "http://old.example/1")
    assert rdf.entries[0].published_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    oldest = parse_feed(document("rss091.xml"), "text/xml", "http://old.example/rss", now=NOW)
    assert (oldest.title, oldest.entries[0].title) == ("Very old", "Café R&D")


def test_json_feed() -> None:
    feed = parse_feed(
        b"\xef\xbb\xbf" + document("feed.json"), "application/feed+json", "https://json.example/feed.json", now=NOW
    )
    assert (feed.title, feed.language, feed.home_url) == ("JSON news", "en", "https://json.example/")
    three, four = feed.entries
    assert (three.guid, three.link, three.summary) == ("3", "https://json.example/three", "Some words")
    assert (three.image_url, three.author) == ("https://json.example/in.png", "C. Roy")
    assert three.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (four.title, four.image_url, four.published_at) == (
        "A short note without a title",
        "https://json.example/four.png",
        None,
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf", "not_a_feed"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<html><body>hi</body></html>", "not_a_feed"),
        (b"<!doctype html><rss>", "malformed"),
        (b"<svg/>", "not_a_feed"),
        (b"%PDF-1.7", "not_a_feed"),
        (b"<rss><channel><item><title>never ends", "malformed"),
        (b"{}", "not_a_feed"),
        (b"[" * 100_000, "malformed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "malformed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "entities"),
        ('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "entities"),
        ('<?xml version="1.0"?><!DOCTYPE rss [<!EnTiTY a "b">]><rss/>'.encode("utf-16-le"), "entities"),
        (
            b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
            "entities",
        ),
    ],
)
def test_what_is_no_feed(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        parse_feed(body, "text/xml", URL)
    assert refused.value.reason == reason


def test_a_billion_laughs_is_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(NotAFeed):
        parse_feed(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]><rss><title>&l11;</title></rss>'.encode(), None, URL)


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>One</title><link>http://a.example/1</link></item><item><title>cut"),
        b"<rss><channel><item><title>One</title><link>http://a.example/1</link></item><item><b></item>",
        b'<rss><channel><item><title>One</title><media:thumbnail url="x"/><link>http://a.example/1</link></item></channel></rss>',
        rss("<item><title>One\x0b\x00</title><link>http://a.example/1</link></item>"),
        rss("<item><title>O&#110;e&#0;</title><link>http://a.example/1</link></item>"),
        rss("<item><title>One</title><link>http://a.example/1</link></item>").decode().encode("utf-16"),
        b"\n  <!-- hello -->" + rss("<item><title>One</title><link> http://a.example/1\n</link></item>"),
    ],
)
def test_broken_feeds_give_what_is_whole(body: bytes) -> None:
    assert [(entry.title, entry.link) for entry in parse_feed(body, "text/xml", URL).entries] == [
        ("One", "http://a.example/1")
    ]


def test_an_article_about_entities_is_no_attack() -> None:
    body = rss(
        '<item><link>http://a.example/1</link><description><![CDATA[Never write <!ENTITY a "b">.]]></description></item>'
    )
    assert parse_feed(body, None, URL).entries[0].summary == "Never write ."


def test_a_charset_that_lies() -> None:
    latin = rss("<item><title>Été</title><link>http://a.example/1</link></item>").decode().encode("latin-1")
    assert parse_feed(latin, "text/xml; charset=utf-8", URL).entries[0].title == "Été"
    utf8 = rss("<item><title>Été</title><link>http://a.example/1</link></item>")
    assert parse_feed(utf8, "text/xml; charset=iso-8859-1", URL).entries[0].title == "Été"


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Thu, 19 Nov 2026 09:02:00 GMT", datetime(2026, 11, 19, 9, 2, tzinfo=UTC)),
        ("19 Nov 2026 09:02 EST", datetime(2026, 11, 19, 14, 2, tzinfo=UTC)),
        ("2026-11-19T09:02:00.5+05:30", datetime(2026, 11, 19, 3, 32, tzinfo=UTC)),
        ("2026-11-19", datetime(2026, 11, 19, tzinfo=UTC)),
        ("Thu, 19 Nov 2026 25:61:00 GMT", None),
        ("Sat, 01 Jan 0000 00:00:00 GMT", None),
        ("0000-00-00T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("Thu, 26 Nov 2026 09:02:00 GMT", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(date: str, moment: datetime | None) -> None:
    assert parse_feed(dated(date), None, URL, now=NOW).entries[0].published_at == moment


def test_huge_feeds_are_capped() -> None:
    item = "<item><title>Hello</title><link>http://a.example/{0}</link><description>{1}</description></item>"
    feed = parse_feed(rss("".join(item.format(number, "words " * 70) for number in range(9000))), None, URL)
    assert len(feed.entries) == 500
    assert feed.entries[-1].link == "http://a.example/499"


@pytest.mark.parametrize(
    "piece", ["<a>", "<a ", "<item>", "<![CDATA[", "<!--", "&a", "<item a='", "<div a=''>", "</a>", "a:b <a:b"]
)
def test_a_megabyte_of_hostile_xml_is_refused(piece: str) -> None:
    with pytest.raises(NotAFeed):
        parse_feed(b"<rss><channel>" + (piece * (1_000_000 // len(piece))).encode(), None, URL)
    attributes = "".join(f"a{number}='' " for number in range(80_000))
    with pytest.raises(NotAFeed):
        parse_feed(rss(f"<item {attributes}/>"), None, URL)


@pytest.mark.parametrize(
    "piece", ["<!DOCTYPE ", "<!DOCTYPE [", "<!--", "<?x ", "   ", "<!-- -->", "<!DOCTYPE x>", "<!ENTITY"]
)
def test_a_megabyte_of_hostile_openings_is_refused(piece: str) -> None:
    with pytest.raises(NotAFeed):
        parse_feed(b"<!---->" + (piece * (1_000_000 // len(piece))).encode(), None, URL)


def test_long_texts_and_guids_are_bounded() -> None:
    item = f"<item><title>{'t ' * 900}</title><guid isPermaLink='false'>{'g' * 9000}</guid><link>http://a.example/</link><description>{'word ' * 900}</description></item>"
    (entry,) = parse_feed(rss(item), None, URL).entries
    assert len(entry.title) <= 300
    assert len(entry.summary) <= 500
    assert entry.summary.endswith("word…")
    assert entry.guid.startswith("sha256:")


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(),
        st.binary().map(
            lambda noise: b"<rss><channel><item><link>http://a.example/</link>" + noise + b"</item></channel></rss>"
        ),
    )
)
def test_any_bytes_are_a_feed_or_not(body: bytes) -> None:
    try:
        feed = parse_feed(body, None, URL, now=NOW)
    except NotAFeed:
        return
    assert parse_feed(body, None, URL, now=NOW) == feed


@settings(deadline=None)
@given(
    st.sampled_from(["rss20.xml", "atom.xml", "rdf.xml", "rss091.xml", "feed.json"]),
    st.integers(0, 3000),
    st.binary(max_size=9),
)
def test_damaged_feeds(name: str, place: int, noise: bytes) -> None:
    body = document(name)
    try:
        feed = parse_feed(body[:place] + noise + body[place + len(noise) :], None, URL, now=NOW)
    except NotAFeed as refused:
        assert refused.reason
    else:
        assert all(entry.link.startswith(("http://", "https://")) for entry in feed.entries)


def test_feeds_that_a_page_names() -> None:
    found = discover_feeds(document("page.html"), "https://www.site.example/blog/x/y")
    assert [one.url for one in found] == [
        "https://www.site.example/blog/feed.xml",
        "https://www.site.example/atom.xml",
    ]


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A?utm_source=x&b=2&fbclid=9&a=1#top", "https://example.org/A?b=2&a=1"),
        ("http://example.org?mc_cid=1&gclid=2", "http://example.org/"),
        ("http://example.org/?a=&b", "http://example.org/?a=&b"),
    ],
)
def test_canonical_links(link: str, canonical: str) -> None:
    assert canonical_link(link) == canonical


@given(
    st.from_regex(
        r"https?://[a-z]{1,9}\.example(:[0-9]{2,4})?/[^\n]{0,20}(\?[a-z_]{1,9}=[^\n]{0,9}(&utm_[a-z]{1,4}=1)?)?",
        fullmatch=True,
    )
)
def test_canonical_twice_is_canonical_once(link: str) -> None:
    try:
        once = canonical_link(link)
    except FetchRefused:
        return
    assert canonical_link(once) == once
