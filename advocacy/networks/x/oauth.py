"""OAuth 2.0 with PKCE at X: codes that live for 30 seconds, tokens of two hours, refresh tokens that work once."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from requests.auth import HTTPBasicAuth

from advocacy.clock import utcnow
from advocacy.networks import oauth
from advocacy.networks.base import (
    BadCallback,
    ConsentRefused,
    Credentials,
    Departure,
    Grant,
    NetworkFailure,
    Reconnect,
    TryLater,
)
from advocacy.networks.wire import CONNECT_SECONDS, SOON, Answer, Asked, Calls, seconds_of
from advocacy.networks.x.answers import failure_of, must
from advocacy.sealing import Secret
from config.settings import Settings

KEPT_ALIVE = timedelta(days=30)
"""A refresh token that nobody uses ends after half a year or so."""
log = structlog.get_logger(__name__)


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page; the verifier stays here until the person is back."""
    (verifier, told), address = oauth.pkce(), settings.x_authorize_url
    with oauth.session(settings, settings.x_client_id, redirect_uri, address) as session:
        url = oauth.consent_url(session, address, state, settings.x_scopes.split(), **told)
    return Departure(url, {"verifier": verifier})


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    if answer.get("error") == "access_denied":
        raise ConsentRefused("refused")
    code = answer.get("code", "")
    if "error" in answer or not code:
        raise BadCallback((answer.get("error") or "no_code")[:80], answer.get("error_description", ""))
    token = _ask(settings, redirect_uri, code=code, verifier=kept.get("verifier", ""))
    who = _identity(settings, token["access_token"])
    return _grant(token, _scopes(token) or tuple(settings.x_scopes.split()), who)


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """Fresh tokens by the refresh token, which is used up by that; None without one. Raises Reconnect, TryLater."""
    if credentials.refresh_token is None:
        return None
    try:
        token = _ask(settings, None, refresh_token=credentials.refresh_token.reveal())
    except BadCallback as refusal:
        raise Reconnect("not_renewed", refusal.detail) from None
    return _grant(token, _scopes(token) or credentials.scopes, {"id": credentials.external_id, "name": ""})


def revoke(settings: Settings, credentials: Credentials) -> None:
    """Have X end the grant, the refresh token first; tokens it no longer knows are ended. Raises TryLater, Rejected."""
    asked, url = Asked(), f"{settings.x_api_url}/2/oauth2/revoke"
    with Calls(settings) as calls:
        for token in filter(None, (credentials.refresh_token, credentials.access_token)):
            form = {"token": token.reveal(), **_public(settings)}
            basic = _basic(settings)
            answer = calls.send("POST", url, asked, data=form, **({"auth": basic} if basic else {}))
            if answer.status != 400 or answer.body.get("error") != "invalid_request":
                must(answer, asked, 200)


def _ask(
    settings: Settings, redirect_uri: str | None, code: str = "", verifier: str = "", refresh_token: str = ""
) -> dict[str, Any]:
    """The token endpoint's answer, checked. Raises BadCallback when it refuses the code or token, TryLater."""
    base, limits, basic = settings.x_api_url, (CONNECT_SECONDS, settings.network_seconds), _basic(settings)
    url = oauth.as_https(f"{base}/2/oauth2/token")
    with (
        oauth.session(settings, settings.x_client_id, redirect_uri, base) as session,
        oauth.asking_tokens(session, failure_of, _client_refused),
    ):
        if code:
            public = basic is None
            token = session.fetch_token(
                url, code, auth=basic, include_client_id=public, code_verifier=verifier, timeout=limits
            )
        else:
            public_client: dict[str, Any] = _public(settings)
            token = session.refresh_token(url, refresh_token, auth=basic, timeout=limits, **public_client)
    return dict(token)


def _client_refused(answer: Answer) -> NetworkFailure | None:
    if answer.body.get("error") not in ("invalid_client", "unauthorized_client"):
        return None
    log.error("x_client_refused", mend="check RELAIS_X_CLIENT_ID and RELAIS_X_CLIENT_SECRET")
    return TryLater("client", utcnow() + SOON, answer.detail, scope="app")


def _identity(settings: Settings, token: str) -> Mapping[str, Any]:
    """Who the grant is for: at least `id` and `username`. Raises TryLater: without them there is nothing to keep."""
    asked, url = Asked(), f"{settings.x_api_url}/2/users/me"
    with Calls(settings, Secret(token)) as calls:
        answer = calls.send("GET", url, asked, params={"user.fields": "username,name"})
    who = answer.body.get("data")
    if answer.status == 200 and isinstance(who, dict):
        sound = re.fullmatch(r"\d{1,30}", str(who.get("id")), re.ASCII)
        if sound and re.fullmatch(r"\w{1,50}", str(who.get("username")), re.ASCII):
            return who
    raise TryLater("no_identity", utcnow() + SOON, answer.detail)


def _grant(token: Mapping[str, Any], scopes: tuple[str, ...], who: Mapping[str, Any]) -> Grant:
    refresh, handle = token.get("refresh_token"), str(who.get("username") or "")
    lasting = isinstance(refresh, str) and bool(refresh)
    return Grant(
        external_id=str(who["id"]),
        name=str(who.get("name") or handle)[:200],
        access_token=Secret(token["access_token"]),
        scopes=tuple(sorted(scopes)),
        expires_at=seconds_of(token.get("expires_in")),
        refresh_token=Secret(str(refresh)) if lasting else None,
        handle=handle,
        renew_at=utcnow() + KEPT_ALIVE if lasting else None,
    )


def _scopes(token: Mapping[str, Any]) -> tuple[str, ...]:
    given = token.get("scope") or ""
    return tuple(given.split() if isinstance(given, str) else map(str, given))


def _basic(settings: Settings) -> HTTPBasicAuth | None:
    """How a confidential client shows itself; None for a public one, which is named in the body instead."""
    secret = settings.x_client_secret
    return HTTPBasicAuth(settings.x_client_id or "", secret.get_secret_value()) if secret else None


def _public(settings: Settings) -> dict[str, str]:
    return {} if settings.x_client_secret else {"client_id": settings.x_client_id or ""}
