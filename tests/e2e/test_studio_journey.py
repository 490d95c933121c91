"""A proposal's whole way, walked in a browser with a pointer and with a keyboard alone; and two editors on one post."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import text

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.e2e.cast import Cast, ask_two, connect
from tests.e2e.conftest import Site, Stage
from tests.e2e.hands import Keyboard, Pointer
from tests.patience import eventually
from tests.workers import send

TITLE = "A garden that drinks the rain"
CAPTION = "It rained for a week. The car park of Nantes stayed dry."
REASON = "The figure of the second paragraph is wrong."
PHONE, DESK = 390, 1440


@pytest.fixture(params=[("fr", Pointer()), ("en", Keyboard())], ids=["fr-pointer", "en-keyboard"])
def cast(request: pytest.FixtureRequest, stage: Stage, open_window: Callable[[str, int], Page]) -> Cast:
    language, hands = request.param
    root = stage.world.organisation(f"Aubrelle {language}", country="FR")
    return Cast(stage, language, hands, root, open_window)


def propose(cast: Cast, phone: Page, title: str) -> None:
    """Three fields, from a phone."""
    path = f"/rain-{cast.language}"
    page = f'<html lang="en"><head><title>x</title><meta property="og:title" content="{title}"></head><body>Rain</body></html>'
    Site.pages[path] = ("text/html; charset=utf-8", page.encode())
    cast.press(phone, "Suggest content", "link", until="/propose$")
    cast.hands.write(phone.locator("#link"), cast.stage.news + path)
    cast.hands.write(phone.locator("#title"), title)
    cast.hands.write(phone.locator("#why"), "Our own gardeners made it.")
    cast.press(phone, "Send", until=r"/proposals(#p\d+)?$")


def return_and_accept(cast: Cast, phone: Page, desk: Page, title: str) -> str:
    """Returned with a note, sent again, accepted. The path of the draft's composer."""
    note = "Which garden is it?"
    cast.go(desk, "/studio/proposals")
    expect(desk.locator("main")).to_contain_text(title)
    cast.follow(desk, desk.get_by_role("link", name=title), until=r"/studio/proposals/\d+$")
    cast.hands.write(desk.locator("textarea[name$=note]"), note)
    cast.press(desk, "Return it", until="/studio/proposals$")
    cast.go(phone, "/proposals")
    expect(phone.locator("main")).to_contain_text(note)
    cast.follow(phone, phone.locator("article a.primary"), until=r"/proposals/\d+$")
    expect(phone.locator("main")).to_contain_text(note)
    cast.hands.write(phone.locator("#why"), "Our own gardeners made it, in Nantes.")
    cast.press(phone, "Send again", until=r"/proposals(#p\d+)?$")
    cast.go(desk, "/studio/proposals")
    cast.follow(desk, desk.get_by_role("link", name=title), until=r"/studio/proposals/\d+$")
    cast.press(desk, "Accept and open the draft", until=r"/studio/posts/\d+$")
    expect(desk.locator("#summary")).to_have_value("Our own gardeners made it, in Nantes.")
    return desk.url.removeprefix(cast.stage.url)


def approve(cast: Cast, approver: Person, title: str) -> None:
    """Two minutes of an approver's day."""
    page = cast.enter(approver, DESK)
    cast.go(page, "/approvals")
    cast.follow(page, page.locator("main").get_by_role("link", name=title), until=r"/approvals/\d+$")
    expect(page.locator("main")).to_contain_text(CAPTION)
    cast.press(page, "Approve", until="/approvals$")
    expect(page.locator("main").get_by_role("link", name=title)).to_have_count(0)


def schedule(cast: Cast, desk: Page, composer: str, title: str) -> None:
    """Planned in the composer; then its moment comes (pointer), or it is moved on the board (keyboard)."""
    cast.go(desk, composer)
    cast.hands.tick(desk.locator("input[name=timing][value=later]"))
    moment = desk.locator("#publish_at")
    if isinstance(cast.hands, Keyboard):
        cast.hands.write_moment(moment, utcnow().year + 1)
    else:
        soon = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(seconds=12)
        moment.fill(soon.strftime("%Y-%m-%dT%H:%M:%S"))
    cast.press(desk, "Publish", until="/studio")
    cast.go(desk, "/studio")
    expect(desk.locator("[data-lane=scheduled] .ticket", has_text=title)).to_be_visible()
    if isinstance(cast.hands, Keyboard):
        ticket = desk.locator("[data-lane=scheduled] .ticket", has_text=title)
        cast.hands.pick(ticket.locator("select[name=to]"), "live")
        cast.hands.press(ticket.locator("form[data-move] button"))
        expect(desk.locator("[data-lane=live] .ticket", has_text=title)).to_be_visible()


