"""The assistant where it is used, in a real browser: by pointer and by keyboard, in both languages, with no reload."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from advocacy.assistant.models import AssistRequest
from advocacy.assistant.tasks import answer_waiting
from advocacy.content.models import PostVersion
from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sharing.models import Share
from tests.assistant_server import AssistantServer
from tests.browsing import assert_accessible, leaving
from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.patience import eventually
from tests.world import World

SAID = {
    "en": {"sign": "Sign in", "shorter": "Shorter", "suggest": "Suggest captions", "take": "Take it", "save": "Save draft", "history": "with the assistant", "begun": "Begun with the assistant", "own": "These are your own words", "back": "Put my words back", "busy": "The assistant has too much to do"},
    "fr": {"sign": "Se connecter", "shorter": "Plus court", "suggest": "Proposer des textes", "take": "Prendre", "save": "Enregistrer le brouillon", "history": "avec l’assistant", "begun": "Commencé avec l’assistant", "own": "Ce sont vos mots", "back": "Remettre mes mots", "busy": "L’assistant a trop à faire"},
}  # fmt: skip


def answered(app: Flask) -> None:
    """Once the page has asked, a worker answers."""
    eventually(lambda: waiting(app))
    with app.app_context():
        answer_waiting()


def waiting(app: Flask) -> int:
    with app.app_context():
        return db.session.query(AssistRequest).filter_by(state="asked").count()


@pytest.mark.parametrize(("language", "hands", "width"), [("en", Keyboard(), 1440), ("fr", Pointer(), 390)])
def test_in_the_composer(
    app: Flask,
    world: World,
    open_page: Callable[..., Page],
    assistant: AssistantServer,
    language: str,
    hands: Hands,
    width: int,
) -> None:
    root, said = world.organisation("Aubrelle"), SAID[language]
    editor = world.person(root, Role.EDITOR, language=language, languages=[language])
    post = world.post(root, "Light heart", state="draft", language=language, wordings=("A long caption.",), link=None)
    page = open_page(editor, f"/studio/posts/{post.id}", width)
    assistant.say("Short.")
    page.locator("#title").fill("Typed and not saved")
    hands.press(page.get_by_role("button", name=said["shorter"]))
    expect(page.locator("#caption-list [hx-trigger]")).to_be_visible()
    assert_accessible(page)
    page.locator("#wordings-0-text").fill("A long caption, and more.")
    answered(app)
    expect(page.locator("#caption-list p.words")).to_have_text("Short.", timeout=10_000)
    expect(page.locator("#wordings-0-text")).to_have_value("A long caption, and more.")
    assert_accessible(page)
    hands.press(page.get_by_role("button", name=said["take"]))
    expect(page.locator("#wordings-1-text")).to_be_focused()
    expect(page.locator("#wordings-1-text")).to_have_value("Short.")
    expect(page.locator("#wordings-0-text")).to_have_value("A long caption, and more.")
    expect(page.locator("#title")).to_have_value("Typed and not saved")
    assistant.say("One angle.", "Another angle.", "A third angle.")
    hands.press(page.get_by_role("button", name=said["suggest"]))
    answered(app)
    expect(page.locator("#caption-list p.words")).to_have_count(3, timeout=10_000)
    hands.press(page.get_by_role("button", name=said["take"]).nth(1))
    expect(page.locator("#wordings-2-text")).to_have_value("Another angle.")
    expect(page.locator("#caption-list p.words")).to_have_count(2)
    assert_accessible(page)
    with leaving(page):
        hands.press(page.get_by_role("button", name=said["save"]).last)
    expect(page.locator("#wordings-2-text")).to_have_value("Another angle.")
    with app.app_context():
        assert [one.assisted for one in db.session.scalars(select(PostVersion).order_by(PostVersion.number))][-1]
    page.goto(page.url + "/history")
    expect(page.locator(".chip.plum")).to_have_text(said["history"])
    assert_accessible(page)


@pytest.mark.parametrize(("language", "hands", "width"), [("en", Pointer(), 390), ("fr", Keyboard(), 1440)])
def test_in_the_share_panel(
    app: Flask,
    world: World,
    open_page: Callable[..., Page],
    assistant: AssistantServer,
    language: str,
    hands: Hands,
    width: int,
) -> None:
    root, said = world.organisation("Aubrelle"), SAID[language]
    person = world.person(root, language=language, languages=[language])
    world.account(person)
    post = world.post(root, "Light heart", language=language)
    page = open_page(person, f"/posts/{post.id}/share", width)
    page.locator("#text").fill("My own long words.")
    assistant.status(429)
    hands.press(page.get_by_role("button", name=said["shorter"]))
    answered(app)
    expect(page.locator("#assistant [role=alert]")).to_contain_text(said["busy"], timeout=10_000)
    assert_accessible(page)
    assistant.say("Short words.")
    hands.press(page.get_by_role("button", name=said["shorter"]))
    expect(page.locator("#assistant [hx-trigger]")).to_be_visible()
    answered(app)
    expect(page.locator("#assistant p.words")).to_have_text("Short words.", timeout=10_000)
    expect(page.locator("#text")).to_have_value("My own long words.")
    assert_accessible(page)
    hands.press(page.get_by_role("button", name=said["take"]))
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("Short words.")
    expect(page.locator("[data-mirror]")).to_have_text("Short words.")
    expect(page.locator("[data-same] strong")).to_have_text(said["begun"])
    page.locator("#text").press_sequentially(" And mine.")
    expect(page.locator("[data-mirror]")).to_contain_text("And mine.")
    hands.press(page.get_by_role("button", name=said["back"]))
    expect(page.locator("#text")).to_have_value("My own long words.")
    expect(page.locator("[data-same] strong")).to_have_text(said["own"])
    assert page.url.endswith("/share")


def test_without_script_each_press_is_a_page(
    app: Flask, world: World, open_page: Callable[..., Page], assistant: AssistantServer
) -> None:
    root = world.organisation("Aubrelle")
    person = world.person(root)
    world.account(person)
    post = world.post(root, "Light heart")
    page = open_page(person, f"/posts/{post.id}/share", 390, java_script_enabled=False)
    page.locator("#text").fill("My own long words.")
    page.get_by_role("button", name="Shorter").click()
    expect(page.locator("#text")).to_have_value("My own long words.")
    answered(app)
    page.get_by_role("button", name="Look whether it is there").click()
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#text")).to_have_value("A suggestion.")
    page.locator("input[name=account]").check()
    page.locator(".sticky-foot button").click()
    page.wait_for_url("**/shares/done/**")
    with app.app_context():
        assert db.session.scalars(select(Share.assisted)).all() == [True]
