"""Markdown of editors: whatever they type, no script comes out, and headings stay in order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from advocacy.brand.markdown import render, words_of

KEY = "a" * 40
ALLOWED = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong",
           "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "div"}  # fmt: skip


def check(source):
    """What came out, after everything that must hold of it was asked."""
    written = str(render(source))
    tree = LexborHTMLParser(f"<main>{written}</main>")
    for node in tree.css("main *"):
        assert node.tag in ALLOWED, written
        for name, value in node.attributes.items():
            assert not name.startswith("on"), written
            assert name in {"href", "title", "src", "alt", "loading", "rel", "class", "scope", "start", "tabindex"}, (
                written
            )
            if name == "href":
                assert re.match(r"(https?://|mailto:|/(?![/\\])|#)", value or "#", re.I), written
            if name == "src":
                assert re.fullmatch(r"/media/[0-9a-f]{40}", value), written
        if node.tag == "a":
            assert "noopener" in node.attributes["rel"]
    levels = [int(node.tag[1]) for node in tree.css("main *") if re.fullmatch("h[1-6]", node.tag)]
    for before, level in zip([1, *levels], levels, strict=False):
        assert 2 <= level <= before + 1
    return written


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<style>*{display:none}</style>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<!-- --!><script>alert(1)</script> -->",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](javascript&#58;alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](\x01javascript:alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/\\evil.example)",
        "[x](\\\\evil.example)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example" onclick="alert(1))',
        "![x](https://evil.example/pixel.gif)",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        f"![x](/media/{KEY}/../../sign-out)",
        f"![x](//evil.example/media/{KEY})",
        '![" onerror="alert(1)](/media/' + KEY + ")",
        "```html onload=alert(1)\n<script>alert(1)</script>\n```",
        "~~~<img src=x onerror=alert(1)>\nx\n~~~",
        "| <script> | b |\n|---|:-:|\n| <img src=x onerror=alert(1)> | [x](javascript:1) |",
        "> " * 200 + "deep",
        "*" * 3000,
        "[" * 3000,
        "# <script>\n\n<div onclick=alert(1)>\n\ntext\n\n</div>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\\<script>alert(1)\\</script>",
    ],
)
def test_no_script_comes_out(source):
    written = check(source)
    assert "<script" not in written.lower()


PIECES = st.sampled_from(
    [
        "<script>", "</script>", "<img src=x onerror=alert(1)>", "[x](", "![x](", ")", "]", "javascript:alert(1)",
        "https://a.example/", f"/media/{KEY}", "# ", "###### ", "\n", "\n\n", "> ", "- ", "| a | b |\n|---|---|\n",
        "```", "`", "**", "~~", "&#106;", "&lt;", '"', "'", "<", ">", "onload=", "\\", "data:text/html,", "<a href=",
        "<!--", "-->", "<![CDATA[", "\x00", "é", "\u2028", "//", "mailto:", "    ",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join))
def test_nothing_unsafe_comes_out_of_any_text(source):
    check(source)


def test_what_is_allowed_looks_as_it_is_meant():
    written = check(
        f"# Ton\n\n### Deep\n\nHello **you**, ~~old~~ [words](https://a.example/?a=1&b=2)\n\n![A boat](/media/{KEY})"
        "\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```\ncode <b>\n```\n\n3. three"
    )
    assert "<h2>Ton</h2>" in written
    assert "<h3>Deep</h3>" in written
    assert '<a href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer">words</a>' in written
    tree = LexborHTMLParser(written)
    assert tree.css_first("img").attributes == {"src": f"/media/{KEY}", "alt": "A boat", "loading": "lazy"}
    assert tree.css_first("div.scroll-x[tabindex='0'] > table.table th").attributes == {"scope": "col"}
    assert tree.css_first("pre[tabindex='0'] code").text() == "code <b>\n"
    assert tree.css_first("ol").attributes == {"start": "3"}


def test_a_picture_from_elsewhere_is_told_in_words():
    assert "A far away place" in check("![A far away place](https://evil.example/x.png)")


def test_words_without_marks():
    assert words_of("# Ton\n\n- **un**\n- [deux](https://a.example)") == "Ton un deux"
