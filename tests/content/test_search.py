"""Posts are found by their words, in French and English, accents or none, whatever is typed."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from advocacy.content.board import Filters, columns_for, search
from advocacy.content.folding import folded, words_of
from advocacy.content.models import Post, PostWords, Wording
from advocacy.content.search import index_posts, query_of, terms_of
from advocacy.db import db
from advocacy.people.models import Person, Role

LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñßABCÉÈÀÇŒ"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6)
PER_EXAMPLE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def editor(world):
    return world.person(world.organisation("Aubrelle"), Role.EDITOR)


@pytest.fixture
def find(app, editor):
    def found(words, **filters):
        with app.app_context():
            return [post.title for post in search(db.session.get(Person, editor.id), Filters(words, **filters))]

    return found


@pytest.fixture
def titled(world, editor):
    return lambda title, **values: world.post(
        editor.organisation, title, **{"state": "draft", "link_title": "", **values}
    )


def bare(text):
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@PER_EXAMPLE
@given(WORDS, st.data())
def test_any_word_of_a_title_finds_it_whatever_its_accents(app, world, editor, find, words, data):
    title = " ".join(words)
    with app.app_context():
        db.session.execute(delete(Post))
        db.session.commit()
    world.post(editor.organisation, title, state="draft", summary="", link_title="", wordings=())
    word = data.draw(st.sampled_from(words))
    typed = data.draw(st.sampled_from([word, word.upper(), bare(word), f'"{word}"', word[: max(1, len(word) // 2)]]))
    assert find(typed) == [title], typed


@PER_EXAMPLE
@given(st.text(max_size=80))
def test_no_text_breaks_the_search(app, editor, typed):
    with app.app_context():
        assert columns_for(db.session.get(Person, editor.id), Filters(typed.replace("\x00", ""))) is not None


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_two_languages_and_their_endings(titled, find):
    titled("Les équipes ont couru dix kilomètres", summary="Pour la santé des infirmières", language="fr")
    titled("Our nurses were running", wordings=("A caption about the canteen.",))
    assert find("equipe courir") == []
    assert find("equipe kilometre") == find("ÉQUIPES dix") == ["Les équipes ont couru dix kilomètres"]
    assert find("infirmière") == ["Les équipes ont couru dix kilomètres"]
    assert find("nurse run") == find("canteens") == find("cant") == ["Our nurses were running"]


def test_phrases_exclusions_and_alternatives(titled, find):
    for title in ("Light heart", "Heart light", "Heavy hand"):
        titled(title, summary="", wordings=())
    assert find('"light heart"') == ["Light heart"]
    assert find('heart -"light heart"') == ["Heart light"]
    assert sorted(find("hand OR light")) == ["Heart light", "Heavy hand", "Light heart"]
    assert find("-heart") == ["Heavy hand"]
    assert find("the -heart") == []
    assert find('"') == find("!!! & |") == find("") == []


def test_titles_come_first(titled, find):
    titled("Something else", summary="prevention " * 3)
    titled("Prevention")
    assert find("prévention")[0] == "Prevention"


def test_other_alphabets_are_found(titled, find):
    titled("Καλημέρα κόσμε")
    assert find("καλημερα") == ["Καλημέρα κόσμε"]


def test_the_index_follows_every_change(app, titled, find):
    post = titled("First words")
    with app.app_context():
        found = db.session.get(Post, post.id)
        found.wordings = [Wording(language="en", text="Marmalade")]
        db.session.commit()
        assert find("marmalade") == ["First words"]
        found = db.session.get(Post, post.id)
        found.wordings[0].text = "Honey"
        found.title = "Second words"
        db.session.commit()
    assert find("honey second") == ["Second words"]
    assert find("marmalade") == find("first") == []


def test_posts_from_before_are_indexed_in_batches(app, titled, find):
    for number in range(5):
        titled(f"Old {number}")
    with app.app_context():
        db.session.execute(text("truncate post_words"))
        db.session.commit()
    assert find("old") == []
    with app.app_context():
        assert [index_posts(3), index_posts(3), index_posts(3)] == [3, 2, 0]
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(PostWords)) == 5
    assert len(find("old")) == 5


def test_nobody_finds_what_is_not_theirs(world, titled, find):
    world.post(world.organisation("Elsewhere"), "Secret words", state="draft")
    titled("Plain words")
    assert find("words") == ["Plain words"]


def test_what_was_typed_is_bounded(app):
    assert len(terms_of("word " * 500)) == 12
    assert words_of("L’Été, à Œuvrer_x") == ["l", "ete", "a", "oeuvrer", "x"]
    with app.app_context():
        assert query_of("…") is None
