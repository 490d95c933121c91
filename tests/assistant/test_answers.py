"""What a model says is shown as plain words, short enough, and never with an address of its own."""

import html
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy import counting
from advocacy.assistant.answers import Unreadable, fitted, suggestions_in
from advocacy.assistant.material import Limit, Material
from advocacy.assistant.models import Kind
from advocacy.assistant.plain_words import addresses_in, mentions_in, plain_words

SOURCE = "Read https://aubrelle.example/heart, by @aubrelle and press@aubrelle.example."
KNOWN = ("https://aubrelle.example/heart", "@aubrelle", "press@aubrelle.example")
NASTY = [
    "<b>", "</b>", "<script>alert(1)</script>", "<img src=x onerror=1>", "<!--", "-->", "<", ">", "&lt;", "&amp;lt;", "&#60;", "script",
    "https://evil.example/a?b=c", "HTTP://EVIL.example", "//evil.example/x", "http:", "\\\\evil.example", "www.evil.example", "evil.com", "evil.com/x",
    "javascript:alert(1)", "data:text/html,x", "[click](https://evil.example)", "![x](//evil.example/x)", "(", ")", "[", "]", "**", "__", "`", "# ",
    "@evil", "@", "evil@evil.example", "mailto:", *KNOWN, ".", "/", ":", " ", "\n", "\t", "\u200b", "\u202e", "\u2060", "\U000e0041", "\x00", "\r", "\ud800",
    "e", "h", "t", "p", "s", "l’an", "été", "👩‍👩‍👧", "é", "«", "»", "“", "”", "…", "3.5", "p.ex.",
]  # fmt: skip
text = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(NASTY), max_size=24).map("".join))


@given(text)
def test_nothing_gets_through_that_was_not_there(said: str) -> None:
    plain = plain_words(said, SOURCE)
    assert not re.search(r"<\s*[/!?a-zA-Z]", plain)
    assert not re.search(r"<\s*[/!?a-zA-Z]", html.unescape(plain))
    assert addresses_in(plain) <= addresses_in(SOURCE)
    assert mentions_in(plain) <= mentions_in(SOURCE)
    without = plain
    for known in KNOWN:
        without = re.sub(re.escape(known), " ", without, flags=re.IGNORECASE)
    assert not re.search(r"https?://|www\.|//|javascript:|evil\.(com|example)\b", without, re.IGNORECASE)
    hidden = [one for one in plain if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") and one not in "\n\u200d"]
    assert hidden == []
    assert plain_words(plain, SOURCE) == plain


@given(text, st.sampled_from(sorted(counting.RULES)), st.integers(1, 120))
def test_what_is_left_fits_the_networks_rule_and_is_a_beginning(said: str, rule: str, longest: int) -> None:
    fit = fitted(said, (Limit(rule, longest), Limit("characters", 300)))
    assert counting.count(rule, fit) <= longest
    assert fit == "" or said.startswith(fit.removesuffix("…").rstrip()) or fit == said


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Ceci est <b>gras</b>, et **fort**.", "Ceci est gras, et fort."),
        ("See https://evil.example/x. And https://aubrelle.example/heart too.", "See. And https://aubrelle.example/heart too."),
        ("Thanks @aubrelle and @stranger.", "Thanks @aubrelle and stranger."),
        ("[Read it](https://evil.example) now", "Read it now"),
        ("“A quote as a whole.”", "A quote as a whole."),
        ("« L’an 2026 » : 1 < 2, c’est fini.Demain aussi", "« L’an 2026 » : 1 < 2, c’est fini. Demain aussi"),
        ("## Title\n\n\n\nText #hashtag 👩‍👩‍👧", "Title\n\nText #hashtag 👩‍👩‍👧"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("a\u200bb\u202ec", "abc"),
        ("<b>", ""),
    ],
)  # fmt: skip
def test_examples(said: str, plain: str) -> None:
    assert plain_words(said, SOURCE) == plain


def test_a_text_too_long_loses_its_last_sentences_then_its_last_words() -> None:
    assert (
        fitted("One sentence here. Another one. A third.", [Limit("characters", 33)])
        == "One sentence here. Another one."
    )
    assert fitted("One sentence that goes on and on", [Limit("characters", 14)]) == "One sentence…"
    assert fitted("👍🏽👍🏽 x", [Limit("weighted", 6)]) == "👍🏽👍🏽 x"
    assert fitted("x" * 40, [Limit("characters", 10)]) == ""


MATERIAL = Material("en", "My words.", link="https://aubrelle.example/heart", others=("There already.",))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"texts": ["One.", "Two.", "Three.", "Four."]}', ["One.", "Two.", "Three."]),
        ('["One."]', ["One."]),
        ('```json\n{"texts": ["One."]}\n```', ["One."]),
        ('<think>{"texts": ["no"]}</think>\n{"texts": ["One."]}', ["One."]),
        ('{"texts": ["One.", "ONE. ", "my  words.", "There already.", 7, null, "Two."]}', ["One.", "Two."]),
    ],
)
def test_what_is_read_of_an_answer(answer: str, found: list[str]) -> None:
    assert suggestions_in(answer, Kind.WORDINGS, MATERIAL) == found


@pytest.mark.parametrize(
    "answer",
    ["", "Sure! Here is a text.", "{", '{"texts": []}', '{"texts": "One"}', "7", '{"texts": ["<b></b>", "..."]}', "[" * 5000, '{"texts": ["My words."]}'],
)  # fmt: skip
def test_what_holds_no_suggestion(answer: str) -> None:
    with pytest.raises(Unreadable):
        suggestions_in(answer, Kind.WORDINGS, MATERIAL)


@given(st.text(max_size=200))
def test_any_answer_is_read_or_refused(answer: str) -> None:
    for said in (answer, json.dumps({"texts": [answer]})):
        try:
            assert all(suggestions_in(said, Kind.SHORTER, MATERIAL))
        except Unreadable:
            continue


def test_a_long_answer_is_read_to_its_end() -> None:
    for piece in ("a", "a-", "a.", "<", "&lt;", "@a", "(", "a@", "[a](", "http://"):
        told = plain_words((piece * 5000)[:5000] + " The end, by @evil.", SOURCE)
        assert "@evil" not in told and addresses_in(told) == set(), piece
