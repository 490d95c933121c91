import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.charsets import decode_text
from advocacy.markup import clean_line, language_tag, plain_text, safe_http_url


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("", ""),
        ("<p>One</p><p>two</p>", "One two"),
        ("an<b>other</b> <i>word</i>", "another word"),
        ("Fish &amp; chips&nbsp;: 3&euro;", "Fish & chips\u00a0: 3€"),
        ("a<script>alert('<p>x')</script>b<style>p{}</style>c<!-- no > -->d", "a b cd"),
        ("a<script>never closed", "a"),
        ('<a title="1 > 0" href=x>link</a>', "link"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("&lt;b&gt;escaped twice&lt;/b&gt;", "escaped twice"),
        ("&lt;img src=x onerror=alert(1)&gt;hi", "hi"),
        ("line\r\n\tbreak\x00\x07\u202e\u200bs", "line breaks"),
        ("<br>a<br/>b", "a b"),
        ("broken <a href='x", "broken"),
        ("<p title=it's>fine</p> it's", "fine it's"),
        ("<![CDATA[x]]>y", "y"),
        ("<svg/>kept", "kept"),
    ],
)
def test_words_without_markup(html: str, plain: str) -> None:
    assert plain_text(html) == plain


@given(st.text(alphabet=st.one_of(st.sampled_from("<>/&;!-\"'= abplts#x3c"), st.characters())))
def test_no_markup_ever_comes_out(html: str) -> None:
    text = plain_text(html)
    assert not re.search(r"<[a-zA-Z/!?]", text)
    assert text == text.strip()
    assert not re.search(r"[\x00-\x1f\x7f]", text)
    text.encode()


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<a ", '<a x="', "<a x='", "<", "</", "<!--", "&lt;", "<b a=1><p>", "<script>", "&amp;", "<!", "= "],
)
def test_a_megabyte_of_hostile_html_is_read(piece: str) -> None:
    """Anything quadratic would not come back."""
    assert len(plain_text(piece * (1_000_000 // len(piece)))) <= 1_000_000


def test_lines_are_cut_on_words() -> None:
    assert clean_line("short\nline", 20) == "short line"
    assert clean_line("one two three four", 13) == "one two…"
    assert clean_line("one two three four", 14) == "one two three…"
    assert clean_line("x" * 50, 10) == "x" * 9 + "…"
    assert clean_line("aaaaaaaae\u0301b", 10) == "aaaaaaaa…"
    assert clean_line("<b> stays", 50) == "<b> stays"


@given(st.text(), st.integers(1, 40))
def test_lines_are_never_longer(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert clean_line(line, limit) == line


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://a:b@c.example/", "/relative", "http://", " "]
)
def test_unsafe_links(url: str) -> None:
    assert safe_http_url(url) is None


def test_safe_links() -> None:
    assert safe_http_url(" HTTPS://Example.org/a#b ") == "https://example.org/a#b"


def test_languages() -> None:
    tags = [
        language_tag(text) for text in ("FR", "fr_ca", "en-us.utf8", "zh-hant-tw", "sr-Latn", "", "français", "x" * 99)
    ]
    assert tags == ["fr", "fr-CA", "en-US", "zh-Hant-TW", "sr-Latn", None, None, None]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("é".encode(), None),
        ("é".encode(), "iso-8859-1"),
        (b"\xe9", "utf-8"),
        (b"\xe9", "iso-8859-1"),
        (b"\xe9", "no-such-charset"),
        (b"\xef\xbb\xbf\xc3\xa9", "iso-8859-1"),
        ("é".encode("utf-16"), None),
        ("é".encode("utf-16-be"), "utf-16-be"),
        ("é".encode("utf-8-sig"), None),
    ],
)
def test_charsets_as_servers_get_them_wrong(body: bytes, charset: str | None) -> None:
    assert decode_text(body, charset) == "é"


def test_charsets_declared_inside() -> None:
    assert decode_text('<?xml version="1.0" encoding="koi8-r"?>мир'.encode("koi8-r"), None).endswith("мир")
    assert decode_text("<meta charset=shift_jis>日本".encode("shift_jis"), None).endswith("日本")
    assert decode_text('<?xml version="1.0"?>é'.encode("utf-16-le"), None).endswith("é")
    assert decode_text("日本".encode("iso2022_jp"), "iso-2022-jp") == "日本"


@given(
    st.binary(),
    st.sampled_from([None, "utf-8", "utf-7", "punycode", "idna", "hex", "utf-16", "unicode_escape", "big5"]),
)
def test_any_bytes_have_a_text(body: bytes, charset: str | None) -> None:
    assert decode_text(body, charset).encode().decode() == decode_text(body, charset)
