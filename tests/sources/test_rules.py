"""Rules sort what comes: the first that matches decides, in the transaction of the import, in its author's name."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role, RoleGrant
from advocacy.sources.matching import Candidate, match, words_found
from advocacy.sources.models import Item, Rule, Source
from advocacy.sources.reading import Reading
from advocacy.sources.rules import RuleDraft
from advocacy.sources.service import record
from tests.sources.test_polling import Entry, Feed
from tests.statements import statements
from tests.visitor import page, words


@pytest.mark.parametrize(
    ("keyword", "text", "there"),
    [
        ("énergie", "L’ENERGIE du vent", True),
        ("energie", "Nos énergies", False),
        ("pont neuf", "Le Pont\u00a0Neuf, hier", True),
        ("pont neuf", "Le pont est neuf", False),
        ("art", "Un article", False),
        ("œuvre", "Main d'OEUVRE", True),
        ("Straße", "STRASSE 7", True),
        ("5g", "La 5G arrive", True),
    ],
)
def test_keywords_are_whole_words_accents_aside(keyword, text, there):
    assert words_found([keyword], text) == ([keyword] if there else [])


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_word_is_found_between_any_others(word, before, after):
    text = f"{before} {word} {after}"
    assert words_found([word], text) == [word] or not any(sign.isalnum() for sign in word)
    assert words_found([word], text) == words_found([word], text.upper().lower().upper()) or not word.isascii()


def test_all_conditions_must_be_met():
    rule = RuleDraft("x", source_id=1, language="fr", keywords=("pont", "vent"))
    assert match(rule, Candidate(1, "fr-CA", "Le pont", "")) == ["pont"]
    assert match(rule, Candidate(1, "fr", "", "Vent et pont")) == ["pont", "vent"]
    assert match(rule, Candidate(2, "fr", "Le pont", "")) is None
    assert match(rule, Candidate(1, None, "Le pont", "")) is None
    assert match(rule, Candidate(1, "fr", "Le port", "")) is None
    assert match(RuleDraft("y", source_id=1), Candidate(1, None, "", "")) == []


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR)


@pytest.fixture
def me(visit, editor):
    return visit(editor)


@pytest.fixture
def source(app, root):
    with app.app_context():
        row = Source(
            organisation_id=root.id,
            url="https://a.example/feed",
            title="News",
            next_read_at=utcnow() + timedelta(hours=1),
        )
        db.session.add(row)
        db.session.commit()
        return row.id


def entries(*titles, language=None):
    return [
        Entry(f"g{title}", f"https://a.example/{n}-{len(title)}", title, "", None, None, None, "", language)
        for n, title in enumerate(titles)
    ]


def bring(app, source_id, *titles, language="fr"):
    with app.app_context():
        added = record(
            source_id, Reading("https://a.example/feed", feed=Feed("News", language, None, entries(*titles)))
        )
        db.session.commit()
        return added


def items(app):
    with app.app_context():
        rows = db.session.execute(
            select(Item.title, Item.state, Item.matched, Rule.name).outerjoin(Rule).order_by(Item.title)
        )
        return [tuple(row) for row in rows]


def typed(root, **values):
    return {"body": root.id, "name": "A rule", "action": "suggest", "keywords": "", **values}


def test_the_first_rule_that_matches_decides(app, world, me, root, source, editor):
    me.post("/studio/sources/rules/new", typed(root, name="Away", keywords="Météo\r\nsport", action="dismiss"))
    me.post(
        "/studio/sources/rules/new", typed(root, name="Bridges", keywords="pont", action="draft", set_language="en")
    )
    me.post("/studio/sources/rules/new", typed(root, name="Rest", source=source))
    assert bring(app, source, "La meteo du pont", "Un pont", "Autre") == 3
    assert items(app) == [
        ("Autre", "new", [], "Rest"),
        ("La meteo du pont", "dismissed", ["Météo"], "Away"),
        ("Un pont", "taken", ["pont"], "Bridges"),
    ]
    with app.app_context():
        (post,) = db.session.scalars(select(Post))
        assert (post.title, post.author_id, post.rule_name, post.language, post.state) == (
            "Un pont",
            editor.id,
            "Bridges",
            "en",
            "draft",
        )
    assert bring(app, source, "La meteo du pont", "Un pont", "Autre") == 0
    did = words(me.get("/studio/inbox/rules"))
    assert "Un pont" in did
    assert "It speaks of: Météo" in did
    assert "Rest It is from the source of the rule." in words(me.get("/studio/inbox"))


def test_suggestions_become_the_drafts(app, world, visit, me, root, source):
    topic, group, branch = world.topic(root), world.group(root), world.organisation("Branch", root)
    me.post(
        "/studio/sources/rules/new",
        typed(root, keywords="pont", topics=[topic.id], bodies=[branch.id], groups=[group.id]),
    )
    bring(app, source, "Un pont")
    with app.app_context():
        number = db.session.scalar(select(Item.id))
        db.session.execute(Item.__table__.update().values(link=None))
        db.session.commit()
    assert me.post(f"/studio/inbox/{number}/take").status_code == 303
    with app.app_context():
        post = db.session.scalar(select(Post))
        aims = {(row.audience.organisation_id, row.audience.group_id) for row in post.audiences}
        assert [one.id for one in post.topics] == [topic.id]
        assert aims == {(branch.id, None), (None, group.id)}
        assert post.rule_name is None


def test_a_rule_is_opened_with_all_that_it_suggests(world, me, root):
    topic, group, branch = world.topic(root), world.group(root), world.organisation("Branch", root)
    me.post(
        "/studio/sources/rules/new",
        typed(root, keywords="pont", topics=[topic.id], bodies=[branch.id], groups=[group.id]),
    )
    opened = page(me.get("/studio/sources/rules")).css_first("main h3 a").attributes["href"]
    found = page(me.get(opened))
    ticked = {(box.attributes["name"], box.attributes["value"]) for box in found.css("input[type=checkbox][checked]")}
    assert ticked == {("topics", str(topic.id)), ("bodies", str(branch.id)), ("groups", str(group.id))}


def test_drafts_need_an_author_who_is_editor_still(app, me, root, source, editor):
    me.post("/studio/sources/rules/new", typed(root, keywords="pont", action="draft"))
    with app.app_context():
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == editor.id))
        db.session.commit()
    bring(app, source, "Un pont")
    assert items(app) == [("Un pont", "new", ["pont"], "A rule")]


def test_a_reading_makes_no_more_than_twenty_drafts(app, me, root, source):
    me.post("/studio/sources/rules/new", typed(root, source=source, action="draft"))
    bring(app, source, *[f"Item {n:02} {'x' * n}" for n in range(30)])
    states = [state for _title, state, _words, _rule in items(app)]
    assert states == ["taken"] * 20 + ["new"] * 10


def test_order_preview_change_and_removal(app, me, root, source):
    bring(app, source, "Un pont", "Autre")
    tried = me.post("/studio/sources/rules/new", typed(root, keywords="Pont", **{"try": "1"}))
    assert "It would have matched 1 of the last 50 items" in words(tried)
    assert words(tried).count("Un pont") == 1
    for name in ("One", "Two", "Three"):
        assert me.post("/studio/sources/rules/new", typed(root, name=name, keywords="x")).status_code == 303
    with app.app_context():
        numbers = {rule.name: rule.id for rule in db.session.scalars(select(Rule))}
    me.post(f"/studio/sources/rules/{numbers['Three']}/up")
    me.post(f"/studio/sources/rules/{numbers['One']}/up")
    me.post(f"/studio/sources/rules/{numbers['One']}/down")
    listed = me.get("/studio/sources/rules")
    assert [one.text() for one in page(listed).css("main h3")] == ["Three", "One", "Two"]
    shown = page(me.get(f"/studio/sources/rules/{numbers['Two']}"))
    assert shown.css_first("textarea").text(strip=True) == "x"
    me.post(f"/studio/sources/rules/{numbers['Two']}", typed(root, name="Zwei", language="fr"))
    me.post(f"/studio/sources/rules/{numbers['One']}/remove")
    assert [one.text() for one in page(me.get("/studio/sources/rules")).css("main h3")] == ["Three", "Zwei"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "a rule needs one condition"),
        ({"keywords": "!!!"}, "a letter or a figure"),
        ({"keywords": "x" * 61}, "30 keywords at most"),
        ({"keywords": "\n".join(f"w{n}" for n in range(31))}, "30 keywords at most"),
        ({"keywords": "x", "name": ""}, "Give the rule a name"),
        ({"keywords": "x", "name": "n" * 81}, "at most 80 characters"),
        ({"keywords": "x", "topics": ["999"]}, "999"),
        ({"source": "999"}, "valid choice"),
        ({"keywords": "x", "action": "burn"}, "valid choice"),
    ],
)
def test_what_is_no_rule(app, me, root, values, sentence):
    refused = me.post("/studio/sources/rules/new", typed(root, **values))
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert items(app) == []


def test_roles_and_foreign_ids(app, world, visit, me, root):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    with app.app_context():
        rows = [Rule(organisation_id=one.id, position=1, name="R", keywords=["x"]) for one in (root, other)]
        db.session.add_all(rows)
        db.session.commit()
        mine, foreign = rows[0].id, rows[1].id
    below, employee = visit(world.person(branch, Role.EDITOR)), visit(world.person(root))
    for who, own in ((me, 200), (below, 403), (employee, 403)):
        assert who.get(f"/studio/sources/rules/{mine}").status_code == own
        assert who.get(f"/studio/sources/rules/{foreign}").status_code == 404
        for act in ("up", "down", "remove"):
            assert who.post(f"/studio/sources/rules/{foreign}/{act}").status_code == 404
            assert own == 200 or who.post(f"/studio/sources/rules/{mine}/{act}").status_code == 403
    assert below.post("/studio/sources/rules/new", typed(root, keywords="x")).status_code == 422
    for path in ("/studio/sources/rules", "/studio/sources/rules/new", "/studio/inbox/rules"):
        assert employee.get(path).status_code == 403
        assert visit().get(path).status_code == 302


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_renders_and_asks_no_more_for_more(app, world, visit, root, source, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    me.post("/studio/sources/rules/new", typed(root, name="Away", keywords="a", action="dismiss"))
    me.post("/studio/sources/rules/new", typed(root, name="Draft", keywords="b", action="draft"))
    bring(app, source, "a 1", "b 1", "c 1")
    paths = ("/studio/sources/rules", "/studio/inbox/rules", "/studio/inbox", "/studio/sources")
    before = [asked(app, lambda path=path: me.get(path)) for path in paths]
    for number in range(6):
        me.post("/studio/sources/rules/new", typed(root, name=f"More {number}", keywords=f"c{number}"))
    bring(app, source, *[f"{letter} {'2' * n}" for letter in "abc" for n in range(2, 6)])
    after = [asked(app, lambda path=path: me.get(path)) for path in paths]
    assert after == before
    assert max(after) < 20


def asked(app, act):
    """How many questions the database is asked."""
    with statements(app) as sent:
        assert act().status_code == 200
    return len(sent)
