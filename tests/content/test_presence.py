"""Who else has a post open: a hint that goes by itself and never stands in the way."""

import time

import pytest

from advocacy.content import presence
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.visitor import words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


def test_two_see_each_other_and_nobody_sees_who_left(app, world, root, visit):
    post = world.post(root, state="draft")
    first = world.person(root, Role.EDITOR, name="Maëlle Roy")
    second = world.person(root, Role.EDITOR, name="Jonas Weil")
    path = f"/studio/posts/{post.id}"
    assert "has this open too" not in words(visit(first).get(path))
    assert "Maëlle Roy has this open too." in words(visit(second).get(path))
    assert "Jonas Weil has this open too." in words(visit(first).post(f"{path}/presence"))
    with app.app_context():
        me, it = db.session.get(Person, first.id), db.session.get(Post, post.id)
        assert presence.note(me, it, time.time() + presence.SECONDS - 5) == ["Jonas Weil"]
        assert presence.note(me, it, time.time() + presence.SECONDS + 5) == []


def test_without_redis_nobody_waits(app, world, root, visit, set_environment):
    post = world.post(root, state="draft")
    me = visit(world.person(root, Role.EDITOR))
    set_environment(REDIS_URL="unix:///nowhere/redis.sock")
    assert me.get(f"/studio/posts/{post.id}").status_code == 200
