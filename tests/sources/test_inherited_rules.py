"""Rules from above: they hold for the sources of all bodies below, after these bodies' own, and may be switched off."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, NotFound
from advocacy.people.models import Organisation, Person, Role
from advocacy.sources import inherited
from advocacy.sources.models import Item, Rule, RuleAction, Source
from advocacy.sources.reading import Reading
from advocacy.sources.rules import RuleDraft, add_rule
from advocacy.sources.service import record
from tests.sources.test_polling import Entry, Feed
from tests.statements import statements
from tests.visitor import page, words


class Tree:
    """A programme with a region, a town in it, and another region; a source at each; acts are committed."""

    def __init__(self, app, world, root):
        self.app, self.world, self.root = app, world, root
        self.north = world.organisation("North", root)
        self.town = world.organisation("Town", self.north)
        self.south = world.organisation("South", root)
        self.editors = {body.id: world.person(body, Role.EDITOR) for body in self.all}

    @property
    def all(self):
        return [self.root, self.north, self.town, self.south]

    def act(self, what):
        with self.app.app_context():
            done = what()
            db.session.commit()
            return done

    def rule(self, body, name, *keywords, action=RuleAction.SUGGEST, **values):
        """A rule of a body; its id."""

        def made():
            editor, there = (
                db.session.get_one(Person, self.editors[body.id].id),
                db.session.get_one(Organisation, body.id),
            )
            return add_rule(editor, there, RuleDraft(name, keywords=keywords, action=action, **values)).id

        return self.act(made)

    def bring(self, body, title):
        """An item comes to a source of the body: the name of the rule that decided, and the item's state."""

        def read():
            url = f"https://{body.id}.example/feed"
            source = db.session.scalar(select(Source).filter_by(url=url))
            if source is None:
                source = Source(organisation_id=body.id, url=url, next_read_at=utcnow() + timedelta(hours=1))
                db.session.add(source)
                db.session.flush()
            number = len(db.session.scalars(select(Item)).all())
            link = f"https://{body.id}.example/{number}"
            entry = Entry(f"g{number}", link, title, "", None, None, None, "", "fr")
            assert record(source.id, Reading(source.url, feed=Feed("News", "fr", None, [entry]))) == 1
            item = db.session.scalars(select(Item).filter_by(link=link)).one()
            return (item.rule.name if item.rule else None), item.state

        return self.act(read)

    def switch(self, person, rule_id, body, *, off=True):
        act = inherited.switch_off if off else inherited.switch_on
        self.act(lambda: act(db.session.get_one(Person, person.id), rule_id, db.session.get_one(Organisation, body.id)))


@pytest.fixture
def tree(app, world, root):
    return Tree(app, world, root)


def test_a_rule_holds_for_the_whole_subtree_and_nowhere_beside(tree):
    tree.rule(tree.north, "Weather", "pluie", action=RuleAction.DISMISS)
    assert tree.bring(tree.north, "La pluie") == ("Weather", "dismissed")
    assert tree.bring(tree.town, "La pluie") == ("Weather", "dismissed")
    assert tree.bring(tree.south, "La pluie") == (None, "new")
    assert tree.bring(tree.root, "La pluie") == (None, "new")


def test_the_nearest_body_is_asked_first(tree):
    tree.rule(tree.root, "Root", "pluie")
    tree.rule(tree.north, "North", "pluie", "vent")
    tree.rule(tree.town, "Town", "pluie")
    assert tree.bring(tree.town, "La pluie")[0] == "Town"
    assert tree.bring(tree.town, "Le vent")[0] == "North"
    assert tree.bring(tree.south, "La pluie")[0] == "Root"


def test_a_rule_for_one_source_stays_there(tree):
    tree.bring(tree.north, "Bonjour")
    number = tree.act(lambda: db.session.scalar(select(Source.id).filter_by(organisation_id=tree.north.id)))
    tree.rule(tree.north, "One", source_id=number)
    assert tree.bring(tree.north, "La pluie")[0] == "One"
    assert tree.bring(tree.town, "La pluie")[0] is None


