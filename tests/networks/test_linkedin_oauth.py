"""The grant by the adapter: consent, exchange, renewal, revocation, over HTTP against the sandbox."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from oauthlib.oauth2 import InsecureTransportError

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, ConsentRefused, Grant, NetworkFailure, Prepared, Reconnect, TryLater
from advocacy.networks.linkedin import LinkedIn, offer
from advocacy.networks.sandbox import serve_in_thread
from config.settings import Settings
from tests.networks.conftest import CALLBACK, Member, Outside, outgoing
from tests.networks.consenting import consent

TOKEN, USERINFO = "/oauth/v2/accessToken", "/v2/userinfo"


def answer_of(linkedin: LinkedIn, **choice: str) -> dict[str, str]:
    """What the network sends the person back with."""
    return consent(linkedin.depart(CALLBACK, "a-state").url, **choice)


def test_what_is_asked_for(make_settings: Callable[..., Settings]) -> None:
    url = LinkedIn(make_settings(linkedin_oauth_url="https://www.linkedin.com/oauth/v2")).depart(CALLBACK, "s/+ é").url
    assert url.startswith("https://www.linkedin.com/oauth/v2/authorization?")
    assert "scope=openid%20profile%20email%20w_member_social%20r_member_postAnalytics" in url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", "sandbox", CALLBACK)
    assert asked["state"] == "s/+ é"


def test_consent_brings_a_grant(linkedin: LinkedIn, network: Outside) -> None:
    answer = answer_of(linkedin, name="Ada Lark")
    assert answer["state"] == "a-state"
    grant = linkedin.arrive(CALLBACK, answer, {})
    assert grant.name == "Ada Lark"
    assert grant.scopes == ("email", "openid", "profile", "r_member_postAnalytics", "w_member_social")
    assert linkedin.allows(grant.scopes) == {"publish", "measure"}
    assert grant.expires_at is not None and grant.refresh_expires_at is not None
    assert timedelta(days=59) < grant.expires_at - utcnow() <= timedelta(days=60)
    assert timedelta(days=364) < grant.refresh_expires_at - utcnow() <= timedelta(days=365)
    assert network.ask("posts", member=grant.external_id, commentary="x")


def test_refused_on_the_page(linkedin: LinkedIn) -> None:
    with pytest.raises(ConsentRefused):
        linkedin.arrive(CALLBACK, answer_of(linkedin, decision="cancel"), {})


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": ""},
        {"code": "made-up"},
        {"error": "unauthorized_scope_error", "error_description": "no"},
        {"error": "server_error", "code": "x"},
    ],
)
def test_an_answer_that_is_no_grant(linkedin: LinkedIn, answer: dict[str, str]) -> None:
    with pytest.raises(BadCallback):
        linkedin.arrive(CALLBACK, answer, {})


def test_a_code_works_once_and_only_for_its_address_and_time(linkedin: LinkedIn, network: Outside) -> None:
    answer = answer_of(linkedin, name="Ada")
    linkedin.arrive(CALLBACK, answer, {})
    with pytest.raises(BadCallback):
        linkedin.arrive(CALLBACK, answer, {})
    with pytest.raises(BadCallback):
        linkedin.arrive(CALLBACK + "?other", answer_of(linkedin, name="Bo"), {})
    late = answer_of(linkedin, name="Cy")
    network.ask("clock", seconds=1801)
    with pytest.raises(BadCallback):
        linkedin.arrive(CALLBACK, late, {})


@pytest.mark.parametrize("path", [TOKEN, USERINFO])
@pytest.mark.parametrize("kind", ["429", "500", "503", "hang_before", "cut_before", "cut_after", "malformed"])
def test_a_network_in_trouble_is_tried_later(linkedin: LinkedIn, network: Outside, path: str, kind: str) -> None:
    answer = answer_of(linkedin, name="Ada")
    network.fault(path, kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.arrive(CALLBACK, answer, {})


def test_a_wrong_secret_is_the_operators_and_not_the_persons(
    make_settings: Callable[..., Settings], linkedin: LinkedIn, ada: Member
) -> None:
    wrong = LinkedIn(make_settings(linkedin_client_secret="wrong"))
    with pytest.raises(TryLater, match="client"):
        wrong.arrive(CALLBACK, answer_of(linkedin, name="Bo"), {})
    with pytest.raises(TryLater, match="client"):
        wrong.renew(ada.credentials)
    with pytest.raises(NetworkFailure):
        wrong.revoke(ada.credentials)


def test_renewal(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.ask("expire_tokens", member=ada.sub)
    grant = linkedin.renew(ada.credentials)
    assert isinstance(grant, Grant)
    assert grant.external_id == ada.sub and set(grant.scopes) == set(ada.credentials.scopes)
    fresh = replace(ada.credentials, access_token=grant.access_token)
    assert linkedin.publish(fresh, outgoing(), Prepared()).external_id


def test_renewal_without_a_token_is_no_way(linkedin: LinkedIn, ada: Member) -> None:
    assert linkedin.renew(replace(ada.credentials, refresh_token=None)) is None


def test_renewal_refused(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.ask("revoke_tokens", member=ada.sub)
    with pytest.raises(Reconnect):
        linkedin.renew(ada.credentials)


@pytest.mark.parametrize("kind", ["429", "500", "hang_before", "cut_after", "malformed"])
def test_renewal_of_a_network_in_trouble(linkedin: LinkedIn, network: Outside, ada: Member, kind: str) -> None:
    network.fault(TOKEN, kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.renew(ada.credentials)


def test_an_app_without_refresh_tokens(make_settings: Callable[..., Settings]) -> None:
    with serve_in_thread(refresh_tokens=False, redirect_uri=(CALLBACK,)) as plain:
        adapter = LinkedIn(make_settings(linkedin_oauth_url=f"{plain.url}/oauth/v2", linkedin_api_url=plain.url))
        grant = adapter.arrive(CALLBACK, answer_of(adapter, name="Ada"), {})
    assert grant.refresh_token is None and grant.refresh_expires_at is None and grant.expires_at is not None


def test_revocation_twice(linkedin: LinkedIn, ada: Member) -> None:
    linkedin.revoke(ada.credentials)
    linkedin.revoke(ada.credentials)
    with pytest.raises(Reconnect, match="revoked"):
        linkedin.publish(ada.credentials, outgoing(), Prepared())


@pytest.mark.parametrize("kind", ["500", "cut_before", "hang_before"])
def test_revocation_that_is_not_confirmed(linkedin: LinkedIn, network: Outside, ada: Member, kind: str) -> None:
    network.fault("/oauth/v2/revoke", kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.revoke(ada.credentials)


def test_plain_http_is_for_this_machine_alone(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(InsecureTransportError):
        LinkedIn(make_settings(linkedin_oauth_url="http://network.example/oauth/v2")).depart(CALLBACK, "s")


def test_without_keys_there_is_no_offer(make_settings: Callable[..., Settings]) -> None:
    assert offer(make_settings(linkedin_client_id=None)) is None
    assert offer(make_settings(linkedin_client_secret=None)) is None
    assert offer(make_settings()) is not None


def test_no_token_is_logged(linkedin: LinkedIn, network: Outside, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    grant = linkedin.arrive(CALLBACK, answer_of(linkedin, name="Ada"), {})
    member = Member(grant.external_id, grant.name, network.member("Bo").credentials)
    linkedin.renew(member.credentials)
    linkedin.revoke(member.credentials)
    assert grant.refresh_token is not None and member.credentials.refresh_token is not None
    secrets = [
        grant.access_token,
        grant.refresh_token,
        member.credentials.access_token,
        member.credentials.refresh_token,
    ]
    for secret in [*(each.reveal() for each in secrets), "sandbox-secret"]:
        assert secret not in caplog.text
        assert secret not in repr(grant) + repr(member)
