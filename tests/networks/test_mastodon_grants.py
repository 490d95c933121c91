"""Mastodon, any server: made known to it, consent with PKCE, whose account, the end; over HTTP against a stand-in."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from advocacy.networks.base import (
    BadCallback,
    ClientApp,
    ConsentRefused,
    Credentials,
    Grant,
    Reconnect,
    Rejected,
    TryLater,
    UnknownApp,
)
from advocacy.networks.mastodon import Mastodon, offer
from advocacy.networks.standins.mastodon import Mastodon as StandIn
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.conftest import outgoing, settings_of
from tests.networks.consenting import consent

CALLBACK = "https://relais.test/accounts/mastodon/callback"
Serve = Callable[..., StandIn]


def settings_at(**values: Any) -> Settings:
    return settings_of(**{"mastodon_enabled": True, "fetch_allow_loopback": True, **values})


@pytest.fixture
def serve(start: Callable[..., StandIn]) -> Serve:
    return partial(start, StandIn)


@pytest.fixture
def server(serve: Serve) -> StandIn:
    return serve()


@pytest.fixture
def mastodon() -> Mastodon:
    return Mastodon(settings_at())


def known_at(mastodon: Mastodon, server: StandIn) -> ClientApp:
    app = mastodon.register(server.host, CALLBACK)
    assert app is not None
    return app


def connected(mastodon: Mastodon, server: StandIn, app: ClientApp, **choice: str) -> Grant:
    departure = mastodon.depart(CALLBACK, "a state", {"server": server.host}, app)
    answer = consent(departure.url, **{"name": "Ada Lark", **choice})
    return mastodon.arrive(CALLBACK, answer, departure.keep, app)


def credentials_of(grant: Grant, app: ClientApp) -> Credentials:
    return Credentials(grant.external_id, grant.access_token, grant.scopes, grant.host, handle=grant.handle, app=app)


def test_it_is_offered_where_the_operator_switched_it_on() -> None:
    assert offer(settings_at()) is not None
    assert offer(settings_at(mastodon_enabled=False)) is None


def test_consent_brings_a_grant(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    assert app.scopes == ("profile", "write:statuses", "write:media")
    grant = connected(mastodon, server, app)
    assert (grant.name, grant.host, grant.expires_at, grant.refresh_token) == ("Ada Lark", server.host, None, None)
    assert grant.scopes == ("profile", "write:media", "write:statuses")
    assert mastodon.allows(grant.scopes) == {"publish", "measure"}
    credentials = credentials_of(grant, app)
    published = mastodon.publish(credentials, outgoing("Here."), mastodon.prepare(credentials, outgoing("Here.")))
    assert published.url == f"{server.url}/@{grant.handle}/{published.external_id}"


def test_servers_before_4_3_get_what_they_know(mastodon: Mastodon, serve: Serve) -> None:
    server = serve(version="4.2.10")
    app = known_at(mastodon, server)
    assert app.scopes == ("read:accounts", "write:statuses", "write:media")
    assert connected(mastodon, server, app).name == "Ada Lark"


def test_what_is_asked_for(mastodon: Mastodon, server: StandIn) -> None:
    url = mastodon.depart(CALLBACK, "s/+ é", {"server": server.host}, known_at(mastodon, server)).url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert (asked["scope"], asked["state"], asked["code_challenge_method"]) == (
        "profile write:statuses write:media",
        "s/+ é",
        "S256",
    )
    assert len(asked["code_challenge"]) == 43


def test_a_code_is_bound_to_its_departure_and_works_once(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    departure = mastodon.depart(CALLBACK, "one", {"server": server.host}, app)
    answer = consent(departure.url, name="Ada")
    with pytest.raises(BadCallback):
        mastodon.arrive(CALLBACK, answer, {**departure.keep, "verifier": "of somebody else"}, app)
    mastodon.arrive(CALLBACK, answer, departure.keep, app)
    with pytest.raises(BadCallback):
        mastodon.arrive(CALLBACK, answer, departure.keep, app)


@pytest.mark.parametrize("answer", [{}, {"code": ""}, {"code": "made-up"}, {"error": "invalid_scope"}])
def test_an_answer_that_is_no_grant(mastodon: Mastodon, server: StandIn, answer: dict[str, str]) -> None:
    app = known_at(mastodon, server)
    with pytest.raises(BadCallback):
        mastodon.arrive(CALLBACK, answer, {"server": server.host, "verifier": "v" * 43}, app)


def test_refused_on_the_page(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    with pytest.raises(ConsentRefused):
        connected(mastodon, server, app, decision="cancel")


def test_a_server_that_forgot_the_app(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    departure = mastodon.depart(CALLBACK, "one", {"server": server.host}, app)
    answer = consent(departure.url, name="Ada")
    requests.post(f"{server.url}/_sandbox/forget_apps", timeout=5)
    with pytest.raises(UnknownApp):
        mastodon.depart(CALLBACK, "two", {"server": server.host}, app)
    with pytest.raises(UnknownApp):
        mastodon.arrive(CALLBACK, answer, departure.keep, app)
    assert connected(mastodon, server, known_at(mastodon, server))


def test_an_address_that_is_no_server(mastodon: Mastodon, server: StandIn) -> None:
    server.faults.add({"method": "POST", "path": "/api/v1/apps", "kind": "404"})
    with pytest.raises(BadCallback):
        mastodon.register(server.host, CALLBACK)
    server.faults.add({"method": "POST", "path": "/api/v1/apps", "kind": "503"})
    with pytest.raises(TryLater):
        mastodon.register(server.host, CALLBACK)


@pytest.mark.parametrize("host", ["localhost:1", "10.0.0.7", "169.254.169.254", "nobody.invalid"])
def test_hosts_that_lead_nowhere_or_inside(host: str) -> None:
    guarded = Mastodon(settings_at(fetch_allow_loopback=False))
    with pytest.raises(BadCallback):
        guarded.register(host, CALLBACK)


def test_this_machine_is_not_asked_unless_allowed(server: StandIn) -> None:
    guarded = Mastodon(settings_at(fetch_allow_loopback=False))
    with pytest.raises(BadCallback):
        guarded.register(server.host, CALLBACK)
    assert server.log.entries_so_far() == []


def test_disconnecting_ends_the_token_there(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    credentials = credentials_of(connected(mastodon, server, app), app)
    mastodon.revoke(credentials)
    mastodon.revoke(credentials)
    with pytest.raises(Reconnect) as raised:
        mastodon.publish(credentials, outgoing(), mastodon.prepare(credentials, outgoing()))
    assert raised.value.reason == "revoked"
    other = replace(credentials, app=ClientApp(app.client_id, Secret("wrong")))
    with pytest.raises(Rejected):
        mastodon.revoke(other)


def test_the_same_number_on_two_servers_is_two_people(mastodon: Mastodon, serve: Serve) -> None:
    grants = [connected(mastodon, server, known_at(mastodon, server)) for server in (serve(), serve())]
    assert grants[0].external_id == grants[1].external_id
    assert grants[0].host != grants[1].host


def test_nothing_secret_is_shown(mastodon: Mastodon, server: StandIn) -> None:
    app = known_at(mastodon, server)
    grant = connected(mastodon, server, app)
    shown = repr(app) + repr(grant) + repr(credentials_of(grant, app))
    assert app.client_secret.reveal() not in shown
    assert grant.access_token.reveal() not in shown
