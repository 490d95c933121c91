"""What an operator has to see to soon stands on the page of networks, in words, beside the network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from advocacy.people.models import Role
from tests.browsing import look
from tests.visitor import Visitor, page, words
from tests.world import World

SAID = "The version of its API that is set here comes to its end. Set a newer one."


@pytest.mark.parametrize(("version", "shown"), [("202511", True), ("209901", False)])
def test_a_version_near_its_end_is_shown(
    world: World, visit: Callable[..., Visitor], set_environment: Callable[..., None], version: str, shown: bool
) -> None:
    set_environment(
        RELAIS_LINKEDIN_VERSION=version,
        RELAIS_LINKEDIN_ANALYTICS_CLIENT_ID="two",
        RELAIS_LINKEDIN_ANALYTICS_CLIENT_SECRET="secret",
    )
    admin = world.person(world.organisation(), Role.ADMIN)
    answer = visit(admin).get("/admin/networks")
    assert (SAID in words(answer), "look after it" in words(answer)) == (shown, shown)
    said = [line.text() for line in page(answer).css(".accounts li") if SAID in line.text()]
    assert len(said) == shown
    assert all("LinkedIn" in line and line.count(SAID) == 1 for line in said)


def test_it_is_seen(
    site: str, world: World, open_page: Callable[..., Page], set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_LINKEDIN_VERSION="202511")
    tab = open_page(world.person(world.organisation(), Role.ADMIN), "/admin/networks")
    look(tab)
    assert tab.get_by_text(SAID).is_visible()
