"""Cutting the picture for a network in a real browser: by keyboard and by pointer, seen at once, as the server cuts it."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.content.crops import box_for
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.browsing import assert_accessible
from tests.content.test_framing import picture
from tests.world import World

WIDTH, HEIGHT, RATIO = 1200, 1200, 1.91


@pytest.fixture
def draft(app: Flask, world: World) -> Post:
    root = world.organisation("Aubrelle")
    return world.post(root, "Light heart", state="draft", image=picture(app, WIDTH, HEIGHT), image_alt="A field")


@pytest.fixture
def editor(world: World, draft: Post) -> Person:
    return world.person(draft.organisation, Role.EDITOR)


def seen(page: Page) -> tuple[float, ...]:
    """The part of the picture that the frame shows, in its own pixels, worked out from where the browser put it."""
    left, top, right, bottom = page.evaluate(
        """() => {
          const cut = document.querySelector(".cut").getBoundingClientRect(), image = document.querySelector(".cut img");
          const box = image.getBoundingClientRect(), style = getComputedStyle(image);
          const [x, y] = style.objectPosition.split(" ").map((one) => parseFloat(one) / 100);
          const scale = Math.max(box.width / image.naturalWidth, box.height / image.naturalHeight);
          const at = [box.left - (image.naturalWidth * scale - box.width) * x, box.top - (image.naturalHeight * scale - box.height) * y];
          return [(cut.left - at[0]) / scale, (cut.top - at[1]) / scale, (cut.right - at[0]) / scale, (cut.bottom - at[1]) / scale];
        }"""
    )
    return left, top, right, bottom


def kept(app: Flask, post: Post) -> object:
    with app.app_context():
        return db.session.get_one(Post, post.id).crops


def test_by_keyboard(app: Flask, open_page: Callable[..., Page], editor: Person, draft: Post) -> None:
    page = open_page(editor, f"/studio/posts/{draft.id}")
    fold = page.locator("fieldset.frame summary")
    fold.focus()
    page.keyboard.press("Enter")
    own = page.get_by_label("Cut it by hand")
    expect(own).not_to_be_checked()
    page.get_by_label("Closer", exact=True).focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(own).to_be_checked()
    page.get_by_label("From the left", exact=True).focus()
    page.keyboard.press("Home")
    page.get_by_label("From the top", exact=True).focus()
    page.keyboard.press("End")
    assert seen(page) == pytest.approx(box_for((WIDTH, HEIGHT), RATIO, (0, 100), 120), abs=3)
    page.get_by_label("Closer", exact=True).focus()
    page.keyboard.press("End")
    assert page.get_by_label("Closer", exact=True).input_value() == "217"
    assert_accessible(page)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert kept(app, draft) == {"linkedin": [0, 100, 217]}
    expect(page.get_by_label("Cut it by hand")).to_be_checked()
    assert seen(page) == pytest.approx(box_for((WIDTH, HEIGHT), RATIO, (0, 100), 217), abs=3)
    page.get_by_label("Cut it by hand").uncheck()
    assert seen(page) == pytest.approx(box_for((WIDTH, HEIGHT), RATIO), abs=3)
    assert page.get_by_label("Closer", exact=True).input_value() == "100"


@pytest.mark.parametrize("width", [390, 1440])
def test_by_pointer(open_page: Callable[..., Page], world: World, draft: Post, width: int) -> None:
    person = world.person(draft.organisation, Role.EDITOR, language="fr", languages=["fr"])
    page = open_page(person, f"/studio/posts/{draft.id}", width)
    page.locator("fieldset.frame summary").click()
    closer, top = page.locator("[name=crops-0-zoom]"), page.locator("[name=crops-0-y]")
    for bar, share in ((closer, 0.5), (top, 0.0)):
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        assert box
        bar.click(position={"x": max(box["width"] * share, 2), "y": box["height"] / 2})
    zoom = int(closer.input_value())
    assert 140 <= zoom <= 180 and int(top.input_value()) <= 5
    assert seen(page) == pytest.approx(box_for((WIDTH, HEIGHT), RATIO, (50, int(top.input_value())), zoom), abs=3)
    assert_accessible(page)


def test_without_script(app: Flask, open_page: Callable[..., Page], editor: Person, draft: Post) -> None:
    page = open_page(editor, f"/studio/posts/{draft.id}", java_script_enabled=False)
    page.locator("fieldset.frame summary").click()
    page.get_by_label("Cut it by hand").check()
    page.get_by_label("From the left", exact=True).focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Show how it looks").click()
    assert "--x:0;" in (page.locator(".cut img").get_attribute("style") or "")
    assert kept(app, draft) is None
    page.get_by_role("button", name="Save draft").click()
    assert kept(app, draft) == {"linkedin": [0, 50, 100]}
