"""What networks cost: set aside before it is sent, stopped by the budget, given back when certainly nothing was done."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.networks import registry, spending
from advocacy.networks.base import Capabilities, Picture, TryLater
from advocacy.networks.models import Account, NetworkSpend
from advocacy.networks.standins.x import X as StandIn
from advocacy.people.models import Person, Role
from advocacy.sealing import Secret
from advocacy.sharing import service as sharing
from advocacy.sharing import tasks as delivery
from advocacy.sharing.models import Share
from advocacy.sharing.service import Wish
from advocacy.tracking import measuring
from tests.networks.conftest import outgoing
from tests.networks.contract.stages.x import SCOPES
from tests.networks.test_x_grants import settings_of
from tests.visitor import Visitor, page, words
from tests.world import World

LINKED = 200_000


@pytest.fixture
def server(set_environment: Callable[..., None]) -> Iterator[StandIn]:
    """X, with a budget of one dollar a month."""
    with StandIn() as running:
        set_environment(
            RELAIS_X_CLIENT_ID=running.client_id,
            RELAIS_X_CLIENT_SECRET=running.client_secret,
            RELAIS_X_AUTHORIZE_URL=f"{running.url}/i/oauth2/authorize",
            RELAIS_X_API_URL=running.url,
            RELAIS_X_SITE_URL=running.url,
            RELAIS_X_MONTHLY_BUDGET="1",
            RELAIS_NETWORK_SECONDS="1",
            RELAIS_MEASURE_MINUTES="0",
        )
        yield running


def x_of(**prices: Any) -> Capabilities:
    adapter = registry.x.X(settings_of(x_client_id="one", **prices))
    return adapter.capabilities


def account_of(world: World, person: Person, server: StandIn) -> Account:
    given = requests.post(f"{server.url}/_sandbox/accounts", json={"name": "Ada", "scopes": SCOPES}, timeout=5).json()
    return world.account(
        person,
        "x",
        external_id=given["external_id"],
        handle=given["handle"],
        access_token=Secret(given["access_token"]),
        scopes=list(SCOPES),
    )


def share(app: Flask, world: World, account: Account, person: Person, count: int = 1) -> None:
    """So many shares of links, each in words of its own."""
    with app.app_context():
        me = db.session.get_one(Person, person.id)
        for number in range(count):
            post = world.post(me.organisation)
            sharing.schedule(me, post, uuid4(), [Wish(account.id, f"My words, number {number}")], "en", None)
        db.session.commit()
        delivery.deliver_due()


def shares(app: Flask) -> list[tuple[str, str | None]]:
    with app.app_context():
        return [(each.state, each.failure) for each in db.session.scalars(db.select(Share).order_by(Share.id))]


def total(app: Flask) -> int:
    with app.app_context():
        return spending.spent("x", utcnow())


def test_what_a_share_costs() -> None:
    x, described = x_of(), Picture(lambda: b"", "A door")
    assert spending.price_of(x, outgoing("Words")) == 15_000
    assert spending.price_of(x, outgoing("Words", link="https://relais.test/s/x")) == LINKED
    assert spending.price_of(x, outgoing("See https://aubrelle.example")) == LINKED
    assert spending.price_of(x, outgoing("Look", pictures=(described, Picture(lambda: b"")))) == 20_000
    assert spending.price_of(x, outgoing("Look", link="https://relais.test/s/x", pictures=(described,))) == LINKED
    assert spending.price_of(x_of(x_price_publish=7), outgoing("Words")) == 7


def test_the_budget_stops(app: Flask, world: World, server: StandIn) -> None:
    person = world.person(world.organisation())
    share(app, world, account_of(world, person, server), person, 6)
    assert shares(app) == [("published", None)] * 5 + [("scheduled", "budget")]
    assert total(app) == 5 * LINKED
    assert len(server.state.standing()) == 5


def test_what_waited_goes_when_the_budget_is_raised(
    app: Flask, world: World, server: StandIn, set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_X_MONTHLY_BUDGET="0.1")
    person = world.person(world.organisation())
    share(app, world, account_of(world, person, server), person)
    assert shares(app) == [("scheduled", "budget")]
    with app.app_context():
        [waiting] = db.session.scalars(db.select(Share))
        assert utcnow() < waiting.due_at <= utcnow() + timedelta(days=1, minutes=11)
        waiting.due_at = utcnow()
        db.session.commit()
        set_environment(RELAIS_X_MONTHLY_BUDGET="5")
        delivery.deliver_due()
    assert [state for state, _reason in shares(app)] == ["published"]


def test_without_a_budget_there_is_no_end_but_a_ledger(
    app: Flask, world: World, server: StandIn, set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_X_MONTHLY_BUDGET=None)
    person = world.person(world.organisation())
    share(app, world, account_of(world, person, server), person, 6)
    assert total(app) == 6 * LINKED


def test_a_refusal_costs_nothing_and_silence_does(app: Flask, world: World, server: StandIn) -> None:
    person = world.person(world.organisation())
    account = account_of(world, person, server)
    server.faults.add({"method": "POST", "path": "/2/tweets", "kind": "429"})
    share(app, world, account, person)
    assert total(app) == 0
    server.faults.add({"method": "POST", "path": "/2/tweets", "kind": "cut_before"})
    share(app, world, account, person)
    assert total(app) == LINKED
    assert [state for state, _reason in shares(app)] == ["scheduled", "unconfirmed"]


def test_workers_side_by_side_spend_no_more_than_there_is(app: Flask, clean: None) -> None:
    x, outcomes, ready = x_of(x_monthly_budget=1), [], threading.Barrier(8)

    def spend() -> None:
        with app.app_context():
            ready.wait(10)
            for _ in range(2):
                try:
                    spending.take(x, LINKED, "k")
                    db.session.commit()
                    outcomes.append(True)
                except TryLater:
                    db.session.commit()
                    outcomes.append(False)
            db.session.remove()

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (sum(outcomes), len(outcomes), total(app)) == (5, 16, 5 * LINKED)


def test_each_month_begins_anew(ctx: Flask) -> None:
    x, now = x_of(x_monthly_budget=1), utcnow()
    before = now.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
    db.session.add(NetworkSpend(network="x", day=before, calls=5, micros=1_000_000))
    db.session.flush()
    assert spending.spent("x", now) == 0
    assert spending.allowed(x, 1_000_000, now)
    assert not spending.allowed(x, 1_000_001, now)
    assert spending.spent("x", datetime(before.year, before.month, 1, tzinfo=UTC)) == 1_000_000


def test_figures_cost_once_a_day(app: Flask, world: World, server: StandIn) -> None:
    person = world.person(world.organisation())
    share(app, world, account_of(world, person, server), person)
    with app.app_context():
        share_id = measuring.claim_due()
        assert share_id is not None
        question = measuring.question_of(share_id)
        assert question is not None
        measuring.record(question, measuring.ask(question))
        db.session.commit()
        [plan] = db.session.scalars(db.select(measuring.MeasurementPlan))
        assert plan.next_at is not None and plan.next_at.astimezone(UTC).date() > utcnow().astimezone(UTC).date()
    assert total(app) == LINKED + 5_000


def test_figures_wait_for_a_budget_too(
    app: Flask, world: World, server: StandIn, set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_X_MONTHLY_BUDGET="0.2")
    person = world.person(world.organisation())
    share(app, world, account_of(world, person, server), person)
    with app.app_context():
        share_id = measuring.claim_due()
        assert share_id is not None and measuring.question_of(share_id) is None
        db.session.commit()
    assert total(app) == LINKED


def test_other_networks_are_free(ctx: Flask) -> None:
    free = Capabilities("free", "Free", "world", 500, "characters", True, frozenset(), False, "free")
    spending.check(free, outgoing("Words", link="https://relais.test/s/x"))
    spending.note(free, "connect")
    spending.give_back(free, outgoing())
    assert db.session.scalars(db.select(NetworkSpend)).all() == []
    assert spending.paced(free, utcnow(), utcnow()) is not None


def test_a_link_in_the_text_counts_before_it_is_planned(
    app: Flask, world: World, server: StandIn, visit: Callable[..., Visitor]
) -> None:
    person = world.person(world.organisation())
    account = account_of(world, person, server)
    with app.app_context():
        me = db.session.get_one(Person, person.id)
        post = world.post(me.organisation)
        sharing.schedule(me, post, uuid4(), [Wish(account.id, "a" * 255)], "en", None)
        with pytest.raises(Invalid) as raised:
            sharing.schedule(me, world.post(me.organisation), uuid4(), [Wish(account.id, "a" * 256)], "en", None)
        db.session.rollback()
    assert str(raised.value.sentence).startswith("1 ")
    preview = page(visit(person).get(f"/posts/{post.id}/share")).css_first("[data-preview]")
    assert (preview.attributes["data-max"], preview.attributes["data-link"]) == ("280", "25")


def test_the_panel_says_so_and_offers_the_page(
    app: Flask, world: World, server: StandIn, visit: Callable[..., Visitor], set_environment: Callable[..., None]
) -> None:
    person = world.person(world.organisation())
    account_of(world, person, server)
    with app.app_context():
        post = world.post(db.session.get_one(Person, person.id).organisation)
    panel = f"/posts/{post.id}/share"
    assert "budget" not in words(visit(person).get(panel))
    set_environment(RELAIS_X_MONTHLY_BUDGET="0.1")
    shown = words(visit(person).get(panel))
    assert "The month’s budget for X is used up" in shown
    assert "nothing more goes there this month" in shown
    assert "needs a new sign-in" not in shown


def test_the_admin_sees_what_was_spent(
    app: Flask, world: World, server: StandIn, visit: Callable[..., Visitor]
) -> None:
    root = world.organisation("Aubrelle")
    person, admin = world.person(root), world.person(root, Role.ADMIN)
    share(app, world, account_of(world, person, server), person, 6)
    shown = words(visit(admin).get("/admin/networks"))
    for part in ("X", "1 account connected", "$1 of $1 this month", "budget used up", "LinkedIn"):
        assert part in shown
    assert visit(person).get("/admin/networks").status_code == 403


def test_an_admin_of_a_part_does_not_see_it(world: World, server: StandIn, visit: Callable[..., Visitor]) -> None:
    root = world.organisation("Aubrelle")
    part = world.organisation("A part", parent=root)
    admin = world.person(part, Role.ADMIN)
    assert visit(admin).get("/admin/networks").status_code == 403
    assert "/admin/networks" not in visit(admin).get("/").text
