"""Pages that a person posts on by hand: a link of their own, nothing counted but readers."""

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from advocacy.db import db
from advocacy.networks.intents import INTENTS, find_intent
from advocacy.people.models import Person
from advocacy.recognition.models import PointEntry
from advocacy.sharing.models import Share
from tests.visitor import Visitor, words
from tests.world import World

WORDS = "Déjà vu & co: 100 % à nous 👩‍🚀\nsecond line + plus"


@pytest.fixture
def person(world: World) -> Person:
    return world.person(world.organisation("Aubrelle"), name="Inès B.")


def press(me: Visitor, post_id: int, intent: str, **more: str) -> object:
    return me.post(f"/posts/{post_id}/open/{intent}", {"submission": str(uuid4()), "language": "fr", **more})


def address_on(page: str) -> str:
    link = LexborHTMLParser(page).css_first("a.btn.primary[target=_blank]")
    assert link is not None, page
    return str(link.attributes["href"])


def shares(app: Flask) -> list[Share]:
    with app.app_context():
        return list(db.session.scalars(select(Share).order_by(Share.id)))


@pytest.mark.parametrize("intent", [one for one in INTENTS if not one.needs_server and one.name != "open-device"])
def test_words_and_link_arrive_whole(intent, world, person, visit, app):
    post = world.post(person.organisation, "Light heart")
    page = press(visit(person), post.id, intent.name, text=WORDS)
    assert page.status_code == 200
    (share,) = shares(app)
    link, address = f"http://relais.test/s/{share.code}", address_on(page.text)
    assert share.state == "opened"
    assert share.account_id is None
    found = unquote(address.replace("%0D%0A", "%0A"))
    assert link in found
    assert (WORDS in found) == intent.takes_text
    if not address.startswith("mailto:"):
        assert all(len(values) == 1 for values in parse_qs(urlsplit(address).query, strict_parsing=True).values())
    else:
        assert "+" not in address
        assert "%0D%0A" in address


def test_a_server_is_asked_for_and_only_a_host_is_taken(world, person, visit, app):
    post, me, submission = world.post(person.organisation, "Light heart"), visit(person), str(uuid4())
    first = press(me, post.id, "open-mastodon", text="Hello", submission=submission)
    assert "Your server" in first.text
    assert 'target="_blank" class' not in first.text
    then = press(me, post.id, "open-mastodon", text="Hello", submission=submission, server="@ada@mastodon.example")
    assert address_on(then.text).startswith("https://mastodon.example/share?text=Hello")
    for wrong in ("javascript:alert(1)", "https://x y", "a@b:c:d"):
        page = press(me, post.id, "open-mastodon", text="Hello", submission=submission, server=wrong)
        assert "javascript:" not in page.text.replace('value="javascript:alert(1)"', "")
        assert LexborHTMLParser(page.text).css_first("a.btn.primary[target=_blank]") is None
    assert len(shares(app)) == 1


def test_nothing_counts_but_it_can_be_found_again(world, person, visit, app):
    post, me = world.post(person.organisation, "Light heart"), visit(person)
    press(me, post.id, "open-whatsapp", text="Hello")
    assert "page opened" in words(me.get("/shares"))
    assert "WhatsApp" in words(me.get("/shares"))
    assert "Nothing shared yet" in words(me.get("/impact")) or "0" in words(me.get("/impact"))
    with app.app_context():
        assert db.session.scalars(select(PointEntry)).all() == []


def test_what_is_not_offered_is_not_there(world, person, visit, set_environment):
    set_environment(RELAIS_INTENTS="email")
    post, me = world.post(person.organisation, "Light heart"), visit(person)
    assert press(me, post.id, "open-whatsapp", text="Hello").status_code == 404
    assert press(me, post.id, "open-email", text="Hello").status_code == 200
    page = me.get(f"/posts/{post.id}/share").text
    assert "open-email" in page
    assert "open-whatsapp" not in page


def test_locked_words_and_other_peoples_posts(world, person, visit):
    locked = world.post(person.organisation, "Legal notice", locked=True, wordings=["Exactly this."])
    me = visit(person)
    refused = press(me, locked.id, "open-whatsapp", text="Something else.")
    assert refused.status_code == 422
    assert "Something else." in refused.text
    stranger: Callable[..., Visitor] = visit(world.person(world.organisation("Elsewhere")))
    assert press(stranger, locked.id, "open-whatsapp", text="Exactly this.").status_code == 404


def test_names_are_known_and_unique():
    assert len({intent.name for intent in INTENTS}) == len(INTENTS)
    assert find_intent("open-nothing") is None
