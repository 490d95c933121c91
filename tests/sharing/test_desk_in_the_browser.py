"""The repair desk on a phone and on a desktop: nothing sticks out, axe finds nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from advocacy.clock import utcnow
from advocacy.networks import circuits, pacing
from advocacy.people.models import Role
from tests.browsing import look
from tests.sharing.test_desk import Programme
from tests.world import World


def fill(programme: Programme) -> None:
    asked = [
        {"at": "2026-11-23T09:00:00+00:00", "act": "publish", "said": "no_answer", "detail": "ReadTimeout"},
        {"at": "2026-11-23T09:01:00+00:00", "act": "settle", "said": "not_there", "detail": ""},
    ]
    programme.delivery(
        programme.left, "Inès Bocquillon-Delacroix", state="unconfirmed", failure="no_answer", asked=asked
    )
    programme.delivery(programme.left, "Ravi K.", state="failed", failure="gave_up", wanted_at=utcnow())
    programme.delivery(programme.right, "Maëlle T.", state="failed", failure="not_allowed", failure_detail="403 no")
    for _ in range(10):
        circuits.note_failure(pacing.place_of("linkedin", ""), "no_answer")
    pacing.close(pacing.place_of("mastodon", "a-server-with-a-long-name.example"), utcnow() + timedelta(hours=1))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_can_be_read_and_used(
    app: Flask,
    world: World,
    site: str,
    open_page: Callable[..., Page],
    set_environment: Callable[..., None],
    language: str,
) -> None:
    set_environment(RELAIS_MASTODON_ENABLED="1")
    programme = Programme(app, world)
    fill(programme)
    admin = world.person(programme.root, Role.ADMIN, language=language)
    page = open_page(admin, "/admin/deliveries")
    page.click("summary:visible >> nth=-1")
    for state in ("unconfirmed", "failed"):
        page.goto(f"{site}/admin/deliveries?state={state}")
        look(page)
    page.click(".stack form .btn >> nth=-1")
    page.wait_for_url("**/admin/deliveries?**")
    assert page.locator(".flash .notice").count() == 1
