"""In a real browser: offered, adapted, changed, the difference read and taken over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import assert_accessible, leaving
from tests.cascade.conftest import Nation


@pytest.mark.parametrize("width", [390, 1440])
def test_from_national_to_local(site: str, open_page: Callable[..., Page], nation: Nation, width: int) -> None:
    post = nation.world.post(nation.root, "Breathe out", wordings=("Take a walk.",))
    parent = open_page(nation.editor, f"/studio/posts/{post.id}", width)
    parent.get_by_role("link", name="Offer to organisations").click()
    parent.get_by_label("A word to their editors").fill("Add your own date.")
    assert_accessible(parent)
    parent.get_by_role("button", name="Offer it").click()
    expect(parent.get_by_role("row").filter(has_text="Grand-Val")).to_contain_text("Waiting")
    assert_accessible(parent)

    local = open_page(nation.locals[0], "/studio/offers", width)
    expect(local.locator("main article")).to_contain_text("Add your own date.")
    assert_accessible(local)
    local.get_by_role("button", name=re.compile("^Adapt .*Breathe out, Grand-Val")).click()
    expect(local).to_have_url(re.compile(r"/studio/posts/\d+$"))
    expect(local.get_by_text("Your own version of a post of Aubrelle.")).to_be_visible()
    local.get_by_label("Title", exact=True).fill("Breathe out on Thursday")
    local.get_by_role("button", name="Publish").click()
    expect(local.get_by_text("It is live.")).to_be_visible()

    parent.goto(f"{site}/studio/posts/{post.id}")
    parent.get_by_label("Why it is worth sharing").fill("Ten minutes are enough.")
    parent.get_by_role("button", name="Save the changes").click()
    expect(parent.get_by_text("Saved.", exact=True)).to_be_visible()

    local.goto(f"{site}/studio/offers")
    expect(local.get_by_text("The original has changed since")).to_be_visible()
    assert_accessible(local)
    with leaving(local):
        local.get_by_role("link", name="Breathe out").click()
    expect(local.locator(".diff ins").last).to_contain_text("enough")
    assert_accessible(local)
    local.get_by_role("button", name=re.compile("^Take it over")).click()
    expect(local.get_by_text("Taken over.")).to_be_visible()
    assert_accessible(local)
    local.get_by_role("link", name="Open your version").click()
    expect(local.get_by_label("Title", exact=True)).to_have_value("Breathe out on Thursday")
    expect(local.get_by_label("Why it is worth sharing")).to_have_value("Ten minutes are enough.")

    parent.goto(f"{site}/studio/offers/made")
    assert_accessible(parent)
    parent.get_by_role("link", name="Breathe out").click()
    expect(parent.get_by_role("row").filter(has_text="Grand-Val")).to_contain_text("Adapted")
    assert nation.sees(nation.employees[0], nation.post(post.id + 1))
    assert nation.seen_by(post) == [False, False, False]