def share(cast: Cast, phone: Page, title: str) -> None:
    """Live, credited, and passed on."""
    article = phone.locator("article", has=phone.get_by_role("heading", name=title))

    def live() -> bool:
        phone.goto(cast.stage.url)
        return article.count() == 1

    eventually(live, within=40, every=0.5, saying="live in the feed")
    cast.look(phone)
    expect(article).to_contain_text(cast.say("Suggested by %(name)s", name="Inès B."))
    cast.follow(phone, article.get_by_role("link", name=CAPTION), until=r"/share\?wording=")
    cast.hands.write(phone.locator("textarea[name=text]"), "I walk past it every day, and it works.")
    cast.follow(phone, phone.locator(".sticky-foot button.primary"), until="/shares/done/")
    expect(phone.get_by_role("heading", name=cast.say("The baton is passed"))).to_be_visible(timeout=30_000)
    cast.look(phone)


def expire(cast: Cast, desk: Page, phone: Page, composer: str, title: str) -> None:
    """Its time is over: it leaves the feed, and the board says so."""
    with cast.stage.app.app_context():
        db.session.execute(
            text("update post set expires_at = now() where id = :id"), {"id": int(composer.rsplit("/", 1)[1])}
        )
        db.session.commit()
    cast.go(desk, "/studio")
    expect(desk.locator("[data-lane=expired] .ticket", has_text=title)).to_be_visible()
    cast.go(phone, "/")
    expect(phone.locator("article", has_text=title)).to_have_count(0)


def recall(cast: Cast, desk: Page, phone: Page, composer: str, title: str) -> None:
    """Called back with a reason, deleted with one press, until none is left."""
    mine = [post for post in cast.stage.published() if "I walk past it" in str(post)]
    assert len(mine) == 1
    cast.go(desk, f"{composer}/approval")
    cast.press(desk, "Recall", "link", until="/recall$")
    cast.hands.write(desk.locator("textarea[name=reason]"), REASON)
    cast.press(desk, "Call it back", until="/recall$")
    expect(desk.locator("#r1")).to_contain_text("1")
    cast.go(phone, "/shares")
    cast.press(phone, "Look", "link", until="/shares/recalled$")
    expect(phone.locator("main")).to_contain_text(REASON)
    delete = phone.locator("article", has_text=title).locator("button.primary")
    cast.follow(phone, delete, until="/shares/recalled$")

    def deleted() -> bool:
        send("sharing.remove_due")
        return not [post for post in cast.stage.published() if "I walk past it" in str(post)]

    eventually(deleted, within=30, every=0.5, saying="deleted at the network")
    none_left = desk.get_by_role("heading", name=cast.say("None is left"))

    def closed() -> bool:
        send("sharing.follow_recalls")
        desk.goto(f"{cast.stage.url}{composer}/recall")
        return none_left.count() == 1

    eventually(closed, within=30, every=0.5, saying="none is left")
    cast.look(desk)


