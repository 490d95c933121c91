"""The repair desk on a phone and on a desktop: nothing sticks out, axe finds nothing."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from advocacy.clock import utcnow
from advocacy.networks import circuits, pacing
from advocacy.people.models import Role
from tests.chromium import find_chromium
from tests.sharing.test_desk import Programme
from tests.visitor import PASSWORD
from tests.world import World


@pytest.fixture
def site(app: Flask, set_environment: Callable[..., None]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    set_environment(RELAIS_PUBLIC_URL=url, RELAIS_MASTODON_ENABLED="1")
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
        yield browser.new_page()
        browser.close()


def fill(programme: Programme) -> None:
    asked = [
        {"at": "2026-11-23T09:00:00+00:00", "act": "publish", "said": "no_answer", "detail": "ReadTimeout"},
        {"at": "2026-11-23T09:01:00+00:00", "act": "settle", "said": "not_there", "detail": ""},
    ]
    programme.delivery(
        programme.left, "Inès Bocquillon-Delacroix", state="unconfirmed", failure="no_answer", asked=asked
    )
    programme.delivery(programme.left, "Ravi K.", state="failed", failure="gave_up", wanted_at=utcnow())
    programme.delivery(programme.right, "Maëlle T.", state="failed", failure="not_allowed", failure_detail="403 no")
    for _ in range(10):
        circuits.note_failure(pacing.place_of("linkedin", ""), "no_answer")
    pacing.close(pacing.place_of("mastodon", "a-server-with-a-long-name.example"), utcnow() + timedelta(hours=1))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_can_be_read_and_used(app: Flask, world: World, site: str, page: Page, language: str) -> None:
    programme = Programme(app, world)
    fill(programme)
    admin = world.person(programme.root, Role.ADMIN, language=language)
    page.goto(f"{site}/sign-in?next=/admin/deliveries")
    page.fill("input[name=email]", admin.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/deliveries")
    page.click("summary:visible >> nth=-1")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for state in ("unconfirmed", "failed"):
            page.goto(f"{site}/admin/deliveries?state={state}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{state} is {wide} wide"
    page.click(".stack form .btn >> nth=-1")
    page.wait_for_url("**/admin/deliveries?**")
    assert page.locator(".flash .notice").count() == 1
