"""A proposal in real browsers, on a phone, in both languages: proposed, returned, sent again, accepted, credited."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import Page

from advocacy.people.models import Role
from tests.browsing import assert_accessible, leaving
from tests.world import World

MSGIDS = {
    "suggest": "Suggest content",
    "title": "What is it?",
    "why": "Why does it matter?",
    "send": "Send",
    "note": "Your note",
    "back": "Return it",
    "again": "Change and send again",
    "send_again": "Send again",
    "accept": "Accept and open the draft",
    "publish": "Publish",
    "accepted": "Accepted",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_phone_to_the_credit(
    app: Flask, world: World, site: str, open_page: Callable[..., Page], language: str
) -> None:
    with app.test_request_context(), force_locale(language):
        say = {name: gettext(msgid) for name, msgid in MSGIDS.items()}
        credit = gettext("Suggested by %(name)s", name="Inès B.")
    root = world.organisation("Aubrelle")
    phone = open_page(world.person(root, name="Inès B.", language=language), width=390)
    desk = open_page(world.person(root, Role.EDITOR, name="Éd R.", language=language), width=1280)

    phone.goto(f"{site}/")
    with leaving(phone):
        phone.get_by_role("link", name=say["suggest"]).locator("visible=true").first.click()
    assert_accessible(phone)
    phone.get_by_label(say["title"]).fill("A garden that drinks the rain")
    phone.get_by_role("button", name=say["send"], exact=True).locator("visible=true").last.click()
    assert phone.locator("#errors").is_visible()
    assert phone.get_by_label(say["title"]).input_value() == "A garden that drinks the rain"
    phone.locator("#link").fill(f"{site}/sign-in")
    phone.get_by_label(say["why"]).fill("Our own site.")
    with leaving(phone):
        phone.get_by_role("button", name=say["send"], exact=True).last.click()
    assert_accessible(phone)

    desk.goto(f"{site}/studio/proposals")
    assert_accessible(desk)
    with leaving(desk):
        desk.get_by_role("link", name="A garden that drinks the rain").click()
    assert_accessible(desk)
    desk.get_by_label(say["note"]).fill("Which site is it?")
    desk.get_by_role("button", name=say["back"], exact=True).click()
    desk.wait_for_url("**/studio/proposals")

    phone.goto(f"{site}/proposals")
    assert "Which site is it?" in phone.inner_text("main")
    with leaving(phone):
        phone.get_by_role("link", name=say["again"]).click()
    assert_accessible(phone)
    phone.get_by_label(say["why"]).fill("Our own site, in Nantes.")
    phone.get_by_role("button", name=say["send_again"]).click()
    phone.wait_for_url("**/proposals#**")

    desk.goto(f"{site}/studio/proposals")
    desk.get_by_role("link", name="A garden that drinks the rain").click()
    desk.get_by_role("button", name=say["accept"]).click()
    desk.wait_for_url("**/studio/posts/*")
    assert desk.locator("#summary").input_value() == "Our own site, in Nantes."
    with leaving(desk):
        desk.get_by_role("button", name=say["publish"], exact=True).click()

    phone.goto(f"{site}/proposals")
    assert say["accepted"] in phone.inner_text("main")
    phone.goto(f"{site}/")
    assert credit in phone.inner_text("main")
