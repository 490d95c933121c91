"""Scheduling in a real browser, French and English, on a phone and on a desktop: everything is said while one types."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from advocacy.clock import utcnow
from advocacy.content.models import SavedPost
from advocacy.db import db
from advocacy.people.models import Person, Role
from advocacy.sharing.hours import local_time
from tests.browsing import look, sign_in
from tests.sharing.conftest import Scene
from tests.sharing.test_nearness import OTHER, SAID, colleagues

SAYS = {
    "fr": ("collègues publient ceci dans le même quart d’heure", "collègues ont utilisé ce texte", "Ma file"),
    "en": ("colleagues post this in the same quarter of an hour", "colleagues used this text", "My queue"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_week_of_sharing(scene: Scene, site: str, open_page: Callable[..., Page], language: str) -> None:
    crowded, near, queue = SAYS[language]
    scene.post = scene.world.post(scene.root, "Bikes", wordings=(SAID, OTHER))
    moment = (utcnow() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    colleagues(scene, 6, wanted_at=moment, due_at=moment)
    posts = [
        scene.world.post(scene.root, f"Kept {n}", wordings=(f"Something of our own, {uuid4()}.",)) for n in range(3)
    ]
    with scene.app.app_context():
        scene.person.language = db.session.get_one(Person, scene.person.id).language = language
        db.session.add_all([SavedPost(person_id=scene.person.id, post_id=post.id) for post in posts])
        db.session.commit()
    page = open_page(scene.person, f"/posts/{scene.post.id}/share")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.reload()

    panel_says_what_is_near_and_crowded(page, scene, moment, near, crowded)
    look(page)
    page.locator("input[name=when][value=queue]").check()
    page.locator("#text").fill(f"Entirely mine, {uuid4()}")
    page.locator(".sticky-foot button").click()
    page.wait_for_url("**/shares/done/**")

    page.goto(f"{site}/shares/queue/saved")
    look(page)
    page.locator(".sticky-foot button").click()
    page.wait_for_url("**/shares/queue")
    expect(page.locator("h1")).to_have_text(queue)
    look(page)
    titles = page.locator("main ol h2")
    before = titles.all_inner_texts()
    assert len(before) == 4
    button = page.locator("main ol li").nth(1).locator("button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text(before[1])
    assert page.evaluate("document.activeElement.closest('li')?.id") == page.locator("main ol li").first.get_attribute(
        "id"
    )

    for path in ("/shares/calendar", "/shares/calendar?view=week", "/shares"):
        page.goto(f"{site}{path}")
        look(page)
    assert complaints == []


def panel_says_what_is_near_and_crowded(page: Page, scene: Scene, moment: object, near: str, crowded: str) -> None:
    page.locator("input[name=account]").first.check()
    page.locator("#text").fill("")
    expect(page.locator("[data-same]")).to_be_hidden()
    page.locator("#text").fill(f"{SAID} ")
    expect(page.locator("#nearness .notice")).to_contain_text(near)
    look(page)
    page.locator("#nearness button[data-text]").click()
    expect(page.locator("#text")).to_have_value(OTHER)
    expect(page.locator("#nearness .notice")).to_have_count(0)
    page.locator("input[name=when][value=at]").check()
    shown = local_time(moment, scene.person.time_zone).isoformat(timespec="minutes")  # type: ignore[arg-type]
    page.locator("#at").fill(shown)
    page.locator("#at").dispatch_event("change")
    expect(page.locator("#moment-said")).to_contain_text(crowded)
    look(page)
    page.locator("#moment-said button").click()
    expect(page.locator("#at")).not_to_have_value(shown)
    expect(page.locator("#moment-said")).not_to_contain_text(crowded)


def test_a_better_minute_and_the_pace_of_a_programme(scene: Scene, site: str, open_page: Callable[..., Page]) -> None:
    moment = (utcnow() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    colleagues(scene, 4, wanted_at=moment, due_at=moment)
    page = open_page(scene.person, f"/posts/{scene.post.id}/share")
    page.locator("#text").fill(OTHER)
    page.locator("input[name=when][value=at]").check()
    page.locator("#at").fill(local_time(moment, scene.person.time_zone).isoformat(timespec="minutes"))
    page.locator(".sticky-foot button").click()
    page.wait_for_url("**/shares/done/**")
    look(page)
    page.locator("form[action$='/aside'] button").click()
    expect(page.locator("form[action$='/aside']")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, site, scene.world.person(scene.root, Role.ADMIN), "/admin/caps")
    look(page)
