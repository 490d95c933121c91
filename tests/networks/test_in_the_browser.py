"""Connecting in a real browser: the content security policy lets the person out to the network and back in."""

import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.people.models import Person
from tests.chromium import find_chromium
from tests.visitor import PASSWORD
from tests.world import World


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serve_in_thread() as running:
        yield running


@pytest.fixture
def site(app: Flask, sandbox: Sandbox, set_environment: Callable[..., None]) -> Iterator[str]:
    """The app on a port of its own, its LinkedIn the sandbox."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    set_environment(
        RELAIS_PUBLIC_URL=url,
        RELAIS_LINKEDIN_OAUTH_URL=f"{sandbox.url}/oauth/v2",
        RELAIS_LINKEDIN_API_URL=sandbox.url,
        RELAIS_LINKEDIN_SITE_URL=sandbox.url,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser.new_page(locale="en-GB")
        browser.close()


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


def test_connect_refuse_disconnect(site: str, page: Page, ada: Person) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{site}/sign-in?next=/accounts")
    page.get_by_label("E-mail").fill(ada.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button").last.click()
    page.goto(f"{site}/accounts")
    look(page)
    page.get_by_role("button", name="Connect LinkedIn").click()
    page.wait_for_url("**/oauth/v2/authorization?**")
    page.locator("button[value=cancel]").click()
    page.wait_for_url(f"{site}/accounts")
    assert "not connected, as you chose" in page.inner_text("main")
    page.get_by_role("button", name="Connect LinkedIn").click()
    page.wait_for_url("**/oauth/v2/authorization?**")
    page.fill("#name", "Ada at the network")
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{site}/accounts")
    assert "Ada at the network" in page.inner_text("main")
    look(page)
    page.locator("summary", has_text="What it allows").click()
    look(page)
    page.locator("summary", has_text="Disconnect").click()
    page.get_by_role("button", name="Disconnect and erase").click()
    assert "the network has withdrawn it" in page.inner_text("main")
    assert complaints == []


def look(page: Page) -> None:
    """No axe violation, on a phone and on a desktop; nothing sticks out sideways."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
