"""The whole loop, walked in a browser: a feed becomes a post, the post a share, the share is read, counted, measured and rewarded."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests
from playwright.sync_api import Page, expect

from advocacy.people.models import Role
from tests.browsing import assert_accessible, leaving
from tests.e2e.conftest import Site, Stage
from tests.patience import eventually
from tests.visitor import PASSWORD
from tests.workers import send


@dataclass(frozen=True)
class Words:
    """What the pages say in a language, as far as the walk has to press or read it."""

    take: str
    publish: str
    connect: str
    allow: str
    share: str
    see_it: str
    passed: str
    share_points: str
    reader_points: str
    you: str


WORDS = {
    "en": Words("Take it", "Publish", "Connect LinkedIn", "Allow", "Share", "See it", "The baton is passed",
                "Share of", "reader of", "you"),
    "fr": Words("Prendre", "Publier", "Relier LinkedIn", "Autoriser", "Partager", "Voir", "Le relais est passé",
                "Partage", "lecteur", "vous"),
}  # fmt: skip
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
ROBOT = "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"


def sign_in(stage: Stage, page: Page, email: str) -> None:
    page.goto(f"{stage.url}/sign-in")
    assert_accessible(page)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form:has(input[name=password]) button").last.click()
    page.wait_for_url(re.compile(r"/$|/welcome"))


def set_up_news(title: str, link: str) -> str:
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    Site.pages["/feed.xml"] = (
        "application/rss+xml",
        f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title><link>{link}</link>
        <item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{now}</pubDate>
        <description>&lt;p&gt;Twelve &lt;b&gt;minutes&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>""".encode(),
    )
    page = f'<html lang="en"><head><title>x</title><meta property="og:title" content="{title}"></head><body>News</body></html>'
    Site.pages["/" + link.rsplit("/", 1)[1]] = ("text/html; charset=utf-8", page.encode())
    return title


def publish_from_feed(stage: Stage, page: Page, words: Words, title: str, wording: str) -> None:
    """The editor's part."""
    page.goto(f"{stage.url}/studio/sources")
    assert_accessible(page)
    page.locator("input[name=url]").fill(f"{stage.news}/feed.xml")
    with leaving(page):
        page.locator("form:has(input[name=url]) button.primary").click()
    page.goto(f"{stage.url}/studio/inbox")
    expect(page.get_by_text(title).first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=words.take).first.click()
    page.wait_for_url(re.compile(r"/studio/posts/\d+"))
    assert_accessible(page)
    captions = page.locator("textarea[name^=wordings]")
    if captions.count() == 0:
        with leaving(page):
            page.locator("button[value=add]").click()
    page.locator("textarea[name^=wordings]").first.fill(wording)
    page.locator("input[name=bodies]").first.check()
    with leaving(page):
        page.locator(".sticky-foot button.primary").click()
    assert_accessible(page)
    page.goto(f"{stage.url}/studio?state=live")
    expect(page.get_by_text(title).first).to_be_visible()
    assert_accessible(page)


def connect(stage: Stage, page: Page, words: Words, name: str) -> None:
    """The employee's consent on the network's own page."""
    page.goto(f"{stage.url}/accounts")
    assert_accessible(page)
    page.get_by_role("button", name=words.connect).click()
    page.wait_for_url(f"{stage.sandbox.url}/**")
    assert_accessible(page)
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name=words.allow).click()
    page.wait_for_url(f"{stage.url}/**")
    expect(page.locator("main")).to_contain_text(name)
    assert_accessible(page)


def share(stage: Stage, page: Page, words: Words, title: str, wording: str) -> None:
    """A wording picked in the feed, made one's own, sent."""
    page.goto(stage.url)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert_accessible(page)
    page.locator("article", has_text=title).get_by_role("link", name=wording).click()
    page.wait_for_url(re.compile(r"/share\?wording="))
    expect(page.locator("textarea[name=text]")).to_have_value(wording)
    assert_accessible(page)
    page.locator("textarea[name=text]").fill(
        "Ma grand-mère aurait ri : douze minutes, c'est court. (Vraiment_court) #sante"
    )
    preview = page.locator("[data-preview]").first
    expect(preview.locator("[data-mirror]")).to_contain_text("Vraiment_court")
    page.locator(".sticky-foot button.primary").click()
    page.wait_for_url(re.compile(r"/shares/done/"))
    expect(page.get_by_role("heading", name=words.passed)).to_be_visible(timeout=30_000)
    assert_accessible(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name=words.see_it).click()
    expect(opened.value.locator("main")).to_contain_text("(Vraiment_court) #sante")


