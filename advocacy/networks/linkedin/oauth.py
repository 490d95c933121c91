"""The authorization-code grant: where consent is given, what it brought, its renewal and its end."""

import re
from collections.abc import Mapping
from typing import Any

import structlog

from advocacy.clock import utcnow
from advocacy.networks import oauth
from advocacy.networks.base import BadCallback, ConsentRefused, Credentials, Grant, NetworkFailure, Reconnect, TryLater
from advocacy.networks.linkedin.answers import failure_of
from advocacy.networks.linkedin.apps import App
from advocacy.networks.linkedin.identity import Identity
from advocacy.networks.linkedin.rest import must
from advocacy.networks.wire import CONNECT_SECONDS, SOON, Answer, Asked, Calls, seconds_of
from advocacy.sealing import Secret
from config.settings import Settings

REFUSALS = ("user_cancelled_login", "user_cancelled_authorize", "access_denied")
log = structlog.get_logger(__name__)


def consent_url(settings: Settings, app: App, redirect_uri: str, state: str) -> str:
    """Where the member gives consent to every scope the operator chose, in that order, separated by spaces."""
    with oauth.session(settings, app.client_id, redirect_uri, settings.linkedin_oauth_url) as session:
        address = f"{settings.linkedin_oauth_url}/authorization"
        return oauth.consent_url(session, address, state, list(app.scopes))


def exchange(settings: Settings, app: App, redirect_uri: str, answer: Mapping[str, str], whose: Identity) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    if answer.get("error") in REFUSALS:
        raise ConsentRefused("refused")
    code = answer.get("code", "")
    if "error" in answer or not code:
        reason = answer.get("error") or "no_code"
        log.warning("linkedin_consent_failed", reason=reason[:80])
        raise BadCallback(reason[:80], answer.get("error_description", ""))
    token = _ask(settings, app, redirect_uri, code=code)
    external_id, name = whose(settings, token["access_token"])
    return _grant(token, _scopes(token) or app.scopes, external_id, name)


def renew(settings: Settings, app: App, credentials: Credentials) -> Grant | None:
    """A fresh access token by the refresh token; None without one. Raises Reconnect, TryLater."""
    if credentials.refresh_token is None:
        return None
    try:
        token = _ask(settings, app, None, refresh_token=credentials.refresh_token.reveal())
    except BadCallback as refusal:
        raise Reconnect("not_renewed", refusal.detail) from None
    return _grant(token, _scopes(token) or credentials.scopes, credentials.external_id, "", credentials)


def revoke(settings: Settings, app: App, credentials: Credentials) -> None:
    """Have LinkedIn end the grant; a token it no longer knows is ended already. Raises TryLater, Rejected."""
    asked = Asked()
    form = app.form(token=credentials.access_token.reveal())
    with Calls(settings) as calls:
        answer = calls.send("POST", f"{settings.linkedin_oauth_url}/revoke", asked, data=form)
    if answer.status != 400 or answer.body.get("error") == "invalid_client":
        must(answer, asked, 200, 204)


def find_status(settings: Settings, app: App, token: Secret) -> str | None:
    """What LinkedIn itself says of an access token: active, expired or revoked; None where it does not say."""
    form = app.form(token=token.reveal())
    try:
        with Calls(settings) as calls:
            answer = calls.send("POST", f"{settings.linkedin_oauth_url}/introspectToken", Asked(), data=form)
    except NetworkFailure:
        return None
    status = answer.body.get("status")
    return status if answer.status == 200 and status in ("active", "expired", "revoked") else None


def _ask(
    settings: Settings, app: App, redirect_uri: str | None, code: str = "", refresh_token: str = ""
) -> dict[str, Any]:
    """The token endpoint's answer, checked. Raises BadCallback when it refuses the code or token, TryLater."""
    base, limits = settings.linkedin_oauth_url, (CONNECT_SECONDS, settings.network_seconds)
    url = oauth.as_https(f"{base}/accessToken")
    with (
        oauth.session(settings, app.client_id, redirect_uri, base) as session,
        oauth.asking_tokens(session, failure_of, _client_refused),
    ):
        if code:
            # LinkedIn wants the app's credentials in the body, not in a Basic header.
            secret = app.secret.reveal()
            token = session.fetch_token(url, code, include_client_id=True, client_secret=secret, timeout=limits)
        else:
            own: dict[str, Any] = app.form()
            token = session.refresh_token(url, refresh_token, timeout=limits, **own)
    return dict(token)


def _client_refused(answer: Answer) -> NetworkFailure | None:
    if answer.body.get("error") != "invalid_client":
        return None
    log.error("linkedin_client_refused", mend="check RELAIS_LINKEDIN_CLIENT_ID and RELAIS_LINKEDIN_CLIENT_SECRET")
    return TryLater("client", utcnow() + SOON, answer.detail, scope="app")


def _grant(
    token: Mapping[str, Any], scopes: tuple[str, ...], sub: str, name: str, before: Credentials | None = None
) -> Grant:
    """The grant of a token answer; what a renewal does not say again stays as it was `before`."""
    refresh, ends = token.get("refresh_token"), seconds_of(token.get("refresh_token_expires_in"))
    return Grant(
        external_id=sub,
        name=name,
        access_token=Secret(token["access_token"]),
        scopes=scopes,
        expires_at=seconds_of(token.get("expires_in")),
        refresh_token=Secret(refresh) if isinstance(refresh, str) and refresh else None,
        refresh_expires_at=ends or (before.refresh_expires_at if before else None),
    )


def _scopes(token: Mapping[str, Any]) -> tuple[str, ...]:
    """The granted scopes: asked for with spaces between, they come back with commas."""
    given = token.get("scope") or ""
    words = given if isinstance(given, str) else " ".join(map(str, given))
    return tuple(sorted(filter(None, re.split(r"[,\s]+", words))))
