"""What no browser's form would send, at every form there is: refused in words, never a crash."""

import io
from collections.abc import Callable

import pytest

from advocacy.people.models import Role
from tests.visitor import Visitor
from tests.world import World

DEEP = "[" * 100_000
FORMS = (
    ("/sign-in", ("email", "password")),
    ("/forgot", ("email",)),
    ("/settings", ("section", "name", "job", "alias", "language")),
    ("/welcome/1", ("name", "job", "topics")),
    ("/studio/posts/new", ("title", "link", "summary", "image", "image_alt", "publish_at", "wordings-0-text")),
    ("/studio/topics", ("name_fr", "name_en", "icon")),
    ("/studio/sources", ("url", "body")),
    ("/studio/paste", ("url", "body")),
    ("/admin/groups", ("name", "organisation")),
    ("/admin/organisations", ("name", "organisation")),
    ("/admin/people/invite", ("name", "email", "organisation")),
)


@pytest.fixture
def visitor(world: World, visit: Callable[..., Visitor]) -> Visitor:
    return visit(world.person(world.organisation("Aubrelle"), Role.ADMIN))


@pytest.mark.parametrize("path", [path for path, _names in FORMS])
def test_json_is_no_form(visitor: Visitor, path: str) -> None:
    visitor.get("/settings")
    headers = {"X-CSRFToken": visitor.token, "Accept": "text/html"}
    for body in (DEEP, '[["a", 1]]', '{"name": {"a": 1}, "email": 5}', "null", "{"):
        answer = visitor.client.post(path, data=body, content_type="application/json", headers=headers)
        assert answer.status_code < 500, body[:20]


@pytest.mark.parametrize(("path", "names"), FORMS)
def test_a_file_is_no_text(visitor: Visitor, path: str, names: tuple[str, ...]) -> None:
    for name in names:
        sent = {"section": "profile", "languages": "en", name: (io.BytesIO(b"\0\xff"), "x.png")}
        answer = visitor.post(path, sent, content_type="multipart/form-data")
        assert answer.status_code < 500, name


@pytest.mark.parametrize("person", ["9" * 19, "9" * 5000, "0", "-1", "²", "a"])
def test_a_member_out_of_range_is_nobody(world: World, visit: Callable[..., Visitor], person: str) -> None:
    root = world.organisation("Aubrelle")
    group = world.group(root)
    visitor = visit(world.person(root, Role.EDITOR))
    for section in ("add", "remove"):
        answer = visitor.post(f"/admin/groups/{group.id}", {"section": section, "person": person})
        assert answer.status_code in (302, 404)
