"""Escaping, held against the sandbox's own strict reader."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advocacy.networks.linkedin.little_text import escape
from advocacy.networks.sandbox.little_text import read

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("\\|{}@[]()<>#*_~ \nabé1²👩‍🚀हि"), st.characters(exclude_categories=["Cs"]))
)


@given(TEXTS)
@example("(#Équipe_2026) #a #1 ##b C# https://a.example/x_(y)#frag @[x](urn:li:person:1) {hashtag|\\#|w}")
def test_what_is_shown_is_what_was_written(text: str) -> None:
    reading = read(escape(text))
    assert reading.text == text
    assert reading.cut is None


@given(TEXTS)
def test_nothing_but_backslashes_is_added(text: str) -> None:
    assert len(escape(text)) >= len(text)
    assert escape(text).replace("\\", "") == text.replace("\\", "")


@pytest.mark.parametrize(
    ("text", "hashtags"),
    [
        ("#EquipeAubrelle", ["#EquipeAubrelle"]),
        ("We are hiring (#jobs), come\n#Été", ["#jobs", "#Été"]),
        ("«#relais»", ["#relais"]),
        ("C# and F#, #1, a#b, ## twice", []),
        ("https://a.example/#part", []),
        ("{hashtag|\\#|trap}", []),
        ("#snake_case", ["#snake_case"]),
    ],
)
def test_hashtags_are_the_words_that_begin_with_one(text: str, hashtags: list[str]) -> None:
    assert [piece.text for piece in read(escape(text)).segments if piece.kind == "hashtag"] == hashtags


def test_a_mention_is_never_made_by_accident() -> None:
    assert {piece.kind for piece in read(escape("@[Ada](urn:li:person:1)")).segments} == {"text"}
