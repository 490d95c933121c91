"""Connecting by the pages where a server has to be named first, and where terms ask for an express yes."""

from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import spending
from advocacy.networks.models import Account, NetworkApp
from advocacy.networks.standins.mastodon import Mastodon
from advocacy.networks.standins.x import X
from advocacy.people.models import Person
from tests.networks.consenting import consent
from tests.visitor import Visitor, page, words
from tests.world import World


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


@pytest.fixture
def visitor(visit: Callable[..., Visitor], ada: Person) -> Visitor:
    return visit(ada)


@pytest.fixture
def server(set_environment: Callable[..., None]) -> Iterator[Mastodon]:
    with Mastodon(max_characters=1234) as running:
        set_environment(RELAIS_MASTODON_ENABLED="1", RELAIS_NETWORK_SECONDS="1")
        yield running


@pytest.fixture
def x(set_environment: Callable[..., None]) -> Iterator[X]:
    with X() as running:
        set_environment(
            RELAIS_X_CLIENT_ID=running.client_id,
            RELAIS_X_CLIENT_SECRET=running.client_secret,
            RELAIS_X_AUTHORIZE_URL=f"{running.url}/i/oauth2/authorize",
            RELAIS_X_API_URL=running.url,
            RELAIS_NETWORK_SECONDS="1",
        )
        yield running


def leave(visitor: Visitor, network: str, **typed: str) -> str:
    """Press Continue: where the page that answers leads to."""
    answer = visitor.post(f"/accounts/{network}/connect", typed)
    assert answer.status_code == 200, words(answer)
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    return refresh.removeprefix("0;url=")


def come_back(visitor: Visitor, network: str, answer: dict[str, str]) -> str:
    back = visitor.get(f"/accounts/{network}/callback", query_string=answer, follow_redirects=True)
    assert back.status_code == 200, words(back)
    return words(back)


def account(app: Flask) -> Account:
    with app.app_context():
        return db.session.scalars(db.select(Account)).one()


def apps(app: Flask) -> list[str]:
    with app.app_context():
        return [each.client_id for each in db.session.scalars(db.select(NetworkApp))]


def test_the_whole_way_by_a_server(app: Flask, server: Mastodon, visitor: Visitor) -> None:
    assert "The part after the second @ of your name" in words(visitor.get("/accounts/mastodon/connect"))
    answer = consent(leave(visitor, "mastodon", server=f"http://{server.host}/"), name="Ada there")
    assert "Mastodon is connected" in come_back(visitor, "mastodon", answer)
    kept = account(app)
    assert (kept.host, kept.name, kept.limits["max_length"]) == (server.host, "Ada there", 1234)
    assert len(apps(app)) == 1
    leave(visitor, "mastodon", server=server.host)
    assert len(apps(app)) == 1
    visitor.post(f"/accounts/{kept.id}/disconnect", {})
    assert all(token.revoked for token in server.state.tokens.values() if token.member and token.kind == "access")


def test_a_server_that_forgot_us_is_told_again(app: Flask, server: Mastodon, visitor: Visitor) -> None:
    leave(visitor, "mastodon", server=server.host)
    before = apps(app)
    requests.post(f"{server.url}/_sandbox/forget_apps", timeout=5)
    answer = consent(leave(visitor, "mastodon", server=server.host), name="Ada there")
    assert "Mastodon is connected" in come_back(visitor, "mastodon", answer)
    assert len(apps(app)) == 1
    assert apps(app) != before


@pytest.mark.parametrize("typed", ["", "nowhere", "localhost:1", "https://user@", "10.1.2.3"])
def test_what_is_no_server(server: Mastodon, visitor: Visitor, typed: str) -> None:
    answer = visitor.post("/accounts/mastodon/connect", {"server": typed})
    assert answer.status_code == 422
    assert "server" in words(answer)


def test_an_empty_field_is_asked_for(server: Mastodon, visitor: Visitor) -> None:
    assert "Enter the name of your server." in words(visitor.post("/accounts/mastodon/connect", {"server": " "}))


def test_the_whole_way_with_an_express_yes(app: Flask, x: X, visitor: Visitor) -> None:
    assert visitor.post("/accounts/x/connect", {}).status_code == 422
    answer = consent(leave(visitor, "x", agreed="1"), name="Ada there")
    assert "X is connected" in come_back(visitor, "x", answer)
    kept = account(app)
    assert kept.matching_agreed_at is not None
    assert kept.renew_at is not None
    assert kept.handle == x.state.members[kept.external_id].handle
    with app.app_context():
        assert spending.spent("x", utcnow()) == 10_000


def test_an_answer_that_took_too_long(x: X, visitor: Visitor) -> None:
    answer = consent(leave(visitor, "x", agreed="1"), name="Ada there")
    x.clock.advance(31)
    late = visitor.get("/accounts/x/callback", query_string=answer)
    assert late.status_code == 400
