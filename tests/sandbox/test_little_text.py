"""The reader of little text, on its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.networks.sandbox.little_text import RESERVED, read

LIVELY = st.text(alphabet=st.one_of(st.sampled_from("\\|{}@[]()<>#*_~ab\n urn:li:person1hashtag"), st.characters()))


def escape(text: str) -> str:
    return re.sub(r"[\\|{}@\[\]()<>#*_~]", r"\\\g<0>", text)


@given(LIVELY)
def test_what_is_escaped_is_shown_whole(text: str) -> None:
    reading = read(escape(text))
    assert reading.text == text
    assert reading.cut is None


@given(LIVELY)
def test_any_text_is_read_and_a_cut_stands_before_a_reserved_character(raw: str) -> None:
    reading = read(raw)
    assert len(reading.text) <= len(raw)
    if reading.cut is not None:
        assert raw[reading.cut] in RESERVED
        assert read(raw[: reading.cut]).text == reading.text


@given(LIVELY, LIVELY)
def test_what_comes_after_a_cut_does_not_matter(before: str, after: str) -> None:
    reading = read(escape(before) + "(" + after)
    assert reading.text == before
    assert reading.cut == len(escape(before))


@given(st.from_regex(r"[^\W_]+", fullmatch=True))
def test_a_hashtag_needs_no_escaping(word: str) -> None:
    reading = read(f"x #{word} y")
    assert [(segment.kind, segment.text) for segment in reading.segments] == [
        ("text", "x "),
        ("hashtag", f"#{word}"),
        ("text", " y"),
    ]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("@[Ada \\(A\\)](urn:li:person:x1) hi", [("mention", "Ada (A)"), ("text", " hi")]),
        ("@[Brand](urn:li:organization:12)", [("mention", "Brand")]),
        ("@[Brand](urn:li:share:12)", []),
        ("@[](urn:li:person:x)", []),
        ("{hashtag|\\#|two\\_words}", [("hashtag", "#two_words")]),
        ("{hashtag|#|word}", []),
        ("#été2026!", [("hashtag", "#été2026"), ("text", "!")]),
        ("#a\\_b", [("hashtag", "#a_b")]),
        ("\\#a", [("text", "#a")]),
        ("end\\", [("text", "end")]),
    ],
)
def test_elements(raw: str, shown: list[tuple[str, str]]) -> None:
    assert [(segment.kind, segment.text) for segment in read(raw).segments] == shown
