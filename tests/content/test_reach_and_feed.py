"""How many people a post reaches is how many would find it in their feed, in any world."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.aims import Aim, audiences_in, set_aim
from advocacy.content.models import Dismissal, LocalSay, Post, PostAudience
from advocacy.content.reach import count_reach
from advocacy.db import db
from advocacy.groups.models import Group, Membership
from advocacy.people.models import Organisation, Person, Role, RoleGrant
from tests.visitor import words

COUNTRIES = ("FR", "BE", "CH")
MAY_BE = st.none() | st.sampled_from(COUNTRIES)
PICK = st.integers(0, 30)
_numbers = itertools.count()

BODIES = st.lists(st.tuples(PICK, MAY_BE), min_size=1, max_size=6)
PEOPLE = st.lists(st.tuples(PICK, st.none() | st.sampled_from(list(Role)), PICK, st.booleans()), min_size=1, max_size=8)
SAYS = st.dictionaries(PICK, st.none() | st.booleans(), max_size=4)
GROUPS = st.lists(st.sets(PICK, max_size=4), max_size=3)


def some(values):
    return st.none() | st.sets(st.sampled_from(values), min_size=1, max_size=3)


def plant(bodies):
    """A root with bodies below it, each under one that was there before, and another programme."""
    rows = []
    for place, country in [(0, None), *bodies]:
        above = rows[place % len(rows)] if rows else None
        row = Organisation(name=f"Body {next(_numbers)}", parent_id=above.id if above else None, country=country)
        db.session.add(row)
        db.session.flush()
        row.lineage = [*(above.lineage if above else []), row.id]
        rows.append(row)
    other = Organisation(name=f"Other {next(_numbers)}")
    db.session.add(other)
    db.session.flush()
    other.lineage = [other.id]
    return rows, other


def settle(rows, other, people):
    """People here and there, some with a role somewhere, some whose access was ended."""
    found = []
    for place, role, where, gone in people:
        body = [*rows, other][place % (len(rows) + 1)]
        number = next(_numbers)
        one = Person(organisation=body, email=f"world{number}@aubrelle.example", name=f"Person {number}")
        one.deactivated_at = utcnow() if gone and number % 2 else None
        if role is not None:
            one.grants = [RoleGrant(organisation_id=rows[where % len(rows)].id, role=role.value)]
        found.append(one)
    db.session.add_all(found)
    db.session.flush()
    return found


def gather(root, people, groups):
    rows = []
    for members in groups:
        group = Group(organisation_id=root.id, name=f"Group {next(_numbers)}")
        db.session.add(group)
        db.session.flush()
        ids = {people[one % len(people)].id for one in members}
        db.session.add_all([Membership(group_id=group.id, person_id=one) for one in ids])
        rows.append(group)
    return rows


def say(post, rows, says):
    """Bodies that were offered the post answer it, or not yet; who takes it on is among its audiences."""
    for place, shown in {rows[one % len(rows)].id: shown for one, shown in says.items()}.items():
        db.session.add(LocalSay(post_id=post.id, organisation_id=place, shown=shown))
        (audience,) = audiences_in(Aim(frozenset({place})))
        if shown and audience not in [row.audience for row in post.audiences]:
            post.audiences.append(PostAudience(audience=audience, publish_at=post.publish_at, chosen=False))
    db.session.flush()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES, PEOPLE, GROUPS, st.sets(PICK, max_size=3), SAYS, some(COUNTRIES), some([*Role]))
def test_the_count_is_the_number_of_feeds_that_show_it(app, clean, bodies, people, groups, aimed, says, at, held):
    with app.app_context():
        rows, other = plant(bodies)
        crowd = settle(rows, other, people)
        gathered = gather(rows[0], crowd, groups)
        now = utcnow()
        post = Post(organisation=rows[0], title="A", state="published", publish_at=now, updated_at=now)
        post.countries, post.roles = (sorted(at) if at else None), (sorted(held) if held else None)
        db.session.add(post)
        aim = Aim(frozenset(rows[one % len(rows)].id for one in aimed), frozenset(one.id for one in gathered))
        set_aim(post, aim)
        db.session.flush()
        say(post, rows, says)
        seen = [
            one for one in crowd if one.deactivated_at is None and [shown.id for shown in content.feed_for(one).posts]
        ]
        assert count_reach(rows[0].id, aim, post) == len(seen)
        db.session.rollback()


def test_what_a_person_dismissed_does_not_show_in_the_count(app, world):
    root = world.organisation("Aubrelle")
    person, post = world.person(root), world.post(root)
    with app.app_context():
        db.session.add(Dismissal(person_id=person.id, post_id=post.id))
        db.session.commit()
        assert count_reach(root.id, Aim(frozenset({root.id}))) == 1


@pytest.mark.parametrize(
    ("countries", "roles", "count"),
    [
        (None, None, 3),
        (["FR"], None, 2),
        (["CH"], None, 0),
        (None, ["approver"], 1),
        (None, ["admin"], 0),
        (["BE"], ["editor"], 0),
        ([], None, 0),
        (None, [], 0),
    ],
)
def test_limits_in_a_small_world(app, world, countries, roles, count):
    root = world.organisation("Aubrelle")
    france = world.organisation("France", root, country="FR")
    world.person(world.organisation("Lyon", france))
    world.person(france, Role.EDITOR)
    world.person(root)
    post = world.post(root, countries=countries, roles=roles)
    with app.app_context():
        assert count_reach(root.id, Aim(frozenset({root.id})), post) == count


def test_the_studio_counts_limits_in_and_says_so(world, visit):
    root = world.organisation("Aubrelle")
    france = world.organisation("France", root, country="FR")
    world.person(france)
    editor = visit(world.person(root, Role.EDITOR))
    post = world.post(root, state="draft", countries=["FR"])
    said = "1 person may see it. Its limits by country and role are counted in."
    assert words(editor.get(f"/studio/reach?post={post.id}&bodies={root.id}")) == said
    assert said in words(editor.get(f"/studio/posts/{post.id}"))
    free = world.post(root, state="draft")
    assert words(editor.get(f"/studio/reach?post={free.id}&bodies={root.id}")) == "2 people may see it."
