"""Posts begin from templates; who may make, see and remove them."""

import pytest
from sqlalchemy import select

from advocacy.content.models import PostTemplate
from advocacy.db import db
from advocacy.people.models import Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def made(app):
    with app.app_context():
        return list(db.session.execute(select(PostTemplate.id, PostTemplate.name, PostTemplate.organisation_id)))


def test_made_begun_from_and_removed(app, world, root, me):
    topic = world.topic(root)
    post = world.post(root, "Monday figures", wordings=("One.", "Two."), utm_campaign="mondays", featured=True)
    answer = me.post(f"/studio/posts/{post.id}/template", {"name": "  Mondays "})
    assert answer.status_code == 303
    ((number, name, body),) = made(app)
    assert (name, body) == ("Mondays", root.id)
    assert "Mondays" in words(me.get("/studio/templates"))
    assert "Mondays" in words(me.get("/studio/posts/new"))
    shown = page(me.get(f"/studio/posts/new?template={number}"))
    assert shown.css_first("#title").attributes["value"] == "Monday figures"
    assert [area.text().strip() for area in shown.css("textarea[name^=wordings]")] == ["One.", "Two."]
    assert shown.css_first("#utm_campaign").attributes["value"] == "mondays"
    assert "checked" in shown.css_first("#featured").attributes
    assert shown.css_first("input[name=version]").attributes["value"] == "0"
    assert topic.id
    assert me.post(f"/studio/templates/{number}/delete").status_code == 303
    assert made(app) == []
    assert "No template yet" in words(me.get("/studio/templates"))


def test_names(app, world, root, me):
    post = world.post(root)
    for name, sentence in (
        ("", "80 characters at most"),
        (" ", "80 characters at most"),
        ("x" * 81, "80 characters at most"),
    ):
        answer = me.post(f"/studio/posts/{post.id}/template", {"name": name})
        assert answer.status_code == 422
        assert sentence in words(answer)
    me.post(f"/studio/posts/{post.id}/template", {"name": "Twice"})
    answer = me.post(f"/studio/posts/{post.id}/template", {"name": "Twice"})
    assert answer.status_code == 422
    assert "a template of that name already" in words(answer)
    assert page(answer).css_first("#template-name").attributes["value"] == "Twice"
    assert len(made(app)) == 1


def test_without_leaving_the_page(app, world, root, me):
    post = world.post(root)
    answer = me.post(f"/studio/posts/{post.id}/template", {"name": "Quick"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "The template “Quick” is there" in page(answer).css_first("#as-template").text()
    assert len(made(app)) == 1


def test_who_sees_and_removes_them(app, world, visit, root, me):
    branch, other = world.organisation("Branch", root), world.organisation("Other")
    below, foreign = visit(world.person(branch, Role.EDITOR)), visit(world.person(other, Role.ADMIN))
    post, own = world.post(root), world.post(branch)
    me.post(f"/studio/posts/{post.id}/template", {"name": "Of all"})
    below.post(f"/studio/posts/{own.id}/template", {"name": "Of the branch"})
    numbers = {name: number for number, name, _body in made(app)}
    assert "Of all" in words(below.get("/studio/templates"))
    assert below.get(f"/studio/posts/new?template={numbers['Of all']}").status_code == 200
    assert below.post(f"/studio/templates/{numbers['Of all']}/delete").status_code == 403
    assert me.post(f"/studio/templates/{numbers['Of the branch']}/delete").status_code == 303
    for number in (numbers["Of all"], 10**6):
        assert foreign.get(f"/studio/posts/new?template={number}").status_code == 404
        assert foreign.post(f"/studio/templates/{number}/delete").status_code == 404
    assert "Of all" not in words(foreign.get("/studio/templates"))
    assert foreign.post(f"/studio/posts/{post.id}/template", {"name": "x"}).status_code == 404
    employee = visit(world.person(root))
    assert employee.get("/studio/templates").status_code == 403
    assert employee.post(f"/studio/posts/{post.id}/template", {"name": "x"}).status_code == 403
    assert employee.post(f"/studio/templates/{numbers['Of all']}/delete").status_code == 404
