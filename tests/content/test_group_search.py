"""Where a programme has many groups, an editor looks for the few that a post is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from advocacy.content.group_search import FEW, MOST_SHOWN, find_groups
from advocacy.db import db
from advocacy.groups.models import Group
from advocacy.people.models import Role
from tests.browsing import leaving, look
from tests.content.test_composing import full, stored
from tests.statements import statements
from tests.visitor import page, words

NAMED = [(1, "Santé au travail"), (2, "Sport, Île de Sable"), (3, "Œuvre et santé"), (4, "Vélo-boulot")]


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def gathered(world, root):
    """More groups than stand in a list; each has one member."""
    return [world.group(root, world.person(root), name=f"Circle {number:02}") for number in range(FEW + 13)]


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("sante", [1, 3]),
        ("SANTÉ trav", [1]),
        ("oeuvre", [3]),
        ("boulot", [4]),
        ("ulot", []),
        ("ile sport", [2]),
        ("  ", []),
    ],
)
def test_a_name_is_found_by_how_its_words_begin(typed, ids):
    assert [one[0] for one in find_groups(NAMED, (), typed).found] == ids


def test_chosen_ones_are_kept_apart():
    finding = find_groups(NAMED, [3, 99], "sante")
    assert (finding.chosen, finding.found) == ([NAMED[2]], [NAMED[0]])


@given(st.lists(st.text(max_size=12), max_size=60), st.text(max_size=6))
def test_what_is_shown_and_what_is_more_is_all_there_is(names, typed):
    named = list(enumerate(names))
    finding = find_groups(named, [0], typed)
    assert len(finding.found) <= MOST_SHOWN
    assert len(finding.found) + finding.more + len(finding.chosen) <= len(named)
    assert not finding.more or len(finding.found) == MOST_SHOWN


def test_a_few_groups_stand_in_a_list(world, visit, root, editor):
    world.group(root, name="Readers")
    shown = page(visit(editor).get("/studio/posts/new"))
    assert [box.attributes["type"] for box in shown.css("[name=groups]")] == ["checkbox"]
    assert not shown.css("#find_groups")


def test_many_are_searched(visit, editor, gathered):
    me = visit(editor)
    shown = page(me.get("/studio/posts/new"))
    assert not shown.css("[name=groups]")
    assert shown.css_first("#find_groups").attributes["placeholder"] == "Find among 25 groups"
    answer = me.get(f"/studio/groups?find_groups=circle+0&groups={gathered[3].id}")
    boxes = page(answer).css("[name=groups]")
    assert [int(box.attributes["value"]) for box in boxes if "checked" in box.attributes] == [gathered[3].id]
    assert len(boxes) == 10
    assert "5 more have such a name" in words(me.get("/studio/groups?find_groups=circle"))
    assert "No other group has such a name." in words(me.get("/studio/groups?find_groups=nothing"))


def test_only_groups_of_the_programme_are_found(world, visit, editor, gathered):
    other = world.organisation("Elsewhere")
    foreign = world.group(other, name="Circle of others")
    me = visit(editor)
    assert "others" not in me.get(f"/studio/groups?find_groups=circle+of&groups={foreign.id}").text
    assert me.get(f"/studio/groups?post={world.post(other).id}").status_code == 404
    assert visit(world.person(other)).get("/studio/groups").status_code == 403


def test_without_script_a_search_keeps_what_was_typed(app, visit, root, editor, gathered):
    me = visit(editor)
    sent = full(root, title="Half a title", act="find_groups", find_groups="circle 04", groups=[gathered[0].id])
    shown = page(me.post("/studio/posts/new", sent))
    assert shown.css_first("#title").attributes["value"] == "Half a title"
    boxes = {int(box.attributes["value"]): "checked" in box.attributes for box in shown.css("[name=groups]")}
    assert boxes == {gathered[0].id: True, gathered[4].id: False}
    assert "may see it" in shown.css_first("#reach").text()
    assert stored(app) is None
    me.post("/studio/posts/new", {**sent, "act": "save", "groups": list(boxes)})
    assert {row.audience.group_id for row in stored(app).audiences} == {*boxes, None}


def test_two_thousand_groups_weigh_no_more_than_thirteen(app, world, visit, root, editor, gathered):
    me = visit(editor)
    before = len(me.get("/studio/posts/new").text)
    with app.app_context():
        db.session.add_all(Group(organisation_id=root.id, name=f"Crowd {number}") for number in range(2000))
        db.session.commit()
    with statements(app) as asked:
        answer = me.get("/studio/posts/new")
    assert abs(len(answer.text) - before) < 100
    assert len(asked) < 30


def test_in_a_browser_the_reach_follows(app, open_page, editor, root, gathered):
    window = open_page(editor, "/studio/posts/new")
    window.locator("#title").fill("For two circles")
    window.get_by_label("Everyone: Aubrelle").uncheck()
    expect(window.locator("#reach")).to_have_text("Nobody would see it yet.")
    window.get_by_label("Find a group").press_sequentially("circle 07")
    window.get_by_label("Circle 07").check()
    expect(window.locator("#reach")).to_have_text("1 person may see it.")
    window.get_by_label("Find a group").fill("circle 11")
    window.get_by_label("Find a group").press("Enter")
    window.get_by_label("Circle 11").check()
    expect(window.get_by_label("Circle 07")).to_be_checked()
    expect(window.locator("#reach")).to_have_text("2 people may see it.")
    look(window)
    with leaving(window):
        window.get_by_role("button", name="Save draft").click()
    expect(window.get_by_label("Circle 07")).to_be_checked()
    expect(window.get_by_label("Circle 11")).to_be_checked()
    assert {row.audience.group_id for row in stored(app).audiences} == {gathered[7].id, gathered[11].id}
