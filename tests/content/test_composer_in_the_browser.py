"""The composer in a real browser: counts follow the keys, captions come and go, words are kept, no reload needed."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.content.models import PostAutosave
from advocacy.db import db
from advocacy.people.models import Role
from tests.browsing import look
from tests.content.test_composing import png
from tests.world import World


def test_composing(app: Flask, site: str, open_page: Callable[..., Page], world: World) -> None:
    root = world.organisation("Aubrelle")
    branch = world.organisation("Branch", root)
    world.person(branch)
    editor = world.person(root, Role.EDITOR, name="Ada Lark")
    post = world.post(root, "Light heart", state="draft", wordings=("One (1).",))
    page = open_page(editor, f"/studio/posts/{post.id}")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.reload()
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
