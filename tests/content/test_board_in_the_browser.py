"""The board in a real browser: by keyboard alone, by dragging, and without script."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.browsing import look
from tests.world import World

VIEW = {"width": 1900, "height": 1000}


@pytest.fixture
def editor(world: World) -> Person:
    return world.person(world.organisation("Aubrelle"), Role.EDITOR, name="Ada Lark")


def column(page: Page, name: str) -> list[str]:
    return page.locator(f"[data-lane={name}] .ticket h3").all_inner_texts()


def state(app: Flask, post: Post) -> str:
    with app.app_context():
        return str(db.session.get(Post, post.id).state)  # type: ignore[union-attr]


def test_by_keyboard_alone(app: Flask, open_page: Callable[..., Page], world: World, editor: Person) -> None:
    post = world.post(editor.organisation, "Bike to work", state="draft")
    thin = world.post(editor.organisation, "Thin", state="draft", link=None, wordings=())
    page = open_page(editor, "/studio", viewport=VIEW)
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
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person
) -> None:
    ready = world.post(editor.organisation, "Ready", state="draft")
    thin = world.post(editor.organisation, "Thin", state="draft", link=None, wordings=())
    page = open_page(editor, "/studio", viewport=VIEW)
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


def test_without_script_and_more_with_it(
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person
) -> None:
    for number in range(23):
        post = world.post(editor.organisation, f"Number {number:02}", state="draft")
    plain = open_page(editor, "/studio", viewport=VIEW, java_script_enabled=False)
    plain.get_by_label("Move “Number 22” to").select_option("review")
    plain.get_by_role("button", name="Move “Number 22”").click()
    expect(plain.locator("[role=status]").first).to_contain_text("is now in: Review")
    assert state(app, post) == "review"
    page = open_page(editor, "/studio", viewport=VIEW)
    page.locator("[data-lane=draft] a.btn.wide").click()
    expect(page.locator("[data-lane=draft] .ticket")).to_have_count(22)


def test_nothing_to_complain_of(site: str, open_page: Callable[..., Page], world: World, editor: Person) -> None:
    for where in ({"state": "draft"}, {"state": "review"}, {}):
        post = world.post(editor.organisation, "A post with a rather long title", **where)
    page = open_page(editor, "/studio", viewport=VIEW)
    for path in ("/studio", "/studio/calendar", "/studio/calendar?view=week", f"/studio/posts/{post.id}/history"):
        page.goto(f"{site}{path}")
        look(page)
