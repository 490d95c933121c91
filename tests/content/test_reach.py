"""How many people an audience has, everybody counted once; and who may ask."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.clock import utcnow
from advocacy.content.aims import Aim
from advocacy.content.reach import count_reach
from advocacy.people.models import Role
from tests.statements import statements
from tests.visitor import words


@pytest.fixture
def tree(world):
    root, other = world.organisation("Root"), world.organisation("Other")
    north, south = world.organisation("North", root), world.organisation("South", root)
    branch = world.organisation("Branch", north)
    people = {
        "top": world.person(root),
        "north": world.person(north),
        "branch": world.person(branch),
        "twin": world.person(branch),
        "south": world.person(south),
        "left": world.person(south, deactivated_at=utcnow()),
        "other": world.person(other),
    }
    reading = world.group(root, people["branch"], people["south"], people["left"], name="Reading")
    stray = world.group(root, people["other"], people["top"], name="Stray")
    bodies = {"root": root, "north": north, "south": south, "branch": branch, "other": other}
    return bodies, {"reading": reading, "stray": stray}


REACHED = {
    "root": {"top", "north", "branch", "twin", "south"},
    "north": {"north", "branch", "twin"},
    "branch": {"branch", "twin"},
    "south": {"south"},
    "other": set(),
    "reading": {"branch", "south"},
    "stray": {"top"},
}


@given(
    st.sets(st.sampled_from(["root", "north", "south", "branch", "other"])),
    st.sets(st.sampled_from(["reading", "stray"])),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_is_counted_once(app, tree, chosen, gathered):
    bodies, groups = tree
    aim = Aim(frozenset(bodies[one].id for one in chosen), frozenset(groups[one].id for one in gathered))
    with app.app_context():
        assert count_reach(bodies["root"].id, aim) == len(set().union(*(REACHED[one] for one in chosen | gathered)))


def test_one_query_however_many_audiences(app, world, tree):
    bodies, _groups = tree
    more = [world.group(bodies["root"]).id for _ in range(40)]
    with app.app_context():
        with statements(app) as asked:
            count_reach(bodies["root"].id, Aim(frozenset(one.id for one in bodies.values()), frozenset(more)))
        assert len(asked) == 1


def test_the_page_tells_as_one_ticks(world, visit, tree):
    bodies, groups = tree
    editor = visit(world.person(bodies["north"], Role.EDITOR))
    answer = editor.get(
        f"/studio/reach?body={bodies['north'].id}&bodies={bodies['north'].id}&groups={groups['reading'].id}"
    )
    assert words(answer) == "5 people may see it."
    assert words(editor.get(f"/studio/reach?bodies={bodies['branch'].id}")) == "2 people may see it."
    assert words(editor.get("/studio/reach")) == "Nobody would see it yet."
    french = visit(world.person(bodies["north"], Role.EDITOR, language="fr"), language="fr")
    assert "2" in words(french.get(f"/studio/reach?bodies={bodies['branch'].id}"))


def test_only_what_is_open_to_the_editor_counts(world, visit, tree):
    bodies, _groups = tree
    foreign = world.group(bodies["other"])
    editor = visit(world.person(bodies["north"], Role.EDITOR))
    for asked in (
        f"bodies={bodies['root'].id}",
        f"bodies={bodies['other'].id}",
        f"groups={foreign.id}",
        "bodies=x",
        "groups=" + "9" * 30,
    ):
        assert words(editor.get(f"/studio/reach?{asked}")) == "Nobody would see it yet."
    post = world.post(bodies["north"], audience=bodies["root"])
    assert words(editor.get(f"/studio/reach?post={post.id}")) == "6 people may see it."
    elsewhere = world.post(bodies["other"])
    assert editor.get(f"/studio/reach?post={elsewhere.id}").status_code == 404
    assert editor.get(f"/studio/reach?post={10**6}").status_code == 404
    assert visit(world.person(bodies["north"])).get("/studio/reach").status_code == 403
    assert visit().get("/studio/reach").status_code == 302
