"""The pages of posts as a person at a browser meets them."""

from datetime import timedelta

import pytest

from advocacy.clock import utcnow
from advocacy.content.models import Dismissal, SavedPost
from advocacy.db import db
from advocacy.people.models import Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_renders(world, visit, root, language):
    topic = world.topic(root)
    editor = world.person(root, Role.EDITOR, language=language)
    group = world.group(root, editor)
    live = world.post(root, "Live one", summary="Two\nlines")
    states = [
        live,
        world.post(root, "A draft", state="draft"),
        world.post(root, "For a group", audience=group, publish_at=utcnow() + timedelta(days=1)),
        world.post(root, "Over", expires_at=utcnow() - timedelta(seconds=20), publish_at=utcnow() - timedelta(days=1)),
        world.post(root, "Taken back", state="withdrawn"),
    ]
    me = visit(editor, language)
    paths = [f"/posts/{live.id}", "/studio", "/studio/topics", "/studio/posts/new"]
    paths += [
        f"/studio?state={state}&q=o&topic={topic.id}&lang=en&mine=1"
        for state in ("scheduled", "live", "expired", "withdrawn")
    ]
    paths += [f"/studio?state={state}" for state in ("draft", "scheduled", "live", "expired", "withdrawn")]
    paths += [f"/studio/posts/{post.id}" for post in states]
    for path in paths:
        answer = me.get(path)
        assert answer.status_code == 200, (path, answer.text[:3000])
        assert page(answer).css_first("html").attributes["lang"] == language
        assert len(page(answer).css("h1")) == 1


def test_saving_dismissing_and_taking_it_back(app, world, visit, root):
    reader = world.person(root)
    post = world.post(root, "Worth keeping")
    me = visit(reader)
    came = {"Referer": f"http://localhost/posts/{post.id}"}
    assert me.post(f"/posts/{post.id}/save", headers=came).headers["Location"] == f"/posts/{post.id}"
    with app.app_context():
        assert db.session.get(SavedPost, (reader.id, post.id))
    me.post(f"/posts/{post.id}/save")
    me.post(f"/posts/{post.id}/dismiss")
    with app.app_context():
        assert not db.session.get(SavedPost, (reader.id, post.id))
        assert db.session.get(Dismissal, (reader.id, post.id))
    answer = me.get(f"/posts/{post.id}")
    undo = page(answer).css_first(".flash form")
    assert undo.attributes["action"] == f"/posts/{post.id}/restore"
    me.post(undo.attributes["action"])
    with app.app_context():
        assert not db.session.get(Dismissal, (reader.id, post.id))


def test_a_page_that_sent_the_person_from_elsewhere_is_not_gone_back_to(world, visit, root):
    post = world.post(root)
    answer = visit(world.person(root)).post(
        f"/posts/{post.id}/save", headers={"Referer": "https://elsewhere.example/posts/1"}
    )
    assert answer.headers["Location"] == "/"


def test_topics_are_added_by_editors_of_the_whole_programme(world, visit, root):
    branch = world.organisation(parent=root)
    me = visit(world.person(root, Role.EDITOR))
    given = {"name_fr": "Prévention", "name_en": "Prevention", "icon": "heart"}
    assert me.post("/studio/topics", given).status_code == 303
    again = me.post("/studio/topics", given)
    assert again.status_code == 422
    assert "There is a topic of that name already." in words(again)
    assert page(again).css_first("input[name=name_fr]").attributes["value"] == "Prévention"
    assert me.post("/studio/topics", {**given, "name_en": "", "name_fr": "x" * 41}).status_code == 422
    assert me.post("/studio/topics", {"name_fr": "a", "name_en": "b", "icon": "skull"}).status_code == 422
    assert visit(world.person(branch, Role.EDITOR)).post("/studio/topics", given).status_code == 403


def test_html_in_a_title_is_words(world, visit, root):
    post = world.post(root, "<script>alert(1)</script><b>x</b>", summary="<img src=x onerror=alert(1)>")
    editor = world.person(root, Role.EDITOR)
    me = visit(editor)
    for path in (f"/posts/{post.id}", "/studio?state=live", f"/studio/posts/{post.id}"):
        text = me.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("cursor", ["x", "é", "!!!", "MTIz", "LTEuLTE", "A" * 500, "MTc5NTAwMDAwMDAwMDAwMC4x%00"])
def test_a_made_up_cursor_is_refused_politely(world, visit, root, cursor):
    answer = visit(world.person(root, Role.EDITOR)).get(f"/studio?before={cursor}")
    assert answer.status_code == 400
    assert "Start again from its beginning" in words(answer)
