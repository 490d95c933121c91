import pytest

from advocacy.db import db
from advocacy.groups import service as groups
from advocacy.groups.models import Group
from advocacy.people.models import Person, Role
from tests.visitor import page, words


@pytest.fixture
def place(world):
    root = world.organisation("Aubrelle")
    north = world.organisation("North", root)
    return {"root": root, "north": north, "other": world.organisation("Vélonne")}


def test_an_editor_makes_a_group_and_chooses_who_is_in(world, place, visit, app):
    editor = world.person(place["north"], Role.EDITOR, name="Éd")
    hugo, ines = world.person(place["north"], name="Hugo P."), world.person(place["root"], name="Inès B.")
    visitor = visit(editor)
    made = visitor.post("/admin/groups", {"name": " Night  runners ", "organisation": place["north"].id})
    path = made.headers["Location"]
    assert "Night runners" in words(visitor.get(path))
    assert [node.text() for node in page(visitor.get(f"{path}?q=inès")).css("section[aria-labelledby=add] li b")] == [
        "Inès B."
    ]
    for person in (hugo, ines, ines):
        assert visitor.post(path, {"section": "add", "person": person.id}).status_code == 302
    assert "2 people" in words(visitor.get(path))
    assert visitor.post(path, {"section": "remove", "person": hugo.id}).status_code == 302
    with app.app_context():
        group = groups.groups_where(db.session.get(Person, editor.id))[0]
        assert [member.name for member in groups.members(group)] == ["Inès B."]
        assert groups.group_ids_of(db.session.get(Person, ines.id)) == [group.id]
        assert groups.group_ids_of(db.session.get(Person, hugo.id)) == []
    assert "Night runners North 1" in words(visitor.get("/admin/groups"))


@pytest.mark.parametrize("name", ["", "…", "x" * 81, "a\0b", "NAMED"])
def test_a_group_has_a_name_of_its_own(world, place, visit, name):
    world.group(place["north"], name="NAMED")
    answer = visit(world.person(place["north"], Role.EDITOR)).post(
        "/admin/groups", {"name": name, "organisation": place["north"].id}
    )
    assert answer.status_code == 422
    assert page(answer).css_first("#errors") is not None


def test_editors_elsewhere_and_employees_are_kept_out(world, place, visit):
    group = world.group(place["root"], name="Runners")
    path = f"/admin/groups/{group.id}"
    for somebody, listed, shown in [
        (world.person(place["north"]), 403, 403),
        (world.person(place["north"], Role.EDITOR), 200, 403),
        (world.person(place["other"], Role.ADMIN), 200, 404),
    ]:
        visitor = visit(somebody)
        index = visitor.get("/admin/groups")
        assert index.status_code == listed
        assert "Runners" not in index.text
        assert visitor.get(path).status_code == shown
        assert visitor.post(path, {"section": "add", "person": somebody.id}).status_code == shown
        made = visitor.post("/admin/groups", {"name": "Mine", "organisation": place["root"].id})
        assert made.status_code == (422 if listed == 200 else 403)


def test_strangers_are_neither_found_nor_added(world, place, visit, app):
    olga = world.person(place["other"], name="Olga V.")
    group = world.group(place["north"], name="Runners")
    visitor = visit(world.person(place["north"], Role.EDITOR))
    assert "Olga" not in words(visitor.get(f"/admin/groups/{group.id}?q=olg"))
    for number in (olga.id, 0, 10**18, 10**30, "x", ""):
        assert visitor.post(f"/admin/groups/{group.id}", {"section": "add", "person": number}).status_code == 404
    assert visitor.post(f"/admin/groups/{group.id}", {"section": "", "person": olga.id}).status_code == 400
    assert visitor.get(f"/admin/groups/{10**30}").status_code == 404
    with app.app_context():
        assert groups.members(db.session.get(Group, group.id)) == []


def test_searching_is_no_pattern_language(world, place, visit):
    group = world.group(place["north"])
    world.person(place["north"], name="Nils")
    visitor = visit(world.person(place["north"], Role.EDITOR, name="Ed"))
    for words_sought in ("%25", "_", "%00", "%5C"):
        assert "Nils" not in words(visitor.get(f"/admin/groups/{group.id}?q={words_sought}"))
