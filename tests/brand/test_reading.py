"""Who reads what in the brand space, in which language, and what a search finds."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.brand import editing, service
from advocacy.brand.editing import PageDraft
from advocacy.brand.search import folded
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role
from tests.statements import statements
from tests.visitor import page, words


def test_pages_stand_by_section_and_place(visit, world, root, write):
    write(section="positions", title_en="On energy", body_en="x", position=2)
    write(section="positions", title_en="On work", body_en="x", position=1)
    write(section="manifesto", title_en="Who we are", body_en="x")
    write(section="tone", title_en="Hidden draft", body_en="x", published=False)
    shown = visit(world.person(root)).get("/brand")
    assert [node.text() for node in page(shown).css("main h2")] == ["Manifesto", "Positions"]
    assert [node.text() for node in page(shown).css("main li h3")] == ["Who we are", "On work", "On energy"]
    assert page(shown).css_first("nav.rail a[aria-current=page]").text() == "Brand"
    assert page(shown).css_first("a[href='/studio/brand']") is None


def test_a_page_is_for_its_audience_only(visit, world, root, body, editor, write):
    other = world.organisation("Other", root)
    number = write(bodies=[body], title_en="For the hills", body_en="x")
    for person, status in (
        (world.person(body), 200),
        (world.person(other), 404),
        (world.person(root), 404),
        (editor, 200),
        (world.person(other, Role.EDITOR), 404),
        (world.person(world.organisation("Foreign"), Role.ADMIN), 404),
    ):
        me = visit(person)
        assert me.get(f"/brand/{number}").status_code == status
        assert ("For the hills" in me.get("/brand").text) == (person.organisation_id == body.id)
        assert ("For the hills" in me.get("/brand?q=hills").text) == (person.organisation_id == body.id)


def test_a_draft_is_for_editors(visit, world, root, editor, write):
    number = write(published=False)
    assert visit(world.person(root)).get(f"/brand/{number}").status_code == 404
    assert "Only editors see this page." in words(visit(editor).get(f"/brand/{number}"))


def test_a_page_is_told_in_the_readers_language_or_else_the_other(visit, world, root, write):
    both = write(title_fr="Le ton", body_fr="# Simple\n\nÊtre **clair**.", title_en="The tone", body_en="Be clear.")
    french = write(title_fr="Nos couleurs", body_fr="Le bleu.")
    english, francophone = visit(world.person(root)), visit(world.person(root, language="fr"))
    assert page(english.get(f"/brand/{both}")).css_first("h1").text() == "The tone"
    seen = page(francophone.get(f"/brand/{both}"))
    assert (seen.css_first("h1").text(), seen.css_first("article h2").text()) == ("Le ton", "Simple")
    seen = page(english.get(f"/brand/{french}"))
    assert seen.css_first("h1").attributes["lang"] == "fr"
    assert seen.css_first("article.prose").attributes["lang"] == "fr"
    assert "This page is written in French only." in seen.body.text()
    assert page(english.get("/brand")).css_first("main li[lang=fr] h3").text() == "Nos couleurs"


@pytest.mark.parametrize(
    "asked",
    ["énergie", "energie", "ENERGIE", "énergies", "sobriete", "œuvre", "oeuvre", "sobriété énergie", "companies"],
)
def test_a_search_finds_stems_in_both_languages_whatever_the_accents(visit, world, root, write, asked):
    write(
        title_fr="Sobriété", body_fr="Notre énergie, une **œuvre** commune.", title_en="Sobriety", body_en="A company."
    )
    write(title_fr="Couleurs", body_fr="Le bleu et le rouge.")
    found = page(visit(world.person(root)).get("/brand", query_string={"q": asked}))
    assert [node.text() for node in found.css("main li h3")] == ["Sobriety"]


def test_titles_come_first_and_nothing_is_said_kindly(visit, world, root, write):
    write(title_en="Colours", body_en="Everything about the logo.")
    write(title_en="Logo", body_en="Everything.")
    me = visit(world.person(root))
    assert [node.text() for node in page(me.get("/brand?q=logo")).css("main li h3")] == ["Logo", "Colours"]
    for odd in ("zzz", "'", "a & b | !", "\\", "%", ":*", "🙂", " ", "x" * 5000, "\x00"):
        assert me.get("/brand", query_string={"q": odd}).status_code == 200


LETTERS = st.text(st.characters(categories=("Ll", "Lu"), max_codepoint=0x24F), min_size=1, max_size=12)


def without_accents(word):
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def test_any_word_is_found_with_and_without_its_accents(ctx, world, root):
    author_id = world.person(root, Role.EDITOR).id

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(LETTERS)
    def search(word):
        author, owner = db.session.get_one(Person, author_id), db.session.get_one(Organisation, root.id)
        draft = PageDraft(section="tone", title_fr="Titre", body_fr=f"avant {word} après", bodies=frozenset({owner.id}))
        written = editing.write_page(author, owner, draft)
        editing.publish_page(author, written)
        for asked in {word, without_accents(word), word.lower(), unicodedata.normalize("NFD", word)}:
            assert written.id in [one.page.id for one in service.look_for(author, asked, "fr")], (word, asked)
        db.session.rollback()

    search()


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_the_space_takes_few_questions(app, visit, world, root, write):
    for number in range(30):
        write(title_en=f"Page {number}", body_en="Words about logos.")
    me = visit(world.person(root))
    for path, most in (("/brand", 8), ("/brand?q=logos", 8), ("/brand/3", 12)):
        with statements(app) as sent:
            assert me.get(path).status_code == 200
        assert len(sent) <= most, "\n".join(sent)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_speak_the_readers_language(visit, world, root, write, language):
    write()
    seen = page(visit(world.person(root, Role.EDITOR, language=language)).get("/brand"))
    assert seen.css_first("html").attributes["lang"] == language
