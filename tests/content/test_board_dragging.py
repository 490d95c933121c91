"""Moves on the board that can't be, and columns that lie out of sight: by pointer and by keyboard, in a real browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.approval import chains
from advocacy.approval.chains import ChainDraft, StepDraft
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role
from tests.browsing import look
from tests.world import World

NARROW = (1440, 1024)
FIRST = "It needs to be approved as it is now: put it forward for approval."


@pytest.fixture
def editor(world: World) -> Person:
    return world.person(world.organisation("Aubrelle"), Role.EDITOR, name="Ada Lark")


def ask_for_a_yes(app: Flask, world: World, root: Organisation) -> None:
    """From now on every post of the programme needs somebody's approval."""
    admin, approver = world.person(root, Role.ADMIN), world.person(root, Role.APPROVER)
    with app.app_context():
        draft = ChainDraft("Legal", (StepDraft("Legal", "any", (approver.id,)),))
        chains.make_chain(db.session.get_one(Person, admin.id), db.session.get_one(Organisation, root.id), draft)
        db.session.commit()


def state(app: Flask, post: Post) -> str:
    with app.app_context():
        return str(db.session.get_one(Post, post.id).state)


def lift(page: Page, title: str) -> float:
    """Take the ticket up by the pointer; the height on the page where that is."""
    grip = page.locator(".ticket", has_text=title).locator("p.tiny")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 12, steps=4)
    return box["y"] + 12


def drop(page: Page, title: str, lane: str) -> None:
    """Drag the ticket to the edge of the board where the column lies, wait until it came, and let go over it."""
    height, board = lift(page, title), page.locator("[data-kanban]").bounding_box()
    there = page.locator(f"[data-lane={lane}]")
    assert board
    left, right = board["x"], board["x"] + board["width"]
    for step in range(400):
        box = there.bounding_box()
        assert box
        if left <= box["x"] and box["x"] + box["width"] <= right + 1:
            page.mouse.move(box["x"] + box["width"] / 2, height + step % 2, steps=3)
            if page.locator(f"[data-lane={lane}] .ticket", has_text=title).count():
                break
        else:
            page.mouse.move(left + 8 if box["x"] < left else right - 8, height + step % 2)
        page.wait_for_function("() => new Promise((go) => requestAnimationFrame(() => go(true)))")
    page.mouse.up()


@pytest.mark.parametrize("width", NARROW)
def test_columns_out_of_sight_come_under_the_ticket(
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person, width: int
) -> None:
    post = world.post(editor.organisation, "Bike to work", state="draft")
    over = world.post(editor.organisation, "Long ago", state="draft")
    page = open_page(editor, "/studio", width)
    assert page.evaluate("(b => b.scrollWidth > b.clientWidth)(document.querySelector('[data-kanban]'))")
    drop(page, "Bike to work", "live")
    expect(page.locator("[data-said]")).to_contain_text("is now in: Live")
    assert state(app, post) == "published"
    drop(page, "Long ago", "expired")
    expect(page.locator("[data-said]")).to_have_text(
        "A post can’t be moved there from where it stands now. From “Draft” it can go to: Review, Scheduled, Live."
    )
    expect(page.locator("[data-lane=draft] .ticket")).to_contain_text("Long ago")
    expect(page.locator("[data-lane=draft] .ticket")).to_be_in_viewport()
    assert state(app, over) == "draft"


@pytest.mark.parametrize("width", NARROW)
def test_a_live_post_does_not_become_an_idea(
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person, width: int
) -> None:
    post = world.post(editor.organisation, "Out there")
    page = open_page(editor, "/studio", width)
    drop(page, "Out there", "ideas")
    expect(page.locator("[data-said]")).to_have_text(
        "Only colleagues fill this column: a post does not become a proposal."
        " From “Live” it can go to: Draft, Withdrawn."
    )
    expect(page.locator("[data-lane=live] .ticket")).to_contain_text("Out there")
    expect(page.locator("[data-lane=ideas] .ticket")).to_have_count(0)
    assert state(app, post) == "published"


@pytest.mark.parametrize("width", NARROW)
def test_a_column_that_needs_approval(
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person, width: int
) -> None:
    ask_for_a_yes(app, world, editor.organisation)
    post = world.post(editor.organisation, "Careful", state="draft")
    page = open_page(editor, "/studio", width)
    drop(page, "Careful", "live")
    expect(page.locator("[data-said]")).to_have_text(FIRST)
    expect(page.locator("[data-lane=draft] .ticket")).to_contain_text("Careful")
    page.reload()
    page.get_by_label("Move “Careful” to").focus()
    page.keyboard.press("L")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_have_text(FIRST)
    expect(page.locator("[data-said]")).to_be_in_viewport()
    expect(page.get_by_label("Move “Careful” to")).to_be_focused()
    assert state(app, post) == "draft"


@pytest.mark.parametrize("width", NARROW)
def test_into_a_column_out_of_sight_by_keyboard(
    app: Flask, open_page: Callable[..., Page], world: World, editor: Person, width: int
) -> None:
    post = world.post(editor.organisation, "Out there", state="draft")
    page = open_page(editor, "/studio", width)
    page.get_by_label("Move “Out there” to").focus()
    page.keyboard.press("L")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("is now in: Live")
    expect(page.locator("[data-lane=live] .ticket")).to_be_in_viewport()
    expect(page.get_by_label("Move “Out there” to")).to_be_focused()
    assert state(app, post) == "published"


@pytest.mark.parametrize(
    ("language", "filters", "told"), [("en", "Filters", "3 are on"), ("fr", "Filtres", "3 actifs")]
)
def test_filters_are_folded_on_a_phone(
    site: str, open_page: Callable[..., Page], world: World, editor: Person, language: str, filters: str, told: str
) -> None:
    post = world.post(editor.organisation, "Bike to work", state="draft")
    person = world.person(editor.organisation, Role.EDITOR, language=language, languages=[language])
    page = open_page(person, "/studio", 390)
    assert (page.locator("form.filters").bounding_box() or {})["height"] < 140
    topics = page.locator("form.filters select[name=topic]")
    expect(topics).to_be_hidden()
    page.goto(f"{site}/studio?lang=en&mine=1&owner={person.id}&q=bike")
    fold = page.locator("form.filters summary")
    expect(fold).to_contain_text(filters)
    expect(fold).to_contain_text(told)
    expect(topics).to_be_hidden()
    fold.focus()
    page.keyboard.press("Enter")
    expect(topics).to_be_visible()
    look(page)
    page.goto(f"{site}/studio")
    expect(topics).to_be_visible()
    expect(fold).to_be_hidden()
    assert post.title in page.content()