def test_a_draft_below_is_made_in_the_name_of_the_author_above(tree):
    tree.rule(tree.root, "Draft", "pont", action=RuleAction.DRAFT)
    assert tree.bring(tree.town, "Le pont") == ("Draft", "taken")

    def drafted():
        post = db.session.scalars(select(Item).where(Item.post_id.is_not(None))).one().post
        return post.organisation_id, post.author_id

    assert tree.act(drafted) == (tree.town.id, tree.editors[tree.root.id].id)


def test_it_is_switched_off_where_the_rule_allows_it(tree):
    free = tree.rule(tree.root, "Free", "pluie", may_be_off=True)
    firm = tree.rule(tree.root, "Firm", "vent")
    local = tree.editors[tree.north.id]
    tree.switch(local, free, tree.north)
    tree.switch(local, free, tree.north)
    with pytest.raises(Conflict):
        tree.switch(local, firm, tree.north)
    assert tree.bring(tree.north, "La pluie")[0] is None
    assert tree.bring(tree.town, "La pluie")[0] is None
    assert tree.bring(tree.south, "La pluie")[0] == "Free"
    assert tree.bring(tree.root, "La pluie")[0] == "Free"
    assert tree.bring(tree.town, "Le vent")[0] == "Firm"
    tree.switch(local, free, tree.north, off=False)
    assert tree.bring(tree.town, "La pluie")[0] == "Free"


def test_what_is_allowed_no_more_holds_again(tree):
    free = tree.rule(tree.root, "Free", "pluie", may_be_off=True)
    tree.switch(tree.editors[tree.north.id], free, tree.north)
    tree.act(lambda: setattr(db.session.get_one(Rule, free), "may_be_off", False))
    assert tree.bring(tree.town, "La pluie")[0] == "Free"


def test_who_may_not_switch(tree, world):
    free = tree.rule(tree.north, "Free", "pluie", may_be_off=True)
    stranger = world.person(world.organisation("Elsewhere"), Role.EDITOR)
    with pytest.raises(NotFound):
        tree.switch(stranger, free, tree.town)
    with pytest.raises(Forbidden):
        tree.switch(tree.editors[tree.south.id], free, tree.town)
    for body in (tree.north, tree.root, tree.south):
        with pytest.raises(NotFound):
            tree.switch(tree.editors[tree.root.id], free, body)


def test_the_list_shows_what_is_inherited(tree, visit):
    free = tree.rule(tree.root, "Free", "pluie", may_be_off=True)
    tree.rule(tree.root, "Firm", "vent")
    tree.rule(tree.town, "Own", "neige")
    me = visit(tree.editors[tree.town.id])
    shown = me.get("/studio/sources/rules")
    assert [one.text() for one in page(shown).css("main li h3, main li h4")] == ["Own", "Free", "Firm"]
    said = words(shown)
    assert "inherited from" in said and "It holds here in any case" in said
    assert me.post(f"/studio/sources/rules/{free}/off", {"body": tree.town.id}).status_code == 303
    assert "switched off by Town" in words(me.get(f"/studio/sources/rules?body={tree.town.id}"))
    assert me.post(f"/studio/sources/rules/{free}/on", {"body": tree.town.id}).status_code == 303
    assert "switched off" not in words(me.get("/studio/sources/rules"))
    assert me.get(f"/studio/sources/rules?body={tree.south.id}").status_code == 403
    assert me.get(f"/studio/sources/rules/{free}").status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_renders_and_asks_no_more_for_more(app, tree, visit, world, language):
    me = visit(world.person(tree.root, Role.EDITOR, language=language), language)
    counts = []
    for _round in range(2):
        for body in tree.all:
            for number in range(3):
                tree.rule(body, f"Rule {number}", f"mot{number}", may_be_off=True)
        with statements(app) as sent:
            shown = me.get("/studio/sources/rules")
        counts.append(len(sent))
        assert page(shown).css_first("html").attributes["lang"] == language
    assert counts[1] <= counts[0]
