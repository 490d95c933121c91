"""Consent on the person's own server: departure with PKCE, the code's exchange, whose account it is, the end."""

import re
from collections.abc import Mapping
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks import oauth
from advocacy.networks.base import (
    BadCallback,
    ClientApp,
    ConsentRefused,
    Credentials,
    Departure,
    Grant,
    NetworkFailure,
    Rejected,
    TryLater,
    UnknownApp,
)
from advocacy.networks.mastodon.answers import failure_of, must
from advocacy.networks.mastodon.servers import address
from advocacy.networks.wire import CONNECT_SECONDS, SOON, Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings

_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_NAME = re.compile(r"[\w.-]{1,200}")


def depart(settings: Settings, redirect_uri: str, state: str, host: str, app: ClientApp) -> Departure:
    """The server's consent page. Servers that know no PKCE pass over its parameters."""
    (verifier, told), base = oauth.pkce(), address(settings, host)
    with oauth.session(settings, app.client_id, redirect_uri, base, typed=True) as session:
        url = oauth.consent_url(session, f"{base}/oauth/authorize", state, list(app.scopes), **told)
    return Departure(url, {"verifier": verifier, "server": host})


def exchange(
    settings: Settings, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None
) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, UnknownApp, TryLater."""
    if answer.get("error") == "access_denied":
        raise ConsentRefused("refused")
    code, host = answer.get("code", ""), kept.get("server", "")
    if "error" in answer or not code or not host:
        raise BadCallback((answer.get("error") or "no_code")[:80], answer.get("error_description", ""))
    if app is None:
        raise UnknownApp("no_app")
    token = _ask(settings, redirect_uri, host, app, code, kept.get("verifier", ""))
    given = token.get("scope") or app.scopes
    scopes = given.split() if isinstance(given, str) else map(str, given)
    who = _identity(settings, host, token["access_token"])
    name = str(who.get("display_name") or who["username"])[:200]
    return Grant(
        external_id=str(who["id"]),
        name=name,
        access_token=Secret(token["access_token"]),
        scopes=tuple(sorted(scopes)),
        host=host,
        handle=str(who["username"]),
    )


def revoke(settings: Settings, credentials: Credentials) -> None:
    """Have the server forget the token; one it no longer knows is forgotten already. Raises TryLater, Rejected."""
    app = credentials.app
    if app is None:
        raise Rejected("no_app")
    form = {
        "client_id": app.client_id,
        "client_secret": app.client_secret.reveal(),
        "token": credentials.access_token.reveal(),
    }
    asked = Asked()
    with Calls(settings, typed=True) as calls:
        answer = calls.send("POST", f"{address(settings, credentials.host)}/oauth/revoke", asked, data=form)
    if answer.body.get("error") in ("unauthorized_client", "invalid_client"):
        raise Rejected("not_revoked", answer.detail)
    must(answer, asked, 200)


def _ask(settings: Settings, redirect_uri: str, host: str, app: ClientApp, code: str, verifier: str) -> dict[str, Any]:
    """The token endpoint's answer, checked. Raises BadCallback when it refuses the code, UnknownApp, TryLater."""
    base = address(settings, host)
    with (
        oauth.session(settings, app.client_id, redirect_uri, base, typed=True) as session,
        oauth.asking_tokens(session, failure_of, _forgotten),
    ):
        token = session.fetch_token(
            oauth.as_https(f"{base}/oauth/token"),
            code,
            include_client_id=True,
            client_secret=app.client_secret.reveal(),
            code_verifier=verifier,
            timeout=(CONNECT_SECONDS, settings.network_seconds),
        )
    return dict(token)


def _forgotten(answer: Answer) -> NetworkFailure | None:
    """The server may no longer know the app that it was told of."""
    return UnknownApp("forgotten", answer.detail) if answer.body.get("error") == "invalid_client" else None


def _identity(settings: Settings, host: str, token: str) -> Mapping[str, Any]:
    """Who the grant is for: at least `id` and `username`. Raises TryLater: without them there is nothing to keep."""
    asked, url = Asked(), f"{address(settings, host)}/api/v1/accounts/verify_credentials"
    with Calls(settings, Secret(token), typed=True) as calls:
        answer = calls.send("GET", url, asked)
    who = answer.body
    sound = _ID.fullmatch(str(who.get("id") or "")) and _NAME.fullmatch(str(who.get("username") or ""))
    if answer.status == 200 and sound:
        return who
    raise TryLater("no_identity", utcnow() + SOON, answer.detail)
