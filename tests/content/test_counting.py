"""How long a text is on each network: examples by hand, and the page's own counting held against ours."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.assets import STATIC_FOLDER
from advocacy.content.captions import CaptionNetwork
from advocacy.content.counting import tally, tightest
from advocacy.counting import RULES, count
from advocacy.networks.linkedin.little_text import escape

FAMILY = "👨‍👩‍👧‍👦"
EXAMPLES = {
    "weighted": [
        ("", 0),
        ("hello", 5),
        ("Été à Besançon", 14),
        ("e\u0301te\u0301", 3),
        ("日本語", 6),
        ("한국", 4),
        ("Привет", 6),
        ("👍", 2),
        (FAMILY, 2),
        ("👍🏽👍🏿", 4),
        ("🇫🇷", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("https://aubrelle.example/a/very/long/path/that/nobody/would/read?of=it", 23),
        ("https://a.fr", 23),
        ("HTTPS://A.FR, then", 23 + 6),
        ("(see https://a.fr/x).", 5 + 23 + 2),
        ("@aubrelle #coeur", 16),
        ("“quoted” – yes…", 8 + 3 + 3 + 2),
        ("€", 2),
        ("…", 2),
        ("™" * 2, 4),
    ],
    "graphemes-bytes": [
        ("", 0),
        ("hello", 5),
        (FAMILY, 3),
        (FAMILY * 100, 250),
        (FAMILY * 121, 303),
        ("e\u0301" * 300, 300),
        ("👍🏽", 1),
        ("日" * 300, 300),
        ("https://aubrelle.example/x", 26),
        ("@ada.example hello", 18),
        ("a" * 299 + FAMILY, 300),
    ],
    "graphemes": [("नमस्ते"[:2], 2), ("g\u0308", 1), ("🇫🇷🇩🇪", 2), ("a\r\nb", 3)],
    "graphemes-link23": [
        ("hello", 5),
        (FAMILY, 1),
        ("日本語", 3),
        ("https://aubrelle.example/a/very/long/path/that/nobody/would/read", 23),
        ("see https://a.fr!", 4 + 23 + 1),
        ("@ada@social.example hi", 7),
        ("@ada@social.example, @bob", 10),
        ("mail ada@social.example", 23),
    ],
    "little-text": [
        ("hello", 5),
        ("C# (2026)", 9 + 3),
        ("#EquipeAubrelle", 15),
        ("#1", 3),
        ("@[Ada](urn:li:person:1)", 23 + 5),
        ("snake_case", 11),
        ("👍🏽", 2),
        (FAMILY, 7),
        ("https://a.example/x_(y)", 23 + 3),
    ],
    "characters": [("hello", 5), (FAMILY, 7), ("https://a.example", 17)],
}
TABLE = [(rule, text, length) for rule, rows in EXAMPLES.items() for text, length in rows]


@pytest.mark.parametrize(("rule", "text", "length"), TABLE)
def test_by_hand(rule, text, length):
    assert count(rule, text) == length


def test_usual_limits():
    assert {name: rule.usual_limit for name, rule in RULES.items()} == {
        "characters": 500,
        "graphemes": 300,
        "graphemes-bytes": 300,
        "graphemes-link23": 500,
        "little-text": 3000,
        "weighted": 280,
    }


@pytest.mark.parametrize(("first", "last", "weight"), [(0, 4351, 1), (8192, 8205, 1), (8208, 8223, 1), (8242, 8247, 1)])
def test_the_light_ranges_end_where_they_end(first, last, weight):
    assert count("weighted", chr(last)) == weight
    assert count("weighted", chr(last + 1)) == 2 or chr(last + 1) == "\u2060"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_little_text_is_as_long_as_what_is_sent(text):
    assert count("little-text", text) == len(escape(text))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_over_by_bytes_or_by_graphemes(text):
    assert (count("graphemes-bytes", text * 3) > 300) == (
        count("graphemes", text * 3) > 300 or len((text * 3).encode()) > 3000
    )


@pytest.mark.parametrize("text", ["@" + "a" * 20_000, "https://" + "(" * 20_000, "@a@" + "." * 20_000, "#" * 20_000])
def test_long_and_hostile_texts_are_counted_at_once(text):
    for rule in RULES:
        assert count(rule, text) >= 0


def test_for_any_network_the_one_with_least_room_counts():
    wide = CaptionNetwork("wide", "Wide", "world", 3000, "characters")
    narrow = CaptionNetwork("narrow", "Narrow", "world", 280, "weighted")
    assert tightest("日" * 200, [wide, narrow]) == tally("日" * 200, narrow)
    assert tally("日" * 200, narrow).over == 120
    assert tally("日" * 200, wide).over == 0
    assert tightest("x", []) is None


PIECES = [
    *[
        "abz",
        "É",
        "é",
        "ñ",
        "#",
        "@",
        "_",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        "\\",
        "~",
        "*",
        "<",
        ">",
        ".",
        ",",
        "!",
        "?",
        "’",
        "“",
        "…",
        "–",
        "€",
        "™",
        "©",
        "日",
        "語",
        "한",
        "ß",
        "Ω",
        "я",
        "ا",
        "ש",
    ],
    *("e\u0301", "g\u0308\u0304", FAMILY, "👍", "👍🏽", "❤️", "🇫🇷", "🇨🇦", "1️⃣", "🏳️‍🌈", "🧑🏿‍🚀", "ﬁ", "각", "ำ"),
    *("https://a.example/x_(y)", "http://b.example", "HTTPS://C.EXAMPLE/é?q=1#f.", "https://", "(https://d.example)."),
    *(
        "@ada",
        "@ada@social.example",
        "@a.b@x.fr,",
        "ada@social.example",
        "#équipe",
        "#1",
        "C#",
        " ",
        "\n",
        "\u00a0",
        "\u3000",
    ),
]


def test_the_page_counts_the_same(chromium):
    chance = random.Random(20261)
    texts = [text for _rule, text, _length in TABLE]
    texts += ["".join(chance.choices(PIECES, k=chance.randint(1, 40))) for _ in range(600)]
    networks = {name: [name, 280] for name in RULES}
    options = "".join(f'<option value="{name}">{name}</option>' for name in RULES)
    page = chromium.new_page()
    page.set_content(
        f"""<!doctype html><html lang="en"><form data-composer><div data-networks='{json.dumps(networks)}'>
        <div class="caption-edit"><textarea></textarea><select>{options}</select>
        <span data-tally><b data-count></b><i data-limit></i></span></div></div></form></html>"""
    )
    page.add_script_tag(content=(STATIC_FOLDER / "relais.js").read_text())
    counted = page.evaluate(
        """(texts) => { const [area, select, out] = ["textarea", "select", "[data-count]"].map((s) => document.querySelector(s));
        return texts.map((text) => [...select.options].map((option) => {
          area.value = text; select.value = option.value; area.dispatchEvent(new Event("input", { bubbles: true }));
          return +out.textContent.replace(/[^0-9]/g, ""); })); }""",
        texts,
    )
    wanted = [[rule.count(text.replace("\r\n", "\n").strip()) for rule in RULES.values()] for text in texts]
    differing = [
        (text, ours, theirs) for text, ours, theirs in zip(texts, wanted, counted, strict=True) if ours != theirs
    ]
    assert differing == []