def read(stage: Stage, link: str) -> None:
    """Two visits of one reader, one of LinkedIn's robot, one of somebody who only looks at the headers."""
    for agent, address in ((BROWSER, "198.51.100.7"), (BROWSER, "198.51.100.7"), (ROBOT, "198.51.100.8")):
        answer = requests.get(
            link, headers={"User-Agent": agent, "X-Forwarded-For": address}, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 302
        assert answer.headers["Cache-Control"] == "no-store"
        assert "utm_content=adv-" in answer.headers["Location"]
    requests.head(link, headers={"User-Agent": BROWSER}, allow_redirects=False, timeout=10)


def leads_the_board(stage: Stage, page: Page, email: str) -> None:
    """A colleague sees who passed the baton."""
    sign_in(stage, page, email)
    page.goto(f"{stage.url}/leaderboard")
    expect(page.locator("ol.board li").first).to_contain_text("Inès B.")
    expect(page.locator("ol.board li").first).to_contain_text("16")
    assert_accessible(page)
    page.goto(f"{stage.url}/leaderboard?kind=organisations")
    assert_accessible(page)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_loop(stage: Stage, open_window: Callable[[str, int], Page], language: str, width: int) -> None:
    words = WORDS[language]
    root = stage.world.organisation(f"Aubrelle {language} {width}", disclosure="#EquipeAubrelle")
    body = stage.world.organisation("Hautes-Combes", parent=root)
    editor = stage.world.person(root, Role.EDITOR, language=language, email=f"ed-{language}-{width}@aubrelle.example")
    employee = stage.world.person(
        body, name="Inès B.", language=language, email=f"em-{language}-{width}@aubrelle.example"
    )
    colleague = stage.world.person(body, name="Karim D.", email=f"co-{language}-{width}@aubrelle.example")
    title = set_up_news(f"Light heart {language} {width}", f"{stage.news}/heart-{language}-{width}")
    wording = f"Twelve minutes that can change a year, {language} {width}."

    desk = open_window(language, width)
    sign_in(stage, desk, editor.email)
    publish_from_feed(stage, desk, words, title, wording)

    phone = open_window(language, width)
    sign_in(stage, phone, employee.email)
    connect(stage, phone, words, f"Inès B. {language} {width}")
    share(stage, phone, words, title, wording)

    [posted] = [post for post in stage.published() if post["title"] == title]
    assert posted["commentary"].endswith("(Vraiment_court) #sante\n\n#EquipeAubrelle"), "nothing was cut"
    assert not posted["cut"]
    read(stage, posted["source"])

    def counted() -> bool:
        phone.goto(f"{stage.url}/points")
        return phone.locator("table.ledger tbody tr").count() >= 3

    eventually(counted, within=40, every=1, saying="a reader's point")
    assert sorted(phone.locator("table.ledger tbody td.n").all_inner_texts()) == ["+1", "+10", "+5"], "one reader, once"
    expect(phone.locator("table.ledger tfoot td.n")).to_have_text("16")
    assert_accessible(phone)
    leads_the_board(stage, open_window("en", width), colleague.email)
    stage.sandbox.tick(3600)

    def measured() -> bool:
        send("tracking.measure_due")
        phone.goto(f"{stage.url}/impact")
        return (
            phone.locator(".grade.measured").count() > 0
            and phone.locator(".stat-value", has_text=re.compile(r"\d")).count() > 1
        )

    eventually(measured, within=60, every=1, saying="figures of the network")
    assert_accessible(phone)

    phone.goto(f"{stage.url}/leaderboard")
    expect(phone.locator("ol.board li.me")).to_contain_text(words.you)
    phone.goto(f"{stage.url}/shares")
    expect(phone.locator("main")).to_contain_text(title)
    assert_accessible(phone)
    phone.goto(f"{stage.url}/settings")
    assert_accessible(phone)
