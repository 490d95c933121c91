"""The composer in a real browser: counts follow the keys, captions come and go, words are kept, no reload needed."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from advocacy.content.models import PostAutosave
from advocacy.db import db
from advocacy.people.models import Role
from tests.chromium import find_chromium
from tests.content.test_composing import png
from tests.visitor import PASSWORD
from tests.world import World


@pytest.fixture
def site(app: Flask, clean: None) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser.new_page(locale="en-GB")
        browser.close()


def look(page: Page) -> None:
    """No axe violation, on a phone and on a desktop; nothing sticks out sideways."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_composing(app: Flask, site: str, browser_page: Page, world: World) -> None:
    page, root = browser_page, world.organisation("Aubrelle")
    branch = world.organisation("Branch", root)
    world.person(branch)
    editor = world.person(root, Role.EDITOR, name="Ada Lark")
    post = world.post(root, "Light heart", state="draft", wordings=("One (1).",))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{site}/sign-in?next=/studio/posts/{post.id}")
    page.get_by_label("E-mail").fill(editor.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url(f"**/studio/posts/{post.id}")
    expect(page.locator("[data-count]")).to_have_text("10")
    page.locator("#wordings-0-text").fill("C# 👍🏽")
    expect(page.locator("[data-count]")).to_have_text("6")
    expect(page.locator("[data-mirrors=wordings]")).to_have_text("C# 👍🏽")
    page.locator("#title").fill("Lighter heart")
    expect(page.locator("[data-mirrors=title]")).to_have_text("Lighter heart")
    expect(page.locator("#kept")).to_contain_text("Your words were kept at", timeout=20_000)
    page.get_by_role("button", name="Add a caption").click()
    expect(page.locator("textarea[name^=wordings]")).to_have_count(2)
    page.locator("#wordings-1-text").fill("(" * 1501)
    expect(page.locator("[data-tally]").last).to_contain_text("3,002")
    page.get_by_role("button", name="Move caption 2 up").click()
    expect(page.locator("#wordings-1-text")).to_have_value("C# 👍🏽")
    page.get_by_role("button", name="Remove caption 1").click()
    expect(page.locator("textarea[name^=wordings]")).to_have_count(1)
    expect(page.locator("#reach")).to_have_text("2 people may see it.")
    page.get_by_label("Everyone: Aubrelle").uncheck()
    expect(page.locator("#reach")).to_have_text("Nobody would see it yet.")
    page.get_by_label("Branch and all below").check()
    expect(page.locator("#reach")).to_have_text("1 person may see it.")
    page.locator("#picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png()})
    page.locator("#image_alt").fill("A green field")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-crop]").first).to_be_visible()
    page.locator("[data-focal]").click(position={"x": 2, "y": 2})
    assert int(page.locator("#focus_x").input_value()) <= 2
    assert (
        "--x: 0" in (page.locator("[data-crop]").first.get_attribute("style") or "")
        or page.locator("#focus_x").input_value() != "0"
    )
    page.get_by_label("Name of the template").fill("Monday")
    page.get_by_role("button", name="Save as a template").click()
    expect(page.locator("#as-template")).to_contain_text("The template “Monday” is there")
    page.locator("#attachment-file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no"})
    page.get_by_role("button", name="Attach the file").click()
    expect(page.locator("#attachment-error")).to_contain_text("neither a PDF nor an MP4")
    look(page)
    page.goto(f"{site}/studio/templates")
    look(page)
    assert [one for one in complaints if "422" not in one] == []
    with app.app_context():
        assert db.session.query(PostAutosave).count() <= 1
