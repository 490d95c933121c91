"""In a real browser: offered, adapted, changed, the difference read and taken over."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from advocacy.people.models import Person
from tests.cascade.conftest import Nation
from tests.chromium import find_chromium
from tests.e2e.conftest import assert_accessible
from tests.visitor import PASSWORD


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


def enter(browser: Browser, site: str, person: Person, path: str, width: int) -> Page:
    page = browser.new_page(locale="en-GB", viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto(f"{site}/sign-in?next={path}")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button").last.click()
    expect(page).to_have_url(re.compile(path))
    return page


@pytest.mark.parametrize("width", [390, 1440])
def test_from_national_to_local(site: str, browser: Browser, nation: Nation, width: int) -> None:
    post = nation.world.post(nation.root, "Breathe out", wordings=("Take a walk.",))
    parent = enter(browser, site, nation.editor, f"/studio/posts/{post.id}", width)
    parent.get_by_role("link", name="Offer to bodies").click()
    parent.get_by_label("A word to their editors").fill("Add your own date.")
    assert_accessible(parent)
    parent.get_by_role("button", name="Offer it").click()
    expect(parent.get_by_role("row").filter(has_text="Grand-Val")).to_contain_text("Waiting")
    assert_accessible(parent)

    local = enter(browser, site, nation.locals[0], "/studio/offers", width)
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
