"""The people of a programme, and how they work its pages: in one language, with one kind of hands."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from flask_babel import force_locale, gettext
from playwright.sync_api import Locator, Page, expect

from advocacy.approval.chains import ChainDraft, StepDraft, make_chain
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role
from advocacy.sealing import Secret
from tests.browsing import assert_accessible
from tests.e2e.conftest import Stage
from tests.e2e.hands import Hands
from tests.sharing.conftest import SCOPES
from tests.visitor import PASSWORD

# What a page is made of: pages that are made of the same are looked at once.
MADE_OF = """() => innerWidth + [...document.querySelectorAll("main *:not(option)")].map((el) => `${el.tagName}.${el.className}`).join(" ")"""


@dataclass
class Cast:
    """A programme with its people, in one language and working its pages in one way."""

    stage: Stage
    language: str
    hands: Hands
    root: Organisation
    windows: Callable[[str, int], Page]
    seen: set[str] = field(default_factory=set)

    def say(self, msgid: str, **values: str) -> str:
        """The words of the pages."""
        with self.stage.app.test_request_context(), force_locale(self.language):
            return str(gettext(msgid, **values))

    def person(self, name: str, role: Role | None = None) -> Person:
        """Somebody of the programme."""
        mail = f"{name[-2].lower()}{len(name)}-{self.root.id}@aubrelle.example"
        return self.stage.world.person(
            self.root, role, name=name, email=mail, language=self.language, time_zone="Europe/Paris"
        )

    def enter(self, person: Person, width: int) -> Page:
        """A window of somebody who signed in."""
        page = self.windows(self.language, width)
        page.emulate_media(reduced_motion="reduce")  # the page stands still as soon as a key is pressed
        page.goto(f"{self.stage.url}/sign-in")
        self.hands.write(page.locator("input[name=email]"), person.email)
        self.hands.write(page.locator("input[name=password]"), PASSWORD)
        self.press(page, "Sign in", until=r"/$")
        return page

    def look(self, page: Page) -> None:
        """The page has nothing to object to."""
        made_of = page.evaluate(MADE_OF)
        if made_of not in self.seen:
            assert_accessible(page)
            self.seen.add(made_of)

    def go(self, page: Page, path: str) -> None:
        """The page at an address, which has nothing to object to."""
        page.goto(self.stage.url + path)
        self.look(page)

    def press(self, page: Page, msgid: str, role: str = "button", until: str = "") -> None:
        """Press what is called so, and look at the page it leads to: the one whose address matches `until`."""
        named = page.locator("main").get_by_role(role, name=self.say(msgid), exact=True)  # type: ignore[arg-type]
        self.follow(page, named.locator("visible=true").first, until)

    def follow(self, page: Page, target: Locator, until: str) -> None:
        """Press the target, and look at the page it leads to."""
        before = page.evaluate("performance.timeOrigin")
        self.hands.press(target)
        page.wait_for_function(
            "(before) => performance.timeOrigin !== before && document.readyState === 'complete'", arg=before
        )
        expect(page).to_have_url(re.compile(until))
        self.look(page)


def ask_two(cast: Cast, approvers: list[Person], *, in_order: bool) -> None:
    """A chain for every post: both at once, or the second after the first."""
    numbers = tuple(one.id for one in approvers)
    together = (StepDraft("Both", "all", numbers),)
    steps = tuple(StepDraft(f"Step {n}", "any", (number,)) for n, number in enumerate(numbers, 1))
    admin = cast.person("Aïcha R.", Role.ADMIN)
    with cast.stage.app.app_context():
        actor, body = db.session.get_one(Person, admin.id), db.session.get_one(Organisation, cast.root.id)
        make_chain(actor, body, ChainDraft("Two say yes", steps if in_order else together))
        db.session.commit()


def connect(cast: Cast, person: Person) -> None:
    """An account on the sandbox network that works."""
    base = f"{cast.stage.sandbox.url}/_sandbox"
    member = requests.post(f"{base}/members", json={"name": person.name}, timeout=10).json()
    tokens = requests.post(f"{base}/tokens", json={"member": member["sub"], "scope": SCOPES}, timeout=10).json()
    cast.stage.world.account(person, external_id=member["sub"], access_token=Secret(tokens["access_token"]))
