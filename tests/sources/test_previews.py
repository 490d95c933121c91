from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.sources.previews import Preview, read_preview

PAGE = (Path(__file__).parent / "documents" / "page.html").read_bytes()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://site.example/blog/un-pont?page=1&utm_source=mail"


def preview(html: str, url: str = URL) -> Preview:
    return read_preview(html.encode(), "text/html", url, now=NOW)


def test_a_page_that_says_everything() -> None:
    assert read_preview(PAGE, "text/html; charset=utf-8", URL, now=NOW) == Preview(
        url="https://www.site.example/blog/un-pont",
        title="Un pont & demi",
        description="Carte",
        image_url="https://www.site.example/img/pont.jpg",
        image_alt="Un pont",
        site_name="Le site",
        language="fr-FR",
        published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    )


def test_each_fallback() -> None:
    assert preview("<meta name=twitter:title content='Card'><title>Tab</title>").title == "Card"
    assert preview("<title>Tab &amp; <b>co</b></title><h1>Head</h1>").title == "Tab & co"
    assert preview("<h1>The <em>head</em></h1><h1>No</h1>").title == "The head"
    assert preview("nothing").title == "un pont"
    assert preview("", "https://www.site.example/").title == "site.example"
    assert preview("<meta name=Description content='It is'>").description == "It is"
    assert preview("<meta property=og:locale content=fr_CA>").language == "fr-CA"
    assert preview("<link rel='image_src' href=a.png>").image_url == "https://site.example/blog/a.png"
    assert preview("<meta name=twitter:image content='//cdn.example/a.png'>").image_url == "https://cdn.example/a.png"
    assert preview("nothing").site_name == "site.example"


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("https://site.example/other", "https://site.example/other"),
        ("https://m.site.example/other", "https://m.site.example/other"),
        ("https://evil.example/other", None),
        ("https://notsite.example/other", None),
        ("https://example/other", None),
        ("http://site.example/other", None),
        ("https://site.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_canonical_only_on_the_same_site(said: str, taken: str | None) -> None:
    own = "https://site.example/blog/un-pont?page=1"
    assert preview(f"<link rel=canonical href='{said}'>").url == (taken or own)
    assert preview(f"<meta property=og:url content='{said}'>").url == (taken or own)


def test_a_number_has_no_parent_domain() -> None:
    assert preview("<link rel=canonical href='http://0.0.1/x'>", "http://127.0.0.1:81/a").url == "http://127.0.0.1:81/a"


def test_unsafe_and_endless_values() -> None:
    long = preview(
        f"<title>{'word ' * 999}</title><meta name=description content='{'word ' * 999}'><meta property=og:image content='data:image/png;base64,AA'>"
    )
    assert len(long.title) <= 300
    assert len(long.description) <= 1000
    assert long.image_url is None
    assert preview("<meta property=og:title content='&amp;lt;b&amp;gt;x'>").title == "x"


def test_charsets() -> None:
    assert read_preview("<title>Été</title>".encode("latin-1"), "text/html", URL).title == "Été"
    assert (
        read_preview("<meta charset=windows-1251><title>Мир</title>".encode("cp1251"), "text/html", URL).title == "Мир"
    )
    assert (
        read_preview("<title>日本</title>".encode("shift_jis"), "text/html", URL, charset="shift_jis").title == "日本"
    )
    assert read_preview("<title>Été</title>".encode("utf-16"), "text/html", URL).title == "Été"


def test_files_are_known_by_their_name() -> None:
    report = read_preview(b"%PDF", "application/pdf", "https://site.example/docs/Rapport%20annuel_2026.pdf?dl=1")
    assert (report.title, report.image_url, report.site_name) == ("Rapport annuel 2026", None, "site.example")
    photo = read_preview(b"\xff\xd8", "image/jpeg", "https://site.example/le-pont.jpg")
    assert (photo.title, photo.image_url) == ("le pont", "https://site.example/le-pont.jpg")
    drawing = read_preview(b"<svg/>", "image/svg+xml", "https://site.example/%FF%3Cb%3E.svg")
    assert drawing.image_url is None
    assert "<" not in drawing.title


@pytest.mark.parametrize("moment", ["", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2027-01-01"])
def test_absurd_moments(moment: str) -> None:
    assert preview(f"<meta property=article:published_time content='{moment}'>").published_at is None


@given(
    st.one_of(
        st.binary(),
        st.builds(lambda place, noise: PAGE[:place] + noise + PAGE[place:], st.integers(0, 1800), st.binary()),
    ),
    st.sampled_from([None, "", "text/html", "image/png", "x"]),
)
def test_any_bytes_have_a_preview(body: bytes, content_type: str | None) -> None:
    found = read_preview(body, content_type, URL, now=NOW)
    assert found.title
    assert found.image_url is None or found.image_url.startswith(("http://", "https://"))
    assert not any(mark in found.title + found.description for mark in ("<b", "<s", "</", "\0"))
