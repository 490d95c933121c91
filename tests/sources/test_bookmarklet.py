"""The page one is on is handed over by a bookmark or by the phone's share sheet; opening it writes nothing."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from advocacy.assets import STATIC_FOLDER
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sources.models import Item
from tests.visitor import PASSWORD, page, words

SHARED = {"title": "Un pont & plus", "text": "Vu ici", "url": "https://aubrelle.example/pont?a=1&b=é"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_bookmark_opens_the_proposal(world, visit, root, language):
    me = visit(world.person(root, language=language), language)
    shown = page(me.get("/studio/bookmarklet"))
    href = shown.css_first("a[draggable]").attributes["href"]
    assert href.startswith("javascript:(()=>{")
    assert '"http://relais.test/propose"+"?url="' in href
    assert "%" not in href
    assert visit().get("/studio/bookmarklet").status_code == 302


def test_the_installed_page_takes_what_is_shared():
    manifest = json.loads((STATIC_FOLDER / "manifest.webmanifest").read_text())
    target = manifest["share_target"]
    assert (target["action"], target["method"]) == ("/propose", "GET")
    assert set(target["params"]) == set(SHARED)
    assert manifest["display"] == "standalone"
    assert {"src", "sizes", "type"} <= set(manifest["icons"][0])
    assert {"192x192", "512x512"} <= {one["sizes"] for one in manifest["icons"]}


@pytest.mark.parametrize("role", [None, Role.EDITOR])
def test_what_is_shared_survives_signing_in(app, world, visit, root, role):
    person, visitor = world.person(root, role), visit()
    asked = visitor.get(f"/propose?{urlencode(SHARED)}")
    assert asked.status_code == 302
    sign_in = asked.headers["Location"]
    wanted = parse_qs(urlsplit(sign_in).query)["next"][0]
    assert {name: value[0] for name, value in parse_qs(urlsplit(wanted).query).items()} == SHARED
    visitor.get(sign_in)
    entered = visitor.post(sign_in, {"email": person.email, "password": PASSWORD, "next": wanted})
    assert urlsplit(entered.headers["Location"]).path == "/propose"
    answer = visitor.get(entered.headers["Location"], follow_redirects=True)
    assert answer.status_code == 200
    assert SHARED["url"] in [one.attributes.get("value") for one in page(answer).css("input")]
    with app.app_context():
        assert db.session.scalar(select(func.count(Post.id))) + db.session.scalar(select(func.count(Item.id))) == 0


def test_an_address_that_is_handed_to_an_editor_waits_for_their_press(app, world, visit, root):
    me = visit(world.person(root, Role.EDITOR))
    shown = me.get(f"/studio/inbox?{urlencode({'url': SHARED['url']})}")
    assert page(shown).css_first("input[name=url]").attributes["value"] == SHARED["url"]
    assert "Make a draft" in words(shown)
    with app.app_context():
        assert db.session.scalar(select(func.count(Item.id))) == 0
