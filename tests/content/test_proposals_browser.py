"""A proposal in real browsers, on a phone, in both languages: proposed, returned, sent again, accepted, credited."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from advocacy.people.models import Role
from tests.chromium import find_chromium
from tests.visitor import PASSWORD
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


@pytest.fixture
def site(app: Flask, set_environment: Callable[..., None]) -> Iterator[str]:
    """The app on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    set_environment(RELAIS_PUBLIC_URL=url)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_phone_to_the_credit(app: Flask, world: World, site: str, browser: Browser, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        say = {name: gettext(msgid) for name, msgid in MSGIDS.items()}
        credit = gettext("Suggested by %(name)s", name="Inès B.")
    root = world.organisation("Aubrelle")
    phone = signed_in(browser, site, world.person(root, name="Inès B.", language=language), language, 390)
    desk = signed_in(browser, site, world.person(root, Role.EDITOR, name="Éd R.", language=language), language, 1280)

    phone.goto(f"{site}/")
    phone.get_by_role("link", name=say["suggest"]).locator("visible=true").first.click()
    look(phone)
    phone.get_by_label(say["title"]).fill("A garden that drinks the rain")
    phone.get_by_role("button", name=say["send"], exact=True).locator("visible=true").last.click()
    assert phone.locator("#errors").is_visible()
    assert phone.get_by_label(say["title"]).input_value() == "A garden that drinks the rain"
    phone.locator("#link").fill(f"{site}/sign-in")
    phone.get_by_label(say["why"]).fill("Our own site.")
    phone.get_by_role("button", name=say["send"], exact=True).last.click()
    phone.wait_for_url("**/proposals**")
    look(phone)

    desk.goto(f"{site}/studio/proposals")
    look(desk)
    desk.get_by_role("link", name="A garden that drinks the rain").click()
    look(desk)
    desk.get_by_label(say["note"]).fill("Which site is it?")
    desk.get_by_role("button", name=say["back"], exact=True).click()
    desk.wait_for_url("**/studio/proposals")

    phone.goto(f"{site}/proposals")
    assert "Which site is it?" in phone.inner_text("main")
    phone.get_by_role("link", name=say["again"]).click()
    look(phone)
    phone.get_by_label(say["why"]).fill("Our own site, in Nantes.")
    phone.get_by_role("button", name=say["send_again"]).click()
    phone.wait_for_url("**/proposals#**")

    desk.goto(f"{site}/studio/proposals")
    desk.get_by_role("link", name="A garden that drinks the rain").click()
    desk.get_by_role("button", name=say["accept"]).click()
    desk.wait_for_url("**/studio/posts/*")
    assert desk.locator("#summary").input_value() == "Our own site, in Nantes."
    desk.get_by_role("button", name=say["publish"], exact=True).click()
    desk.wait_for_url("**/studio**")

    phone.goto(f"{site}/proposals")
    assert say["accepted"] in phone.inner_text("main")
    phone.goto(f"{site}/")
    assert credit in phone.inner_text("main")


def signed_in(browser: Browser, site: str, person: Any, language: str, width: int) -> Page:
    page = browser.new_context(
        locale={"en": "en-GB", "fr": "fr-FR"}[language], viewport={"width": width, "height": 844}
    ).new_page()
    page.goto(f"{site}/sign-in")
    page.fill("#email", person.email)
    page.fill("#password", PASSWORD)
    page.locator("main form button.primary").click()
    page.wait_for_url(f"{site}/")
    return page


def look(page: Page) -> None:
    """No axe violation, and nothing sticks out sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
