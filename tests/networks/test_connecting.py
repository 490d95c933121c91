"""Connecting and disconnecting by the pages, through the sandbox's consent page."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sealing import Secret
from tests.networks.conftest import Outside
from tests.networks.consenting import consent
from tests.visitor import Visitor, page, words
from tests.world import World

CALLBACK = "/accounts/linkedin/callback"


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


@pytest.fixture
def visitor(visit: Callable[..., Visitor], ada: Person) -> Visitor:
    return visit(ada)


def leave(visitor: Visitor, **data: str) -> str:
    """Press Connect: where the page that answers leads to."""
    answer = visitor.post("/accounts/linkedin/connect", data)
    assert answer.status_code == 200, answer.text
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    links = [each.attributes["href"] for each in page(answer).css("main a")]
    url = refresh.removeprefix("0;url=")
    assert url in links
    return url


def accounts(app: Flask) -> list[Account]:
    with app.app_context():
        return list(db.session.scalars(db.select(Account)))


def test_the_whole_way(app: Flask, offered: Outside, visitor: Visitor, ada: Person) -> None:
    before = visitor.get("/accounts")
    assert "not connected" in words(before)
    answer = consent(leave(visitor, next="/shares"), name="Ada at the network")
    back = visitor.get(CALLBACK, query_string=answer)
    assert (back.status_code, back.location) == (302, "/shares")
    [account] = accounts(app)
    assert (account.person_id, account.name, account.state) == (ada.id, "Ada at the network", "connected")
    shown = words(visitor.get("/accounts"))
    for part in ("LinkedIn is connected", "Ada at the network", "posts for you when you press", "renews by itself"):
        assert part in shown
    assert "reads the figures of those posts" in shown


def test_refusing_is_calm_and_stores_nothing(app: Flask, offered: Outside, visitor: Visitor) -> None:
    answer = consent(leave(visitor), decision="cancel")
    back = visitor.get(CALLBACK, query_string=answer, follow_redirects=True)
    assert back.status_code == 200
    assert "LinkedIn is not connected, as you chose" in words(back)
    assert accounts(app) == []


@pytest.mark.parametrize("change", [{"state": "made-up"}, {"state": ""}, {"state": None}, {"state": "é\x00"}])
def test_a_state_that_is_not_ours(app: Flask, offered: Outside, visitor: Visitor, change: dict[str, Any]) -> None:
    answer = {**consent(leave(visitor), name="Ada"), **change}
    back = visitor.get(CALLBACK, query_string={key: value for key, value in answer.items() if value is not None})
    assert back.status_code == 400
    assert accounts(app) == []
    assert not any(each["path"] == "/oauth/v2/accessToken" for each in offered.requests())


@pytest.mark.parametrize("state", ["made-up", "", "é\x00"])
def test_a_wrong_state_leaves_the_pending_connection_usable(
    app: Flask, offered: Outside, visitor: Visitor, state: str
) -> None:
    answer = consent(leave(visitor), name="Ada")
    assert visitor.get(CALLBACK, query_string={"code": "x", "state": state}).status_code == 400
    assert visitor.get(CALLBACK, query_string=answer).status_code == 302
    assert [account.name for account in accounts(app)] == ["Ada"]
    assert visitor.get(CALLBACK, query_string=answer).status_code == 400


def test_an_answer_nobody_waited_for(app: Flask, offered: Outside, visitor: Visitor) -> None:
    assert visitor.get(CALLBACK, query_string={"code": "x", "state": "y"}).status_code == 400
    assert accounts(app) == []


def test_a_state_is_used_up_even_with_an_old_cookie(app: Flask, offered: Outside, visitor: Visitor) -> None:
    answer = consent(leave(visitor), name="Ada")
    cookie = visitor.client.get_cookie("relais")
    assert cookie is not None
    assert visitor.get(CALLBACK, query_string=answer).status_code == 302
    assert visitor.get(CALLBACK, query_string=answer).status_code == 400
    visitor.client.set_cookie("relais", cookie.value)
    assert visitor.get(CALLBACK, query_string=answer).status_code == 400
    assert len(accounts(app)) == 1


def test_a_code_that_was_used_before(app: Flask, offered: Outside, visitor: Visitor) -> None:
    used = consent(leave(visitor), name="Ada")
    visitor.get(CALLBACK, query_string=used)
    answer = {**consent(leave(visitor), name="Bo"), "code": used["code"]}
    back = visitor.get(CALLBACK, query_string=answer)
    assert back.status_code == 400
    assert "LinkedIn did not accept this answer" in words(back)
    assert len(accounts(app)) == 1


def test_a_state_of_another_person_or_network_or_too_old(
    app: Flask, offered: Outside, world: World, visit: Callable[..., Visitor], visitor: Visitor
) -> None:
    bo = visit(world.person(world.organisation()))
    for change in ({"person": 0}, {"network": "elsewhere"}, {"until": 0}):
        answer = consent(leave(bo), name="Bo")
        with bo.client.session_transaction() as session:
            session["consent"] = {**session["consent"], **change}
        assert bo.get(CALLBACK, query_string=answer).status_code == 400
    assert visitor.get(CALLBACK, query_string=consent(leave(bo), name="Bo")).status_code == 400
    assert accounts(app) == []


def test_a_member_of_somebody_else(
    app: Flask, offered: Outside, world: World, visit: Callable[..., Visitor], visitor: Visitor
) -> None:
    visitor.get(CALLBACK, query_string=consent(leave(visitor), name="Ada"))
    bo = visit(world.person(world.organisation()))
    sub = accounts(app)[0].external_id
    back = bo.get(CALLBACK, query_string=consent(leave(bo), sub=sub))
    assert back.status_code == 409
    assert "Ada" not in words(back)
    assert len(accounts(app)) == 1


@pytest.mark.parametrize("kind", ["500", "cut_after", "malformed", "429"])
def test_a_network_in_trouble(app: Flask, offered: Outside, visitor: Visitor, kind: str) -> None:
    answer = consent(leave(visitor), name="Ada")
    offered.fault("/oauth/v2/accessToken", kind)
    back = visitor.get(CALLBACK, query_string=answer, follow_redirects=True)
    assert "Nothing was connected" in words(back)
    assert accounts(app) == []


def test_without_redis_nobody_is_connected(
    app: Flask, offered: Outside, visitor: Visitor, set_environment: Callable[..., None]
) -> None:
    answer = consent(leave(visitor), name="Ada")
    set_environment(REDIS_URL="unix:///nowhere/at/all")
    assert visitor.get(CALLBACK, query_string=answer).status_code == 503
    assert accounts(app) == []


def test_there_is_no_way_out_of_this_site(offered: Outside, visitor: Visitor) -> None:
    answer = consent(leave(visitor, next="https://evil.example/"), name="Ada")
    assert visitor.get(CALLBACK, query_string=answer).location == "/"


def test_a_network_without_keys_is_not_offered(
    offered: Outside, visitor: Visitor, set_environment: Callable[..., None], world: World, ada: Person
) -> None:
    world.account(ada)
    set_environment(RELAIS_LINKEDIN_CLIENT_ID=None)
    assert visitor.post("/accounts/linkedin/connect").status_code == 404
    assert visitor.get(CALLBACK, query_string={"state": "x"}).status_code == 404
    assert visitor.post("/accounts/elsewhere/connect").status_code == 404
    shown = visitor.get("/accounts")
    assert "no longer offered here" in words(shown)
    assert page(shown).css_first("form[action$='/disconnect']") is not None


def test_disconnecting(app: Flask, offered: Outside, visitor: Visitor) -> None:
    visitor.get(CALLBACK, query_string=consent(leave(visitor), name="Ada"))
    [account] = accounts(app)
    gone = visitor.post(f"/accounts/{account.id}/disconnect", follow_redirects=True)
    assert "the network has withdrawn it" in words(gone)
    assert accounts(app) == []
    assert offered.requests()[-1]["path"] == "/oauth/v2/revoke"


@pytest.mark.parametrize("kind", ["500", "cut_before"])
def test_disconnecting_stands_though_the_network_is_silent(
    app: Flask, offered: Outside, visitor: Visitor, kind: str
) -> None:
    visitor.get(CALLBACK, query_string=consent(leave(visitor), name="Ada"))
    offered.fault("/oauth/v2/revoke", kind)
    gone = visitor.post(f"/accounts/{accounts(app)[0].id}/disconnect", follow_redirects=True)
    assert "The network did not confirm" in words(gone)
    assert accounts(app) == []


def test_an_account_of_somebody_else_does_not_exist(app: Flask, world: World, visitor: Visitor) -> None:
    theirs = world.account(world.person(world.organisation()), name="Theirs")
    assert visitor.post(f"/accounts/{theirs.id}/disconnect").status_code == 404
    assert "Theirs" not in visitor.get("/accounts").text
    assert len(accounts(app)) == 1


@pytest.mark.parametrize(
    ("values", "seen", "button"),
    [
        ({"expires_at": utcnow() + timedelta(days=6, hours=1)}, "expires in 6 days", "Reconnect"),
        ({"expires_at": utcnow() + timedelta(hours=1)}, "expires today", "Reconnect"),
        ({"expires_at": utcnow() + timedelta(days=50)}, "connected", None),
        ({"expires_at": None}, "connected", None),
        ({"state": "reconnect"}, "to connect again", "Reconnect"),
        ({"scopes": ["openid"]}, "may not post for you", "Reconnect"),
        ({"scopes": ["w_member_social"]}, "does not read the figures", None),
        (
            {"refresh_token": Secret("r"), "expires_at": utcnow() + timedelta(days=2)},
            "renews by itself",
            None,
        ),
    ],
)
def test_the_page_says_where_each_account_stands(
    world: World, visitor: Visitor, ada: Person, values: dict[str, Any], seen: str, button: str | None
) -> None:
    world.account(ada, **values)
    shown = visitor.get("/accounts")
    assert shown.status_code == 200
    assert seen in words(shown)
    form = page(shown).css_first("form[action$='/connect'] button")
    assert (form.text() if form else None) == (f"{button} LinkedIn, Ada Lark" if button else None)


@pytest.mark.parametrize("path", ["/accounts", CALLBACK])
def test_only_for_people_who_are_signed_in(visit: Callable[..., Visitor], path: str) -> None:
    answer = visit().get(path)
    assert answer.status_code == 302 and answer.location.startswith("/sign-in")


def test_no_secret_in_logs_or_pages(
    app: Flask, offered: Outside, visitor: Visitor, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.get(CALLBACK, query_string=consent(leave(visitor), name="Ada"))
    shown = visitor.get("/accounts").text
    with app.app_context():
        [account] = db.session.scalars(db.select(Account))
        assert account.access_token is not None and account.refresh_token is not None
        secrets = [account.access_token.reveal(), account.refresh_token.reveal(), "sandbox-secret"]
    printed = caplog.text + "".join(capfd.readouterr()) + shown
    assert not [secret for secret in secrets if secret in printed]
