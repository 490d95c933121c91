"""Prints of texts: likeness is symmetrical and fair, and near copies meet."""

import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from advocacy.sharing.prints import BANDS, buckets, likeness, plain, shingles

TALK = (
    "notre équipe livre enfin le nouveau vélo cargo après trois ans de travail et je suis fière du chemin parcouru"
    " merci à toutes les personnes qui ont cru au projet depuis le premier croquis sur une nappe en papier our team has"
    " finally shipped the new cargo bike after three years of work proud of how far we came thank you to everyone who"
    " believed in it since the first sketch on a paper napkin today customers rented electric autumn harbour lanterns"
    " accessible training apprentice warehouse solar roof quieter engines river cleaning volunteers saturday morning"
)
WORDS = TALK.split()
PASSAGE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)


def alike(one: str, other: str) -> int:
    return likeness(shingles(plain(one)), shingles(plain(other)))


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_symmetrical_and_a_per_cent(one, other):
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 100


@given(st.text(max_size=200))
def test_the_same_text_is_wholly_alike_and_falls_into_the_same_buckets(text):
    assume(plain(text))
    assert alike(text, text) == 100
    assert buckets(shingles(plain(text))) == buckets(shingles(plain(text)))
    assert len(buckets(shingles(plain(text)))) == BANDS
    assert all(-(2**63) <= bucket < 2**63 for bucket in buckets(shingles(plain(text))))


@given(PASSAGE)
def test_what_says_nothing_changes_nothing(text):
    dressed = (
        f"{text.upper()}!!! 🚲 https://aubrelle.example/a?b=c #EquipeAubrelle\n\nPosted by an employee of Aubrelle."
    )
    assert plain(dressed, ["Posted by an employee of Aubrelle."]) == plain(text)
    stripped = text.translate(str.maketrans("éèêàâôûùîç", "eeeaaouuic"))
    assert plain(stripped) == plain(text)


def test_nothing_but_links_and_hashtags_has_no_print():
    for text in ("", "  ", "https://aubrelle.example #one #two", "🚲 !!!"):
        assert buckets(shingles(plain(text))) == []
        assert alike(text, "some words") == 0


def test_one_word_has_a_print():
    assert alike("Bravo", "bravo !") == 100
    assert len(buckets(shingles(plain("Bravo")))) == BANDS
    assert alike("a", "A.") == 100


@given(st.lists(st.sampled_from(WORDS), min_size=12, max_size=40, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_each_edit_makes_a_text_less_alike(words, chance):
    """Words are replaced one by one by words of nobody's; within 4 per cent, likeness only falls."""
    places = list(range(len(words)))
    chance.shuffle(places)
    edited, before = list(words), 100
    for number, place in enumerate(places):
        edited[place] = f"zq{number}xj{number}w"
        now = alike(" ".join(words), " ".join(edited))
        assert now <= before + 4
        before = min(before, now)
    assert before <= 10


@given(PASSAGE, PASSAGE)
def test_other_words_are_not_alike(one, other):
    assume(not set(one.split()) & set(other.split()))
    assert alike(one, other) < 60


def pairs(chance: random.Random, count: int) -> list[tuple[str, str]]:
    """Texts and lightly edited copies, always the same ones."""
    found = []
    for _pair in range(count):
        words = [chance.choice(WORDS) for _word in range(chance.randint(8, 60))]
        copy = list(words)
        for _edit in range(chance.randint(0, 3)):
            place = chance.randrange(len(copy))
            match chance.choice(("replace", "drop", "add")):
                case "replace":
                    copy[place] = chance.choice(WORDS)
                case "drop" if len(copy) > 4:
                    del copy[place]
                case _:
                    copy.insert(place, chance.choice(WORDS))
        found.append((" ".join(words), " ".join(copy)))
    return found


def meet(one: str, other: str) -> bool:
    mine, theirs = buckets(shingles(plain(one))), buckets(shingles(plain(other)))
    return any(left == right for left, right in zip(mine, theirs, strict=True))


def test_near_copies_meet_and_strangers_seldom_do():
    """On a fixed corpus: of pairs that are 75 % alike or more, less than 1 in 100 is missed."""
    chance = random.Random(20261123)
    near = [pair for pair in pairs(chance, 1500) if alike(*pair) >= 75]
    missed = [pair for pair in near if not meet(*pair)]
    assert len(near) > 500
    assert len(missed) / len(near) < 0.01
    texts = [one for one, _other in pairs(chance, 300)]
    strangers = [(one, other) for one, other in zip(texts, reversed(texts), strict=True) if alike(one, other) < 20]
    assert len(strangers) > 100
    assert sum(meet(*pair) for pair in strangers) / len(strangers) < 0.05
