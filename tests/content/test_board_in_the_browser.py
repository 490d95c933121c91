"""The board in a real browser: by keyboard alone, by dragging, and without script."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.chromium import find_chromium
from tests.visitor import PASSWORD
from tests.world import World


@pytest.fixture
def site(app: Flask, clean: None, set_environment: Callable[..., None]) -> Iterator[str]:
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
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def editor(world: World) -> Person:
    return world.person(world.organisation("Aubrelle"), Role.EDITOR, name="Ada Lark")


def enter(browser: Browser, site: str, person: Person, *, script: bool = True) -> Page:
    page = browser.new_page(
        locale="en-GB", java_script_enabled=script, viewport={"width": 1900, "height": 1000}, reduced_motion="reduce"
    )
    page.goto(f"{site}/sign-in?next=/studio")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button").last.click()
    page.goto(f"{site}/studio")
    return page


def column(page: Page, name: str) -> list[str]:
    return page.locator(f"[data-lane={name}] .ticket h3").all_inner_texts()


def state(app: Flask, post: Post) -> str:
    with app.app_context():
        return str(db.session.get(Post, post.id).state)  # type: ignore[union-attr]


def test_by_keyboard_alone(app: Flask, site: str, browser: Browser, world: World, editor: Person) -> None:
    post = world.post(editor.organisation, "Bike to work", state="draft")
    thin = world.post(editor.organisation, "Thin", state="draft", link=None, wordings=())
    page = enter(browser, site, editor)
    page.get_by_label("Move “Bike to work” to").focus()
    page.keyboard.press("R")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("is now in: Review")
    assert (column(page, "draft"), column(page, "review")) == (["Thin"], ["Bike to work"])
    assert page.locator("#lane-review + .count").inner_text() == "1"
    assert page.evaluate("document.activeElement.name") == "to"
    assert state(app, post) == "review"
    page.get_by_label("Move “Thin” to").focus()
    page.keyboard.press("L")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("Add a link")
    assert column(page, "draft") == ["Thin"]
    assert state(app, thin) == "draft"


def drag(page: Page, title: str, lane: str) -> None:
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")
    start = page.locator(".ticket", has_text=title).locator("p.tiny").bounding_box()
    end = page.locator(f"[data-lane={lane}]").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 8, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 12, steps=4)
    page.mouse.move(end["x"] + 60, end["y"] + 20, steps=12)
    page.mouse.move(end["x"] + 64, end["y"] + 24, steps=4)
    page.mouse.up()


def test_by_dragging_and_back_when_refused(
    app: Flask, site: str, browser: Browser, world: World, editor: Person
) -> None:
    ready = world.post(editor.organisation, "Ready", state="draft")
    thin = world.post(editor.organisation, "Thin", state="draft", link=None, wordings=())
    page = enter(browser, site, editor)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    drag(page, "Ready", "live")
    expect(page.locator("[data-said]")).to_contain_text("is now in: Live")
    assert column(page, "live") == ["Ready"]
    assert state(app, ready) == "published"
    drag(page, "Thin", "live")
    expect(page.locator("[data-said]")).to_contain_text("Add a link")
    expect(page.locator("[data-lane=draft] .ticket h3")).to_have_text(["Thin"])
    assert state(app, thin) == "draft"
    page.reload()
    drag(page, "Thin", "scheduled")
    page.wait_for_url(re.compile(f"/studio/posts/{thin.id}#timing"))
    assert complaints == []


def test_without_script_and_more_with_it(app: Flask, site: str, browser: Browser, world: World, editor: Person) -> None:
    for number in range(23):
        post = world.post(editor.organisation, f"Number {number:02}", state="draft")
    plain = enter(browser, site, editor, script=False)
    plain.get_by_label("Move “Number 22” to").select_option("review")
    plain.get_by_role("button", name="Move “Number 22”").click()
    expect(plain.locator("[role=status]").first).to_contain_text("is now in: Review")
    assert state(app, post) == "review"
    page = enter(browser, site, editor)
    page.locator("[data-lane=draft] a.btn.wide").click()
    expect(page.locator("[data-lane=draft] .ticket")).to_have_count(22)


def test_nothing_to_complain_of(site: str, browser: Browser, world: World, editor: Person) -> None:
    for where in ({"state": "draft"}, {"state": "review"}, {}):
        post = world.post(editor.organisation, "A post with a rather long title", **where)
    page = enter(browser, site, editor)
    for path in ("/studio", "/studio/calendar", "/studio/calendar?view=week", f"/studio/posts/{post.id}/history"):
        page.goto(f"{site}{path}")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page)
            assert found.violations_count == 0, (path, width, found.generate_report())
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, width)
