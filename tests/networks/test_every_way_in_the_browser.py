"""From the accounts page to posts that stand: several networks, each by its own way in, in both languages."""

import re
from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.sharing import tasks
from advocacy.tracking import tasks as tracking
from tests.browsing import assert_accessible, leaving, sign_in
from tests.networks.standing import Town, town
from tests.world import World

DEEDS = {
    "mastodon": {"favourites": 3, "boosts": 2, "replies": 1},
    "bluesky": {"likeCount": 4, "repostCount": 1, "replyCount": 2},
    "x": {"like_count": 2, "reply_count": 1, "repost_count": 1},
}
WORDS = "We opened the workshop on Sunday, and the coffee was good."


@pytest.fixture
def place(app: Flask, clean: None, set_environment: Callable[..., None]) -> Iterator[Town]:
    with town(app, set_environment, RELAIS_MEASURE_MINUTES="0") as standing:
        yield standing


def enter(page: Page, place: Town, network: str, way: str = "") -> None:
    """From the accounts page to what the network asks first."""
    page.goto(f"{place.url}/accounts")
    with leaving(page):
        page.locator(f"main a[href*='/accounts/{network}/connect']").last.click()
    if way:
        with leaving(page):
            page.locator(f"main a[href*='way={way}']").click()
    assert_accessible(page)


def send(page: Page) -> None:
    page.locator("main form button.primary").click()


def allow(page: Page, place: Town, network: str, name: str = "") -> None:
    """The network's own page: yes, and back."""
    page.wait_for_url(f"{place.standins[network].url}/**")
    assert_accessible(page)
    if name:
        page.locator("input[name=name]").fill(name)
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{place.url}/accounts")


def connect_all(page: Page, place: Town) -> None:
    """Mastodon by its server, Bluesky by an app password and by consent, X with an express yes."""
    enter(page, place, "mastodon")
    assert page.locator("#server").input_value() == place.standins["mastodon"].host
    send(page)
    allow(page, place, "mastodon", "Ada at her server")
    sky = place.standins["bluesky"]
    by_password, by_consent = sky.introduce("Ada Sky"), sky.introduce("Ada Cloud")
    enter(page, place, "bluesky", "password")
    page.locator("#handle").fill(by_password.handle)
    page.locator("#password").fill(by_password.facts["app_passwords"][0])
    send(page)
    page.wait_for_url(f"{place.url}/accounts")
    enter(page, place, "bluesky")
    page.locator("#handle").fill(by_consent.handle)
    send(page)
    allow(page, place, "bluesky")
    enter(page, place, "x")
    page.locator("#agreed").check()
    send(page)
    allow(page, place, "x", "Ada in short")


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 390)])
def test_from_connecting_to_figures(
    place: Town, open_window: Callable[[str, int], Page], world: World, language: str, width: int
) -> None:
    root = world.organisation()
    ada = world.person(root, name="Ada Lark", language=language)
    post = world.post(root, "The workshop", wordings=("A suggestion, to be left.",))
    page = open_window(language, width)
    sign_in(page, place.url, ada, "/accounts")
    assert_accessible(page)
    connect_all(page, place)
    names = ("Ada at her server", "adasky", "adacloud", "Ada in short")
    assert all(name in page.inner_text("main") for name in names)
    for each in page.locator("main details.more").all():
        each.evaluate("el => el.open = true")
    assert_accessible(page)
    share_everywhere(page, place, post.id)
    for network in ("mastodon", "x", "bluesky", "bluesky"):
        assert all(WORDS in text for text in place.texts(network))
    assert [len(place.texts(network)) for network in ("mastodon", "x", "bluesky")] == [1, 1, 2]
    look_at_the_posts(page)
    others_react(place)
    see_figures(page, place)
    page.goto(f"{place.url}/accounts")
    for _left in names:
        page.locator("main details.more:has(button.danger) summary").first.click()
        with leaving(page):
            page.locator("main button.danger").first.click()
    assert page.locator("main button.danger").count() == 0
    assert not any(name in page.inner_text("main") for name in names)
    for standin in (place.standins[name] for name in ("mastodon", "x")):
        given = [token for token in standin.state.tokens.values() if token.member and token.kind == "access"]
        assert given and all(token.revoked for token in given)


def share_everywhere(page: Page, place: Town, post_id: int) -> None:
    page.goto(f"{place.url}/posts/{post_id}/share")
    page.locator("textarea#text").fill(WORDS)
    boxes = page.locator("input[name=account]")
    for number in range(boxes.count()):
        boxes.nth(number).check()
    shown = page.locator("[data-preview]:visible")
    assert shown.count() == boxes.count() == 4
    counts = {each.get_attribute("data-link"): each.locator("[data-count]").inner_text() for each in shown.all()}
    assert counts == {"0": str(len(WORDS)), "25": str(len(WORDS) + 25)}
    assert_accessible(page)
    page.locator("button.primary").last.click()
    page.wait_for_url("**/shares/done/**")
    with place.app.app_context():
        tasks.deliver_due()
    page.reload()
    assert_accessible(page)


def look_at_the_posts(page: Page) -> None:
    """Each outcome leads to a page of its network, where the words stand."""
    links = [link.get_attribute("href") or "" for link in page.locator("main li a[target=_blank]").all()]
    assert len(links) == 4
    for link in links:
        page.goto(link)
        assert WORDS in page.inner_text("main")
        assert_accessible(page)


def others_react(place: Town) -> None:
    """By the doors of each network; then a worker asks them."""
    for network, deeds in DEEDS.items():
        at = place.standins[network]
        for post in at.state.standing():
            requests.post(f"{at.url}/_sandbox/figures", json={"id": post.id, **deeds}, timeout=10).raise_for_status()
    with place.app.app_context():
        tracking.measure_due()


def see_figures(page: Page, place: Town) -> None:
    """What each network told stands under its name, and what none of them tells is said to be not given."""
    page.goto(f"{place.url}/impact")
    for network, total in {"Mastodon": 6, "Bluesky": 14, "X": 4}.items():
        tile = page.locator(".tiles .card").filter(has_text=re.compile(rf"^\s*R[ée]actions, .*, {network}"))
        expect(tile.locator(".stat-value")).to_have_text(str(total))
        expect(tile.locator(".grade.measured")).to_be_visible()
    expect(page.locator("#my-shares li")).to_have_count(4)
    expect(page.locator("#my-shares .grade.none")).to_have_count(4)
    assert_accessible(page)
