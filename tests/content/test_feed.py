"""Who sees what: compared with a plain second reading of the rules, and paged through while posts arrive."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.cursor import Cursor, read_cursor
from advocacy.content.models import Dismissal, Post, SavedPost
from advocacy.db import db
from advocacy.errors import BadRequest, NotFound
from advocacy.people.models import Organisation, Person
from tests.statements import statements


@pytest.fixture
def tree(world):
    """Two programmes; in the first a region with a branch, another region, and two groups."""
    root, other = world.organisation("Root"), world.organisation("Other programme")
    north, south = world.organisation("North", root), world.organisation("South", root)
    branch = world.organisation("Branch", north)
    people = {
        "top": world.person(root),
        "north": world.person(north),
        "branch": world.person(branch),
        "south": world.person(south),
        "other": world.person(other),
    }
    reading = world.group(root, people["branch"], people["south"], name="Reading")
    empty = world.group(root, name="Empty")
    # Somebody of another programme among the members sees nothing of it all the same.
    stray = world.group(root, people["other"], people["top"], name="Stray")
    aims = {
        "root": root,
        "other": other,
        "north": north,
        "south": south,
        "branch": branch,
        "reading": reading,
        "empty": empty,
        "stray": stray,
    }
    return people, aims


REACHED = {
    "root": {"top", "north", "branch", "south"},
    "north": {"north", "branch"},
    "branch": {"branch"},
    "south": {"south"},
    "other": {"other"},
    "reading": {"branch", "south"},
    "empty": set(),
    "stray": {"top"},
}
MINUTE = timedelta(minutes=1)
POST = st.fixed_dictionaries(
    {
        "aim": st.sampled_from(sorted(REACHED)),
        "state": st.sampled_from(["published", "published", "published", "draft", "withdrawn"]),
        "starts": st.integers(-40, 5),
        "ends": st.none() | st.integers(-20, 20),
        "dismissed": st.sets(st.sampled_from(["top", "branch", "south"]), max_size=2),
        "saved": st.sets(st.sampled_from(["top", "branch", "other"]), max_size=2),
    }
).filter(lambda post: post["ends"] is None or post["ends"] > post["starts"])


def person(one):
    return db.session.get(Person, one.id)


def pages(who, **options):
    before, ids = None, []
    while True:
        found = content.feed_for(person(who), before=before, **options)
        ids += [post.id for post in found.posts]
        if found.next_cursor is None:
            return ids
        before = read_cursor(str(found.next_cursor))


@given(posts=st.lists(POST, max_size=14), limit=st.integers(1, 6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_sees_exactly_what_is_for_them(app, world, tree, posts, limit):
    people, aims = tree
    now = utcnow()
    with app.app_context():
        db.session.execute(text("truncate post cascade"))
        db.session.commit()
    made = []
    for post in posts:
        aim = aims[post["aim"]]
        row = world.post(
            aims["other"] if post["aim"] == "other" else aims["root"],
            audience=aim,
            state=post["state"],
            publish_at=now + post["starts"] * MINUTE - timedelta(seconds=30),
            expires_at=now + post["ends"] * MINUTE - timedelta(seconds=15) if post["ends"] is not None else None,
        )
        made.append((row, post))
    with app.app_context():
        db.session.add_all(
            Dismissal(person_id=people[name].id, post_id=row.id) for row, post in made for name in post["dismissed"]
        )
        db.session.add_all(
            SavedPost(person_id=people[name].id, post_id=row.id) for row, post in made for name in post["saved"]
        )
        db.session.commit()
        for name, who in people.items():
            live = [
                (row, post)
                for row, post in made
                if name in REACHED[post["aim"]]
                and post["state"] == "published"
                and post["starts"] <= 0
                and (post["ends"] is None or post["ends"] > 0)
            ]
            live.sort(key=lambda pair: (pair[0].publish_at, pair[0].id), reverse=True)
            wanted = [row.id for row, post in live if name not in post["dismissed"]]
            assert pages(who, limit=limit) == wanted
            assert pages(who, limit=limit, tab="saved") == [
                row.id for row, post in live if name in post["saved"] and name not in post["dismissed"]
            ]
            assert pages(who, limit=limit, tab="groups") == [
                row.id
                for row, post in live
                if name not in post["dismissed"] and post["aim"] in ("reading", "empty", "stray")
            ]
            assert content.count_new(person(who), now - 1000 * MINUTE) == len(wanted)
            for row, post in made:
                if (row, post) in live:
                    assert content.visible_post(person(who), row.id).id == row.id
                else:
                    with pytest.raises(NotFound):
                        content.visible_post(person(who), row.id)


def test_the_tab_of_ones_own_organisation(world, tree, app):
    people, aims = tree
    ids = {name: world.post(aims["root"], audience=aims[name]).id for name in ("root", "north", "branch", "reading")}
    with app.app_context():
        assert pages(people["branch"], tab="organisation") == [ids["branch"], ids["north"]]
        assert pages(people["top"], tab="organisation") == [ids["root"]]
        assert pages(people["south"], tab="organisation") == []
        with pytest.raises(BadRequest):
            content.feed_for(person(people["top"]), tab="nonsense")


def test_a_topic_is_a_feed_of_its_own(world, tree, app):
    people, aims = tree
    topic = world.topic(aims["root"])
    about = [world.post(aims["root"], audience=aims[name]).id for name in ("root", "north", "south")]
    world.post(aims["root"])
    with app.app_context():
        for number in about:
            db.session.execute(text("insert into post_topic values (:p, :t)"), {"p": number, "t": topic.id})
        db.session.commit()
        assert pages(people["branch"], topic_id=topic.id, limit=1) == [about[1], about[0]]
        assert pages(people["other"], topic_id=topic.id) == []


def test_no_gap_and_no_repeat_while_posts_arrive(world, tree, app):
    people, aims = tree
    start = utcnow() - timedelta(days=1)
    # Half of them at the very same moment, and in two audiences of the same person.
    ids = [
        world.post(aims["root"], audience=aims[("root", "branch")[n % 2]], publish_at=start + (n // 2) * MINUTE).id
        for n in range(30)
    ]
    seen, before = [], None
    while True:
        with app.app_context():
            found = content.feed_for(person(people["branch"]), before=before, limit=4)
            seen += [post.id for post in found.posts]
        if found.next_cursor is None:
            break
        before = found.next_cursor
        world.post(aims["root"], audience=aims["branch"])
    assert seen == sorted(ids, reverse=True)


def test_many_that_fall_out_are_made_up_for(world, tree, app):
    people, aims = tree
    old = world.post(aims["root"], publish_at=utcnow() - timedelta(days=3))
    with app.app_context():
        now = utcnow()
        gone = [
            Post(organisation_id=aims["root"].id, title="Over", state="published", publish_at=now - timedelta(days=2) + n * MINUTE, expires_at=now - MINUTE, updated_at=now)
            for n in range(300)
        ]  # fmt: skip
        db.session.add_all(gone)
        db.session.flush()
        db.session.execute(
            text(
                "insert into post_audience (post_id, audience_id, publish_at) select p.id, a.id, p.publish_at from post p, audience a where p.title = 'Over'"
            )
        )
        db.session.commit()
        assert pages(people["top"]) == [old.id]


def test_a_page_of_the_feed_takes_few_queries(world, tree, app):
    people, aims = tree
    for number in range(25):
        world.post(aims["root"], audience=aims[("root", "branch", "reading")[number % 3]], wordings=("a", "b"))
    with app.app_context():
        me = person(people["branch"])
        with statements(app) as asked:
            found = content.feed_for(me)
            for post in found.posts:
                assert (len(post.wordings), post.topics, post.organisation.name) == (2, [], "Root")
        assert len(found.posts) == 20
        assert len(asked) <= 6, asked


@given(
    st.datetimes(min_value=utcnow().replace(tzinfo=None, year=1970, month=2), timezones=st.just(utcnow().tzinfo)),
    st.integers(0, 2**63 - 1),
)
def test_a_cursor_survives_the_address(moment, number):
    assert read_cursor(str(Cursor(moment, number))) == Cursor(moment, number)


@given(st.text(max_size=30))
def test_no_made_up_cursor_gets_through(app, noise):
    with app.test_request_context():
        try:
            cursor = read_cursor(noise)
        except BadRequest:
            return
        assert cursor is None or str(cursor) == noise


def test_following_topics(world, tree, app):
    people, aims = tree
    mine, foreign = [world.topic(aims["root"]) for _ in range(3)], world.topic(aims["other"])
    with app.app_context():
        me = person(people["south"])
        content.follow_topics(me, [mine[0].id, mine[1].id])
        content.follow_topics(me, [mine[1].id, mine[2].id])
        assert content.followed_topics(me) == {mine[1].id, mine[2].id}
        with pytest.raises(NotFound):
            content.follow_topics(me, [mine[0].id, foreign.id])
        assert content.followed_topics(me) == {mine[1].id, mine[2].id}
        content.follow_topics(me, [])
        assert content.followed_topics(me) == set()
        assert [topic.id for topic in content.topics_of(db.session.get(Organisation, aims["root"].id).root_id)] == [
            one.id for one in mine
        ]
