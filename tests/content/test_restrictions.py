"""Posts for some countries or roles: whoever may not see one finds it nowhere."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.content import service as content
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.people.models import Person, Role


@pytest.fixture
def crowd(world):
    """People of bodies with a country of their own, an inherited one, and none; with and without a role."""
    root = world.organisation("Aubrelle")
    france = world.organisation("France", root, country="FR")
    office = world.organisation("Lyon", france)
    belgium = world.organisation("Belgique", root, country="BE")
    brussels = world.organisation("Bruxelles", belgium)
    places = ((root, None), (france, "FR"), (office, "FR"), (belgium, "BE"), (brussels, "BE"))
    people = [(world.person(body, role), country, role) for body, country in places for role in (None, Role.EDITOR)]
    return root, people, world.post(root)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    countries=st.none() | st.sets(st.sampled_from(["FR", "BE", "CH"]), min_size=1),
    roles=st.none() | st.sets(st.sampled_from(["approver", "editor", "admin"]), min_size=1),
)
def test_feed_page_and_count_agree_with_the_rule(app, crowd, countries, roles):
    _root, people, post = crowd
    with app.app_context():
        found = db.session.get_one(Post, post.id)
        found.countries = sorted(countries) if countries else None
        found.roles = sorted(roles) if roles else None
        db.session.commit()
        for one, country, role in people:
            held = {"approver", "editor"} if role is Role.EDITOR else set()
            wanted = (not countries or country in countries) and (not roles or bool(held & roles))
            person = db.session.get_one(Person, one.id)
            assert [shown.id for shown in content.feed_for(person).posts] == ([post.id] if wanted else [])
            assert content.count_new(person, found.created_at.replace(year=2020)) == int(wanted)
            if wanted:
                assert content.visible_post(person, post.id).id == post.id
            else:
                with pytest.raises(NotFound):
                    content.visible_post(person, post.id)
        db.session.rollback()
