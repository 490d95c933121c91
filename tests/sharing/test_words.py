"""Likeness of words and the programme's hashtag."""

from hypothesis import given
from hypothesis import strategies as st

from advocacy.sharing.words import likeness, nearest, with_disclosure

TEXT = st.text(max_size=200)


@given(TEXT, TEXT)
def test_likeness_is_a_symmetric_per_cent(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 100


@given(st.text(alphabet="abcdefghij ", min_size=3, max_size=100))
def test_the_same_words_are_wholly_alike(text: str) -> None:
    assert likeness(text, text.upper()) == 100


def test_nearest_names_the_wording() -> None:
    wordings = [(1, "A free check in all branches"), (2, "Twelve minutes that can change a year")]
    assert nearest("Twelve minutes that can change a year!", wordings) == (2, 100)
    assert nearest("Anything", []) == (None, 0)
    assert nearest("Something of my own entirely", wordings)[1] < 40


@given(TEXT)
def test_the_hashtag_is_there_once_and_stays_so(text: str) -> None:
    once = with_disclosure(text, "#EquipeAubrelle")
    assert "#EquipeAubrelle".casefold() in once.casefold()
    assert with_disclosure(once, "#EquipeAubrelle") == once


def test_written_by_the_person_it_is_not_added_again() -> None:
    assert with_disclosure("Proud of it, #equipeaubrelle!", "#EquipeAubrelle") == "Proud of it, #equipeaubrelle!"
    assert with_disclosure("Nothing to add", None) == "Nothing to add"
    assert with_disclosure("Fine.", "#Team") == "Fine.\n\n#Team"
