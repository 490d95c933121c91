"""X's OAuth: PKCE, codes of half a minute, both kinds of client, refresh tokens that work once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, ConsentRefused, Credentials, Grant, Reconnect, TryLater
from advocacy.networks.standins.x import X as StandIn
from advocacy.networks.x import X, offer
from config.settings import Settings
from tests.networks.conftest import outgoing, settings_of
from tests.networks.consenting import consent

CALLBACK = "https://relais.test/accounts/x/callback"
Serve = Callable[..., StandIn]


def settings_at(server: StandIn | None = None, **values: Any) -> Settings:
    keys: dict[str, Any] = {}
    if server is not None:
        keys = {
            "x_client_id": server.client_id,
            "x_client_secret": server.client_secret or None,
            "x_authorize_url": f"{server.url}/i/oauth2/authorize",
            "x_api_url": server.url,
            "x_site_url": server.url,
        }
    return settings_of(**{**keys, **values})


@pytest.fixture
def serve(start: Callable[..., StandIn]) -> Serve:
    return partial(start, StandIn)


@pytest.fixture
def server(serve: Serve) -> StandIn:
    return serve()


@pytest.fixture
def x(server: StandIn) -> X:
    return X(settings_at(server))


def connected(x: X, **choice: str) -> Grant:
    departure = x.depart(CALLBACK, "a-state")
    return x.arrive(CALLBACK, consent(departure.url, **{"name": "Ada Lark", **choice}), departure.keep)


def credentials_of(grant: Grant) -> Credentials:
    return Credentials(
        grant.external_id, grant.access_token, grant.scopes, refresh_token=grant.refresh_token, handle=grant.handle
    )


def test_it_is_offered_with_an_app() -> None:
    assert offer(settings_at()) is None
    assert offer(settings_at(x_client_id="one")) is not None


def test_what_is_asked_for() -> None:
    url = X(settings_at(x_client_id="an app")).depart(CALLBACK, "s/+ é").url
    assert url.startswith("https://x.com/i/oauth2/authorize?")
    assert "scope=tweet.read%20users.read%20tweet.write%20media.write%20offline.access" in url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert (asked["client_id"], asked["state"], asked["code_challenge_method"]) == ("an app", "s/+ é", "S256")
    assert len(asked["code_challenge"]) == 43


@pytest.mark.parametrize("secret", ["standin-secret", ""])
def test_consent_brings_a_grant_to_either_kind_of_client(serve: Serve, secret: str) -> None:
    server = serve(client_secret=secret)
    x = X(settings_at(server))
    grant = connected(x)
    assert (grant.name, grant.handle) == ("Ada Lark", server.state.members[grant.external_id].handle)
    assert x.allows(grant.scopes) == {"publish", "measure"}
    assert grant.expires_at is not None and grant.renew_at is not None
    assert timedelta(minutes=119) < grant.expires_at - utcnow() <= timedelta(hours=2)
    assert timedelta(days=29) < grant.renew_at - utcnow() <= timedelta(days=30)
    member = credentials_of(grant)
    url = x.publish(member, outgoing("Here."), x.prepare(member, outgoing("Here."))).url
    assert url.startswith(f"{server.url}/{grant.handle}/status/")
    renewed = x.renew(member)
    assert renewed is not None
    x.revoke(credentials_of(renewed))


def test_a_code_lives_for_half_a_minute(x: X, server: StandIn) -> None:
    departure = x.depart(CALLBACK, "a-state")
    answer = consent(departure.url, name="Ada")
    server.clock.advance(31)
    with pytest.raises(BadCallback):
        x.arrive(CALLBACK, answer, departure.keep)


def test_a_code_works_once_for_its_departure(x: X) -> None:
    departure = x.depart(CALLBACK, "a-state")
    answer = consent(departure.url, name="Ada")
    x.arrive(CALLBACK, answer, departure.keep)
    with pytest.raises(BadCallback):
        x.arrive(CALLBACK, answer, departure.keep)
    for broken in ({"verifier": "of somebody else"}, {}):
        departure = x.depart(CALLBACK, "a-state")
        with pytest.raises(BadCallback):
            x.arrive(CALLBACK, consent(departure.url, name="Ada"), broken)


@pytest.mark.parametrize("answer", [{}, {"code": ""}, {"code": "made-up"}, {"error": "server_error", "code": "x"}])
def test_an_answer_that_is_no_grant(x: X, answer: dict[str, str]) -> None:
    with pytest.raises(BadCallback):
        x.arrive(CALLBACK, answer, {"verifier": "v" * 43})


def test_refused_on_the_page(x: X) -> None:
    with pytest.raises(ConsentRefused):
        connected(x, decision="cancel")


def test_a_wrong_secret_is_the_operators_to_mend(server: StandIn) -> None:
    wrong = X(settings_at(server, x_client_secret="wrong"))
    departure = wrong.depart(CALLBACK, "a-state")
    with pytest.raises(TryLater) as raised:
        wrong.arrive(CALLBACK, consent(departure.url, name="Ada"), departure.keep)
    assert (raised.value.reason, raised.value.scope) == ("client", "app")


def test_without_offline_access_there_is_nothing_to_renew(server: StandIn) -> None:
    x = X(settings_at(server, x_scopes="tweet.read users.read tweet.write"))
    grant = connected(x)
    assert (grant.refresh_token, grant.renew_at) == (None, None)
    assert x.renew(credentials_of(grant)) is None


def test_a_refresh_token_works_once(x: X) -> None:
    member = credentials_of(connected(x))
    fresh = x.renew(member)
    assert fresh is not None
    with pytest.raises(Reconnect) as raised:
        x.renew(member)
    assert raised.value.reason == "not_renewed"
    assert x.renew(credentials_of(fresh)) is not None


def test_disconnecting_ends_both_tokens(x: X) -> None:
    member = credentials_of(connected(x))
    x.revoke(member)
    x.revoke(member)
    with pytest.raises(Reconnect):
        x.renew(member)
    with pytest.raises(Reconnect):
        x.publish(member, outgoing(), x.prepare(member, outgoing()))


def test_missing_scopes_are_for_the_person_to_mend(x: X, server: StandIn) -> None:
    member = replace(credentials_of(connected(x)), scopes=("tweet.read", "users.read"))
    with pytest.raises(Reconnect) as raised:
        x.publish(member, outgoing(), x.prepare(member, outgoing()))
    assert raised.value.reason == "scope"
    assert x.allows(member.scopes) == {"measure"}
