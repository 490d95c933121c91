"""Connecting in a real browser: the content security policy lets the person out to the network and back in."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.people.models import Person
from tests.browsing import leaving, look
from tests.world import World


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serve_in_thread() as running:
        yield running


@pytest.fixture
def linkedin(site: str, sandbox: Sandbox, set_environment: Callable[..., None]) -> str:
    """The app on a port of its own, its LinkedIn the sandbox."""
    set_environment(
        RELAIS_LINKEDIN_OAUTH_URL=f"{sandbox.url}/oauth/v2",
        RELAIS_LINKEDIN_API_URL=sandbox.url,
        RELAIS_LINKEDIN_SITE_URL=sandbox.url,
    )
    return site


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


def test_connect_refuse_disconnect(linkedin: str, open_page: Callable[..., Page], ada: Person) -> None:
    page = open_page(ada, "/accounts")
    look(page)
    page.get_by_role("button", name="Connect LinkedIn").click()
    page.wait_for_url("**/oauth/v2/authorization?**")
    page.locator("button[value=cancel]").click()
    page.wait_for_url(f"{linkedin}/accounts")
    assert "not connected, as you chose" in page.inner_text("main")
    page.get_by_role("button", name="Connect LinkedIn").click()
    page.wait_for_url("**/oauth/v2/authorization?**")
    page.fill("#name", "Ada at the network")
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{linkedin}/accounts")
    assert "Ada at the network" in page.inner_text("main")
    look(page)
    page.locator("summary", has_text="What it allows").click()
    look(page)
    page.locator("summary", has_text="Disconnect").click()
    with leaving(page):
        page.get_by_role("button", name="Disconnect and erase").click()
    assert "the network has withdrawn it" in page.inner_text("main")
