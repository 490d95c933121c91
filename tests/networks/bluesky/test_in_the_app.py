"""Connecting by the pages, both ways; renewing, disconnecting, what is shown in public."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import tasks
from advocacy.networks.endings import warn_of_endings
from advocacy.networks.models import Account
from advocacy.networks.renewing import fresh_credentials
from advocacy.people.models import Person
from tests.networks.bluesky.conftest import Sky
from tests.networks.consenting import consent
from tests.visitor import Visitor, page, words
from tests.world import World

CONNECT, CALLBACK = "/accounts/bluesky/connect", "/accounts/bluesky/callback"


@pytest.fixture
def offered(sky: Sky, set_environment: Callable[..., None]) -> Sky:
    """The app's own settings point to the stand-in."""
    set_environment(
        RELAIS_PUBLIC_URL="http://127.0.0.1:8000",
        RELAIS_FETCH_ALLOW_LOOPBACK="1",
        RELAIS_BLUESKY_ENABLED="1",
        RELAIS_BLUESKY_ENTRYWAY_URL=sky.url,
        RELAIS_BLUESKY_PUBLIC_URL=sky.url,
        RELAIS_BLUESKY_VIDEO_URL=sky.url,
        RELAIS_BLUESKY_DIRECTORY_URL=f"{sky.url}/plc",
        RELAIS_BLUESKY_HANDLE_URL=f"{sky.url}/hosts/{{handle}}/.well-known/atproto-did",
        RELAIS_NETWORK_SECONDS="2",
    )
    return sky


@pytest.fixture
def visitor(visit: Callable[..., Visitor], world: World) -> Visitor:
    person: Person = world.person(world.organisation(), name="Ada Lark")
    return visit(person)


def account(app: Flask) -> Account:
    with app.app_context():
        [found] = db.session.scalars(db.select(Account))
        return found


def connect_by_password(offered: Sky, visitor: Visitor) -> str:
    ada = offered.person()
    typed = {"way": "password", "handle": f"@{ada.handle}", "password": offered.app_password(ada)}
    answer = visitor.post(CONNECT, typed)
    assert (answer.status_code, answer.location) == (302, "/accounts")
    return ada.id


def test_by_app_password(app: Flask, offered: Sky, visitor: Visitor) -> None:
    assert "With an app password instead" in words(visitor.get(CONNECT))
    did = connect_by_password(offered, visitor)
    found = account(app)
    assert (found.external_id, found.host, found.state) == (did, "", "connected")
    shown = words(visitor.get("/accounts"))
    assert "Bluesky is connected" in shown and "renews by itself" in shown


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "This is your own password."),
        ({"taken_down": True}, "Bluesky has suspended this account."),
        ({"status": "deactivated"}, "This account is switched off at Bluesky."),
    ],
)
def test_a_refusal_says_what_to_do(offered: Sky, visitor: Visitor, facts: dict[str, object], sentence: str) -> None:
    ada = offered.person(**facts)
    password = offered.app_password(ada) if facts else str(ada.facts["password"])
    answer = visitor.post(CONNECT, {"way": "password", "handle": ada.handle, "password": password})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert password not in answer.text


def test_by_consent(app: Flask, offered: Sky, visitor: Visitor) -> None:
    ada = offered.person()
    answer = visitor.post(CONNECT, {"way": "handle", "handle": ada.handle, "next": "/shares"})
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    back = visitor.get(CALLBACK, query_string=consent(refresh.removeprefix("0;url="), sub=ada.id))
    assert (back.status_code, back.location) == (302, "/shares")
    assert account(app).external_id == ada.id


def test_a_server_without_consent_points_to_the_other_way(offered: Sky, visitor: Visitor) -> None:
    offered.ask("faults", method="GET", path="/.well-known/oauth-protected-resource", kind="404")
    answer = visitor.post(CONNECT, {"way": "handle", "handle": offered.person().handle})
    assert answer.status_code == 422
    assert "Connect with an app password instead." in words(answer)


def test_the_other_way_replaces_the_first(app: Flask, offered: Sky, visitor: Visitor) -> None:
    did = connect_by_password(offered, visitor)
    handle = offered.standin.state.members[did].handle
    answer = visitor.post(CONNECT, {"way": "handle", "handle": handle})
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    visitor.get(CALLBACK, query_string=consent(refresh.removeprefix("0;url="), sub=did))
    assert account(app).scopes == ["atproto", "transition:generic"]


def test_a_worker_renews_what_is_due(app: Flask, offered: Sky, visitor: Visitor) -> None:
    connect_by_password(offered, visitor)
    before = account(app)
    with app.app_context():
        assert tasks.renew_due() == 0, "a token of two hours is no reason by itself"
        db.session.get_one(Account, before.id).renew_at = utcnow()
        db.session.commit()
        assert tasks.renew_due() == 1
    after = account(app)
    assert after.refresh_token != before.refresh_token
    assert after.renew_at is not None and after.renew_at > utcnow()


def test_disconnecting_ends_the_session_there(app: Flask, offered: Sky, visitor: Visitor) -> None:
    did = connect_by_password(offered, visitor)
    visitor.post(f"/accounts/{account(app).id}/disconnect")
    assert "the network has withdrawn it" in words(visitor.get("/accounts"))
    mine = [token for token in offered.standin.state.tokens.values() if token.member == did]
    given = [token for token in mine if token.kind == "refresh"]
    assert any(token.revoked for token in given)


def test_what_servers_read(offered: Sky, visitor: Visitor, set_environment: Callable[..., None]) -> None:
    answer = visitor.get("/accounts/bluesky/client-metadata.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()["client_id"] == "http://127.0.0.1:8000/accounts/bluesky/client-metadata.json"
    assert visitor.get("/accounts/bluesky/jwks.json").status_code == 404


def connect_by_consent(offered: Sky, visitor: Visitor) -> None:
    ada = offered.person()
    answer = visitor.post(CONNECT, {"way": "handle", "handle": ada.handle})
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    visitor.get(CALLBACK, query_string=consent(refresh.removeprefix("0;url="), sub=ada.id))


def test_a_consent_of_two_weeks_is_announced_a_week_and_a_day_before_its_end(
    app: Flask, offered: Sky, visitor: Visitor
) -> None:
    connect_by_consent(offered, visitor)
    told = []
    with app.app_context():
        for days in (0, 8, 8, 13.5, 13.5):
            told.append(warn_of_endings(utcnow() + timedelta(days=days)))
            db.session.commit()
            found = db.session.scalars(db.select(Account)).one()
            found.expires_at = utcnow()
            db.session.commit()
            assert fresh_credentials(found.id) is not None  # a renewal on the way says nothing new of the end
    assert told == [0, 1, 0, 1, 0]