def read_record(cast: Cast, desk: Page, composer: str, people: list[str], folder: Path) -> None:
    """Both files of the record tell the whole story, in order."""
    deeds = ["submitted", "approved", "approved", "published", "recalled"]
    cast.go(desk, f"{composer}/record")
    files = {}
    for kind in ("CSV", "PDF"):
        with desk.expect_download() as coming:
            cast.hands.press(desk.get_by_role("link", name=kind, exact=True))
        files[kind] = folder / coming.value.suggested_filename
        coming.value.save_as(files[kind])
    rows = list(csv.DictReader(io.StringIO(files["CSV"].read_text("utf-8-sig"))))
    said = [(row["what"], row["who"]) for row in rows]
    published = [each for each in said if each[0] == "published"]
    told = [each for n, each in enumerate(said) if each not in published or each not in said[:n]]
    assert told == list(zip(deeds, people, strict=True))
    assert rows[-1]["note"] == REASON
    assert {row["title"] for row in rows} == {TITLE + f", {cast.language}"}
    shown = "\n".join(page.extract_text() for page in PdfReader(files["PDF"]).pages)
    names = {"submitted": "Put forward for approval", "approved": "Approved", "published": "Published", "recalled": "Recalled"}  # fmt: skip
    heads = [f"{n}. {cast.say(names[what])}" for n, (what, _who) in enumerate(said, 1)]
    places = [shown.find(head) for head in heads]
    assert -1 not in places, (heads, shown)
    assert places == sorted(places)
    assert all(name in shown for name in (*people, CAPTION, REASON))


def test_a_proposal_becomes_a_post_and_is_recalled(cast: Cast, tmp_path: Path) -> None:
    employee, colleague = cast.person("Inès B."), cast.person("Karim D.")
    editor = cast.person("Maëlle T.", Role.EDITOR)
    approvers = [cast.person("Odile V.", Role.APPROVER), cast.person("Pascal N.", Role.APPROVER)]
    ask_two(cast, approvers, in_order=isinstance(cast.hands, Pointer))
    connect(cast, colleague)
    title = f"{TITLE}, {cast.language}"

    phone, desk = cast.enter(employee, PHONE), cast.enter(editor, DESK)
    propose(cast, phone, title)
    composer = return_and_accept(cast, phone, desk, title)
    cast.hands.write(desk.locator("textarea[name^=wordings]").first, CAPTION)
    cast.press(desk, "Save draft", until=composer)
    cast.press(desk, "Approval and compliance", "link", until="/approval$")
    cast.press(desk, "Put forward", until="/approval$")
    for approver in approvers:
        approve(cast, approver, title)
    schedule(cast, desk, composer, title)

    other = cast.enter(colleague, PHONE)
    share(cast, other, title)
    expire(cast, desk, other, composer, title)
    recall(cast, desk, other, composer, title)
    people = [editor.name, *(one.name for one in approvers), editor.name, editor.name]
    read_record(cast, desk, composer, people, tmp_path)


def test_two_editors_lose_nothing(cast: Cast) -> None:
    first, second = cast.person("Maëlle T.", Role.EDITOR), cast.person("Youssef K.", Role.EDITOR)
    post = cast.stage.world.post(cast.root, "Bike to work", state="draft", summary="Why.", language=cast.language)
    composer = f"/studio/posts/{post.id}"
    one, other = cast.enter(first, DESK), cast.enter(second, DESK)
    cast.go(one, composer)
    cast.go(other, composer)
    cast.hands.write(one.locator("#title"), "Ride to work")
    cast.hands.write(one.locator("#link"), "https://aubrelle.example/ride")
    cast.press(one, "Save draft", until=composer)

    cast.hands.write(other.locator("#title"), "Bike to work in May")
    cast.hands.write(other.locator("#summary"), "Thirty days, forty teams.")
    cast.press(other, "Save draft", until=composer)
    expect(other.get_by_role("heading", level=1)).to_have_text(cast.say("Two versions"))
    meanwhile = other.locator("section[aria-labelledby=m1]")
    expect(meanwhile).to_contain_text(first.name)
    expect(meanwhile).to_contain_text(cast.say("Title"))
    expect(other.locator("fieldset", has_text="Bike to work in May")).to_contain_text("Ride to work")
    cast.hands.tick(other.locator("input[name=choice-title][value=theirs]"))
    cast.press(other, "Save as one", until=composer + "$")

    kept = {"#title": "Ride to work", "#link": "https://aubrelle.example/ride", "#summary": "Thirty days, forty teams."}
    for place, value in kept.items():
        expect(other.locator(place)).to_have_value(value)
    cast.press(other, "History", "link", until="/history")
    for name in (first.name, second.name):
        expect(other.locator("main")).to_contain_text(name)
    expect(other.locator("dl.diff ins", has_text="Ride").first).to_be_visible()
    expect(other.locator("dl.diff ins", has_text="Thirty").first).to_be_visible()
