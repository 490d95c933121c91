"""Every page as everybody sees it: both languages, both themes, phone and desktop, full and empty, right and in error."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Person, Role
from advocacy.sources.models import Item, Source
from config.settings import get_settings
from tests.browsing import assert_accessible, served, violations
from tests.emptying import empty
from tests.home.conftest import Deeds
from tests.visitor import PASSWORD
from tests.world import World

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
# What can be pressed and is no word of a sentence is 24 by 24 px at least (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll("main a, main button, main summary, .tabbar *, .topbar a")]
  .filter((el) => el.matches("a, button, summary") && !el.closest(".sr") && !el.matches(".sr"))
  .filter((el) => { const box = el.getBoundingClientRect(); return box.width && box.height && (box.width < 20 || box.height < 24); })
  .filter((el) => ![...el.parentElement.childNodes].some((near) => near.nodeType === 3 && near.textContent.trim()) && !el.closest("p, .notice ul"))
  .map((el) => el.outerHTML.slice(0, 120))"""


@dataclass
class Site:
    """A programme in the middle of its life, and where it is served."""

    url: str
    people: dict[str, Person]
    paths: dict[str, list[str]]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The app on a port of its own, from an empty database."""
    before = dict(os.environ)
    empty(app)
    with served(app) as url:
        os.environ["RELAIS_PUBLIC_URL"] = url
        get_settings.cache_clear()
        yield url
    os.environ.clear()
    os.environ.update(before)
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def site(app: Flask, address: str) -> Site:
    world, deeds = World(app), Deeds(app)
    root = world.organisation("Aubrelle", disclosure="#EquipeAubrelle")
    body = world.organisation("Hautes-Combes", parent=root)
    people = {
        "employee": world.person(body, name="Inès B."),
        "newcomer": world.person(body, name="Nadia F.", welcomed_at=None),
        "idle": world.person(world.organisation("Northwick"), name="Ada L."),
        "editor": world.person(root, Role.EDITOR, name="Maëlle T."),
        "admin": world.person(root, Role.ADMIN, name=f"Aïcha {LONG[:60]}"),
    }
    topic, group = world.topic(root, "Prevention", "Prévention"), world.group(root, people["employee"])
    wordings = (f"« Ça passera », {LONG}.", "Twelve minutes that can change a year.", "Short.")
    post = world.post(root, f"« Cœur léger » {LONG[:40]}", wordings=wordings, language="fr", topics=[topic])
    draft = world.post(root, "", state="draft", link=None, wordings=())
    paths: dict[str, list[str]] = {name: [] for name in people}
    states = ("published", "scheduled", "unconfirmed", "failed", "cancelled")
    account = world.account(people["employee"], expires_at=utcnow() + timedelta(days=3))
    for days, state in enumerate(states):
        submission = uuid4()
        due = {"wanted_at": utcnow() + timedelta(days=2)} if state == "scheduled" else {}
        share = deeds.share(people["employee"], world.post(root), account, days_ago=days, state=state,
                            submission=submission, text=f"{LONG} {LONG}", **due)  # fmt: skip
        paths["employee"].append(f"/shares/done/{submission}")
        if state == "scheduled":
            paths["employee"].append(f"/shares/{share}")
        if state == "published":
            deeds.figures(share, impressions=1240, reactions=3)
            deeds.clicks(share, 3)
    deeds.points(people["employee"], 10)
    deeds.points(people["editor"], 25)
    with app.app_context():
        feed = Source(organisation_id=root.id, url=f"https://news.example/{LONG}", title="News", next_read_at=utcnow())
        broken = Source(organisation_id=root.id, url="https://b.example", next_read_at=utcnow(), failure="unreachable")
        db.session.add_all([feed, broken])
        db.session.flush()
        db.session.add(
            Item(organisation_id=root.id, source_id=feed.id, guid="1", link="https://a.example/1", title=LONG,
                 summary=LONG, found_at=utcnow())
        )  # fmt: skip
        db.session.commit()
        source = feed.id
    person = people["employee"].id
    paths["nobody"] = ["/sign-in", "/forgot", "/nowhere", "/invitation/none", "/reset/none"]
    paths["employee"] += ["/", f"/posts/{post.id}", f"/posts/{post.id}/share", "/impact", "/shares", "/leaderboard",
                          "/leaderboard?kind=organisations", "/points", "/settings", "/accounts", "/studio",
                          "/propose", "/proposals", "/topics", "/brand", "/shares/recalled"]  # fmt: skip
    paths["newcomer"] = ["/welcome/1", "/welcome/2", "/welcome/3", f"/posts/{post.id}/share"]
    paths["idle"] = ["/", "/?tab=saved", "/impact", "/shares", "/leaderboard", "/points", "/accounts"]
    paths["editor"] = ["/studio", "/studio?lane=live", "/studio?lane=withdrawn", "/studio?q=none", "/studio/posts/new",
                       f"/studio/posts/{draft.id}", f"/studio/posts/{post.id}", "/studio/topics", "/studio/inbox",
                       "/studio/sources", f"/studio/sources/{source}", "/admin/groups", f"/admin/groups/{group.id}"]  # fmt: skip
    paths["editor"] += [f"/studio/posts/{post.id}/{view}" for view in ("history", "approval", "record", "recall")]
    paths["editor"] += ["/studio/calendar", "/studio/calendar?view=week", "/studio/templates", f"/studio/topics/{topic.id}",
                        "/studio/proposals", "/studio/campaigns", "/studio/campaigns/new", "/studio/brand",
                        "/studio/brand/new", "/studio/inbox/rules", "/studio/sources/rules", "/studio/sources/rules/new",
                        "/studio/sources/import", "/studio/bookmarklet", "/approvals",
                        "/propose?url=https://a.example/1"]  # fmt: skip
    paths["admin"] = ["/admin/approval", "/admin/approval/chains/new", "/admin/compliance", "/admin/people", "/admin/people?q=none", "/admin/people/invite", f"/admin/people/{person}",
                      "/admin/organisations", "/studio"]  # fmt: skip
    return Site(address, people, paths)


def sign_in(site: Site, page: Page, who: str) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("input[name=email]", site.people[who].email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form:has(input[name=password]) button").last.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def look(page: Page) -> None:
    """Nothing to object to, in the theme the page is in; then, on a phone, in the dark."""
    assert_accessible(page)
    assert page.locator("h1").count() == 1, page.url
    assert page.evaluate(SMALL) == [], page.url
    if page.evaluate("innerWidth > 1000 || matchMedia('(prefers-color-scheme: dark)').matches"):
        return
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour on its way to another
    found = violations(page, runOnly=["color-contrast"])
    assert [node["html"][:200] for one in found for node in one["nodes"]] == [], f"{page.url} in the dark"
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("who", ["nobody", "employee", "newcomer", "idle", "editor", "admin"])
@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1440)])
def test_every_page(
    app: Flask, site: Site, open_window: Callable[[str, int], Page], language: str, width: int, who: str
) -> None:
    page = open_window(language, width)
    page.emulate_media(color_scheme="light" if width < 1000 else "dark")
    if who in site.people:
        speak(app, site.people[who], language)
        sign_in(site, page, who)
    for path in site.paths[who]:
        page.goto(site.url + path)
        assert page.locator("html").get_attribute("lang") == language
        look(page)


def speak(app: Flask, person: Person, language: str) -> None:
    with app.app_context():
        db.session.get_one(Person, person.id).language = language
        db.session.commit()


def test_a_form_in_error_takes_the_person_to_what_is_to_settle(
    app: Flask, site: Site, open_window: Callable[[str, int], Page]
) -> None:
    page = open_window("en", 390)
    page.goto(f"{site.url}/sign-in")
    page.locator("main form:has(input[name=password]) button").last.click()
    expect(page.locator("#errors")).to_be_focused()
    assert page.locator("#errors a").all_inner_texts() == [
        "Work e-mail: please fill this in.",
        "Password: please fill this in.",
    ]
    look(page)
    page.locator("#errors a").first.click()
    expect(page.locator("input[name=email]")).to_be_focused()
    speak(app, site.people["employee"], "en")
    sign_in(site, page, "employee")
    page.goto(site.url + next(path for path in site.paths["employee"] if path.endswith("/share")))
    page.fill("textarea[name=text]", LONG * 50)
    page.locator("input[name=when][value=at]").check()
    page.locator(".sticky-foot button.primary").click()
    expect(page.locator("#errors")).to_be_focused()
    assert page.input_value("textarea[name=text]") == LONG * 50
    look(page)


def test_menus_by_keyboard_alone(app: Flask, site: Site, open_window: Callable[[str, int], Page]) -> None:
    page = open_window("en", 390)
    speak(app, site.people["employee"], "en")
    sign_in(site, page, "employee")
    for opener in (page.locator(".tabbar button"), page.locator("article button[popovertarget]").first):
        opener.focus()
        page.keyboard.press("Enter")
        menu = page.locator(".menu:popover-open")
        expect(menu).to_be_visible()
        look(page)
        page.keyboard.press("Tab")
        assert menu.evaluate("menu => menu.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
        expect(opener).to_be_focused()


@pytest.mark.parametrize("large", [False, True])
def test_pages_reflow(app: Flask, site: Site, open_window: Callable[[str, int], Page], large: bool) -> None:
    """At 320 px, and at 640 px with text of twice the size: nothing sideways, and no bar takes half of the screen."""
    page = open_window("fr", 640 if large else 320)
    speak(app, site.people["employee"], "fr")
    sign_in(site, page, "employee")
    for path in site.paths["employee"]:
        page.goto(site.url + path)
        if large:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        for bar in page.locator(".sticky-foot").all():
            assert bar.evaluate("bar => bar.offsetHeight") < 300, path


def test_the_tab_one_stands_on_is_in_sight(app: Flask, site: Site, open_window: Callable[[str, int], Page]) -> None:
    page = open_window("fr", 390)
    speak(app, site.people["editor"], "fr")
    sign_in(site, page, "editor")
    page.goto(f"{site.url}/studio/topics")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
