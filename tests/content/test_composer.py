"""The composer's parts: captions moved about, the picture's focus, tags, pins, and what the panel of checks says."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.checks import checks_of
from advocacy.content.composing import campaign_slug
from advocacy.content.cursor import read_cursor
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks import registry
from advocacy.people.models import Person, Role
from advocacy.sharing.links import destination
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def typed(root, captions=("One.", "Two.", "Three."), **values):
    lines = {
        f"wordings-{n}-{name}": value
        for n, caption in enumerate(captions)
        for name, value in {"text": caption, "language": "en", "network": ""}.items()
    }
    return {
        "title": "Light heart",
        "language": "en",
        "bodies": root.id,
        "timing": "now",
        "act": "save",
        **lines,
        **values,
    }


def captions(answer):
    return [area.text().strip() for area in page(answer).css("textarea[name^=wordings]")]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("drop-0", ["Two.", "Three."]),
        ("drop-2", ["One.", "Two."]),
        ("up-2", ["One.", "Three.", "Two."]),
        ("up-0", ["One.", "Two.", "Three."]),
        ("down-0", ["Two.", "One.", "Three."]),
        ("down-2", ["One.", "Two.", "Three."]),
        ("drop-9", ["One.", "Two.", "Three."]),
        ("up-x", ["One.", "Two.", "Three."]),
        ("add", ["One.", "Two.", "Three.", ""]),
    ],
)
def test_captions_are_moved_without_script_and_nothing_is_saved(app, root, me, act, after):
    answer = me.post("/studio/posts/new", typed(root, act=act))
    assert answer.status_code == 200
    assert captions(answer) == after
    assert page(answer).css_first("#title").attributes["value"] == "Light heart"
    with app.app_context():
        assert db.session.query(Post).count() == 0


def test_lengths_are_told_by_the_networks_rule(root, me):
    answer = me.post("/studio/posts/new", typed(root, ["C# (2026)", "(" * 1501], act="add"))
    counted = [one.text() for one in page(answer).css("[data-count]")]
    assert counted[:2] == ["12", "3,002"]
    assert ["over" in one.attributes["class"].split() for one in page(answer).css("[data-tally]")][:2] == [False, True]


def test_focus_tags_pin_and_feature_are_kept(app, world, root, me):
    post = world.post(root, state="draft")
    path = f"/studio/posts/{post.id}"
    soon = (utcnow() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    given = typed(root, version=post.version, utm_campaign="Été 2026 !", featured="y", pinned_until=soon)
    assert me.post(path, given).status_code == 303
    shown = page(me.get(path))
    assert shown.css_first("#utm_campaign").attributes["value"] == "ete-2026"
    assert "checked" in shown.css_first("#featured").attributes
    assert shown.css_first("#pinned_until").attributes["value"]
    with app.app_context():
        stored = db.session.get(Post, post.id)
        assert (stored.featured, stored.utm_campaign, stored.focus_x) == (True, "ete-2026", None)
        network = registry.offered()[0].capabilities
        stored.link = "https://aubrelle.example/"
        assert "utm_campaign=ete-2026" in destination(stored, network, "abc")


@pytest.mark.parametrize(
    ("value", "status"), [("0", 303), ("100", 303), ("", 303), ("101", 422), ("-1", 422), ("x", 422)]
)
def test_a_focus_is_given_in_per_cent(world, root, me, value, status):
    post = world.post(root, state="draft")
    given = typed(root, version=post.version, focus_x=value, focus_y="50")
    assert me.post(f"/studio/posts/{post.id}", given).status_code == status


def test_a_campaign_too_long(root, me):
    answer = me.post("/studio/posts/new", typed(root, utm_campaign="x" * 61))
    assert answer.status_code == 422
    assert "60 characters at most" in words(answer)


@given(st.text())
def test_a_campaign_is_plain(typed_campaign):
    slug = campaign_slug(typed_campaign)
    assert slug == campaign_slug(slug)
    assert all(char.isascii() and (char.isalnum() or char in "-._") for char in slug)


def test_the_checks_say_what_is_well_and_what_is_not(app, world, root):
    post = world.post(root, wordings=("One.", "Two.", "(" * 1600), language="en")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        said = {str(check.sentence): check.state for check in checks_of(db.session.get(Post, post.id))}
    assert said["3 captions: English"] == "ok"
    assert said["Link was read"] == "ok"
    assert said["Caption 3 is too long for LinkedIn"] == ""
    thin = world.post(root, wordings=(), link_title="")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        said = {str(check.sentence) for check in checks_of(db.session.get(Post, thin.id))}
    assert {"No caption yet in this language: English", "The link was not read yet"} <= said


PINNED = st.fixed_dictionaries(
    {"starts": st.integers(-40, 3), "pinned": st.none() | st.integers(-5, 5), "here": st.booleans()}
)


@given(posts=st.lists(PINNED, max_size=12), limit=st.integers(1, 5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pinned_posts_lead_and_nothing_is_shown_twice_or_lost(app, world, root, posts, limit):
    with app.app_context():
        db.session.execute(text("truncate post, organisation cascade"))
        db.session.commit()
    home, branch = world.organisation(), None
    branch = world.organisation("Branch", home)
    person, now = world.person(home), utcnow()
    made = []
    for post in posts:
        pin = now + timedelta(minutes=post["pinned"], seconds=30) if post["pinned"] is not None else None
        at = now + timedelta(minutes=post["starts"], seconds=-30)
        row = world.post(home, audience=home if post["here"] else branch, publish_at=at, pinned_until=pin)
        if post["here"] and at <= now:
            made.append((pin is not None and pin > now, at, row.id))
    newest = sorted(made, key=lambda one: (one[1], one[2]), reverse=True)
    leading = [number for pinned, _at, number in newest if pinned][: min(3, limit - 1)]
    wanted = leading + [number for _pinned, _at, number in newest if number not in leading]
    found, before = [], None
    with app.app_context():
        reader = db.session.get(Person, person.id)
        while True:
            shown = content.feed_for(reader, before=before, limit=limit)
            assert len(shown.posts) <= limit
            found += [post.id for post in shown.posts]
            if shown.next_cursor is None:
                break
            before = read_cursor(str(shown.next_cursor))
    assert found == wanted


def test_what_is_pinned_or_set_apart_shows_so(world, visit, root):
    world.post(root, "Later one")
    world.post(
        root, "Held", publish_at=utcnow() - timedelta(days=3), pinned_until=utcnow() + timedelta(days=1), featured=True
    )
    shown = page(visit(world.person(root)).get("/"))
    first = shown.css("article.post")[0]
    assert "Held" in first.text()
    assert "Pinned" in first.text()
    assert "tint" in first.attributes["class"].split()
