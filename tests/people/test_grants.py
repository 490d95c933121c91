import pytest
from sqlalchemy import select

from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role


@pytest.fixture
def tree(world):
    """Two programmes; in the first, two bodies, one with a team below."""
    root = world.organisation("Aubrelle")
    north, south = world.organisation("North", root), world.organisation("South", root)
    return {
        "root": root,
        "north": north,
        "south": south,
        "team": world.organisation("Team", north),
        "other": world.organisation("Vélonne"),
    }


@pytest.fixture
def load(tree, ctx):
    """Rows of this session, by what the test calls them."""

    def loaded(row):
        found = db.session.get(type(row), row.id)
        assert found is not None
        return found

    return loaded


ALLOWED = {
    "root": {"root", "north", "south", "team"},
    "north": {"north", "team"},
    "team": {"team"},
}


@pytest.mark.parametrize("granted_at", list(ALLOWED))
@pytest.mark.parametrize("asked_at", ["root", "north", "south", "team", "other"])
@pytest.mark.parametrize("held", [Role.EDITOR, Role.ADMIN])
@pytest.mark.parametrize("asked", list(Role))
def test_a_role_holds_where_it_was_granted_and_below(world, tree, load, granted_at, asked_at, held, asked):
    person = load(world.person(tree["team"], held, at=tree[granted_at]))
    strong_enough = held.weight >= asked.weight and asked_at in ALLOWED[granted_at]
    everybody = asked is Role.EMPLOYEE and asked_at != "other"
    body = load(tree[asked_at])
    assert people.may(person, asked, body) == (strong_enough or everybody)
    if strong_enough or everybody:
        people.require(person, asked, body)
    else:
        with pytest.raises(NotFound if asked_at == "other" else Forbidden):
            people.require(person, asked, body)
    assert (tree[asked_at].id in {found.id for found in people.organisations_where(person, asked)}) == (
        strong_enough or everybody
    )


def test_somebody_without_a_role_administers_nothing(world, tree, load):
    person = load(world.person(tree["north"]))
    assert people.organisations_where(person, Role.EDITOR) == []
    people.require_anywhere(person, Role.EMPLOYEE)
    with pytest.raises(Forbidden):
        people.require_anywhere(person, Role.EDITOR)


def test_the_tree_reads_from_the_body_down(tree, load):
    assert [body.name for body in people.organisations_below(load(tree["root"]))] == [
        "Aubrelle",
        "North",
        "South",
        "Team",
    ]
    assert [body.name for body in people.organisations_below(load(tree["team"]))] == ["Team"]
    ordered = people.in_tree_order(people.organisations_below(load(tree["root"])))
    assert [(depth, body.name) for depth, body in ordered] == [(0, "Aubrelle"), (1, "North"), (2, "Team"), (1, "South")]


def test_a_role_is_given_once_and_only_where_one_is_admin(world, tree, load):
    admin, person = load(world.person(tree["north"], Role.ADMIN)), load(world.person(tree["south"]))
    first = people.grant(admin, person, load(tree["team"]), Role.EDITOR)
    assert people.grant(admin, person, load(tree["team"]), Role.EDITOR) is first
    assert first.granted_by_id == admin.id
    for body, refusal in (("root", Forbidden), ("south", Forbidden), ("other", NotFound)):
        with pytest.raises(refusal):
            people.grant(admin, person, load(tree[body]), Role.EDITOR)
    with pytest.raises(Invalid):
        people.grant(admin, person, load(tree["north"]), Role.EMPLOYEE)


def test_nobody_of_another_programme_is_given_a_role(world, tree, load):
    admin, stranger = load(world.person(tree["root"], Role.ADMIN)), load(world.person(tree["other"]))
    with pytest.raises(NotFound):
        people.grant(admin, stranger, load(tree["north"]), Role.EDITOR)


def test_editors_give_no_roles_and_invite_nobody(world, tree, load):
    editor, person = load(world.person(tree["root"], Role.EDITOR)), load(world.person(tree["root"]))
    with pytest.raises(Forbidden):
        people.grant(editor, person, load(tree["root"]), Role.EDITOR)
    with pytest.raises(Forbidden):
        people.invite(editor, load(tree["root"]), "new@aubrelle.example", "New", "fr")


def test_a_programme_keeps_an_admin(world, tree, load):
    one, two = (
        load(world.person(tree["root"], Role.ADMIN)),
        load(world.person(tree["north"], Role.ADMIN, at=tree["root"])),
    )
    people.withdraw_grant(one, two.grants[0])
    with pytest.raises(Conflict):
        people.withdraw_grant(one, one.grants[0])
    assert people.may(one, Role.ADMIN, load(tree["root"]))
    assert not people.may(two, Role.ADMIN, load(tree["root"]))


def test_an_admin_below_may_not_touch_one_from_above(world, tree, load):
    below, above = (
        load(world.person(tree["north"], Role.ADMIN)),
        load(world.person(tree["north"], Role.ADMIN, at=tree["root"])),
    )
    for act in (people.deactivate, people.reactivate, people.resend):
        with pytest.raises(Forbidden):
            act(below, above)
    with pytest.raises(Forbidden):
        people.withdraw_grant(below, above.grants[0])
    people.deactivate(above, below)
    assert not below.is_active


def test_a_new_programme_from_the_command_line(app, ctx):
    answer = app.test_cli_runner().invoke(args=["create-organisation", "Vélonne", "chef@velonne.example"])
    assert answer.exit_code == 0, answer.output
    founder = people.find_by_email("CHEF@velonne.example")
    assert founder is not None
    assert people.may(founder, Role.ADMIN, founder.organisation)
    assert founder.organisation.lineage == [founder.organisation_id]


def test_bodies_side_by_side_have_names_of_their_own(tree, load):
    root = load(tree["root"])
    with pytest.raises(Invalid):
        people.found_organisation(" NORTH ", root)
    east = people.found_organisation("Est & Ouest", root, hue=120)
    assert (east.lineage, east.hue, east.time_zone) == ([root.id, east.id], 120, root.time_zone)
    people.found_organisation("North", east)


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, 4_000_000])
def test_ids_of_nobody(tree, load, number):
    with pytest.raises(NotFound):
        people.get_person(number)
    with pytest.raises(NotFound):
        people.get_organisation(number)
    assert db.session.scalar(select(Organisation.id).limit(1))
    assert db.session.scalar(select(Person.id).limit(1)) is None
