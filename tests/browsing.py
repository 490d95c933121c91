"""Pages in a real browser: the app on a port of its own, windows that may not complain, and axe."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from advocacy.people.models import Person
from tests.chromium import find_chromium
from tests.visitor import PASSWORD

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
PHONE, DESKTOP = 390, 1440
AXE: str = Axe().axe_script
RULES = "async (rules) => (await axe.run(document, {resultTypes: ['violations'], ...rules})).violations"
ICONS = """async () => {
  const uses = [...document.querySelectorAll("use")].map((use) => use.getAttribute("href"));
  const sprites = {};
  for (const file of new Set(uses.map((href) => href.split("#")[0]))) sprites[file] = await (await fetch(file)).text();
  return uses.filter((href) => !sprites[href.split("#")[0]].includes(`id="${href.split("#")[1]}"`));
}"""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of its own, in threads of this process; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def windows(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows of their own (cookies, language, width); no script fails there, none is one that may not run."""
    contexts, complaints = [], []

    def opened(language: str, width: int, **options: Any) -> Page:
        view = {"width": width, "height": 900}
        context = chromium.new_context(**{"locale": LOCALES[language], "viewport": view, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, one for all tests of a process: what they must not share is in their windows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask, clean: None, set_environment: Callable[..., None]) -> Iterator[str]:
    """The app on a port of its own, which is its public address."""
    with served(app) as url:
        set_environment(RELAIS_PUBLIC_URL=url)
        yield url


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Callable[[str, int], Page]]:
    """Opens a window in a language and of a width; nobody has signed in there."""
    with windows(chromium) as opened_window:

        def opened(language: str, width: int) -> Page:
            page = opened_window(language, width, timezone_id="Europe/Paris")
            page.set_default_timeout(15_000)
            return page

        yield opened


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a window of somebody: open_page(person, "/studio", width=390) signs in, and stands on that page."""
    with windows(chromium) as opened_window:

        def opened(person: Person, path: str = "/", width: int = DESKTOP, **options: Any) -> Page:
            page = opened_window(person.language, width, **{"reduced_motion": "reduce", **options})
            sign_in(page, site, person, path)
            return page

        yield opened


def sign_in(page: Page, site: str, person: Person, path: str = "/") -> None:
    """Sign the window in, by what the form sends, and stand on that page."""
    window = page.context.request
    token = re.search(r'name="csrf_token" value="([^"]+)"', window.get(f"{site}/sign-in").text())
    assert token, page.url
    sent = {"csrf_token": token[1], "email": person.email, "password": PASSWORD}
    answer = window.post(f"{site}/sign-in", form=sent, max_redirects=0)
    assert answer.status in (302, 303), answer.text()
    page.goto(f"{site}{path}")


@contextmanager
def leaving(page: Page) -> Iterator[None]:
    """Around what leads to another page, or to the same one anew: comes out when that one is there.

    A navigation would not do: htmx writes into the history with its first answer, and that counts as one of the same page.
    """
    with page.expect_event("load"):
        yield


def violations(page: Page, **rules: Any) -> list[dict[str, Any]]:
    """What axe objects to; `rules` as its options have them (runOnly)."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return list(page.evaluate(RULES, rules))


def assert_accessible(page: Page) -> None:
    """No axe violation, no sideways scrolling, every icon there."""
    assert page.evaluate(ICONS) == [], page.url
    found = violations(page)
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide}px"


def look(page: Page) -> None:
    """Nothing to object to, on a phone and on a desktop."""
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
