"""Consent on the person's own server: departure with PKCE, the code's exchange, whose account it is, the end."""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import requests
from oauthlib.oauth2 import OAuth2Error

from advocacy.clock import utcnow
from advocacy.networks import oauth
from advocacy.networks.base import (
    BadCallback,
    ClientApp,
    ConsentRefused,
    Credentials,
    Departure,
    Grant,
    Rejected,
    TryLater,
    UnknownApp,
)
from advocacy.networks.mastodon.answers import failure_of, must
from advocacy.networks.mastodon.servers import address
from advocacy.networks.wire import CONNECT_SECONDS, SOON, Answer, Asked, Calls, silence
from advocacy.sealing import Secret
from config.settings import Settings

_TOKEN = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_NAME = re.compile(r"[\w.-]{1,200}")


def depart(settings: Settings, redirect_uri: str, state: str, host: str, app: ClientApp) -> Departure:
    """The server's consent page. Servers that know no PKCE pass over its parameters."""
    verifier, base = secrets.token_urlsafe(48), address(settings, host)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with oauth.session(settings, app.client_id, redirect_uri, base, typed=True) as session:
        url = oauth.consent_url(
            session,
            f"{base}/oauth/authorize",
            state,
            list(app.scopes),
            code_challenge=challenge,
            code_challenge_method="S256",
        )
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
    with oauth.session(settings, app.client_id, redirect_uri, base, typed=True) as session:
        session.register_compliance_hook("access_token_response", _check)
        try:
            token = session.fetch_token(
                oauth.as_https(f"{base}/oauth/token"),
                code,
                include_client_id=True,
                client_secret=app.client_secret.reveal(),
                code_verifier=verifier,
                timeout=(CONNECT_SECONDS, settings.network_seconds),
            )
        except requests.RequestException as error:
            raise silence(error, Asked()) from None
        except (OAuth2Error, ValueError, TypeError) as error:
            raise TryLater("malformed", utcnow() + SOON, type(error).__name__) from None
    return dict(token)


def _check(response: requests.Response) -> requests.Response:
    """Let only a sound token answer through to oauthlib, which does not look at the status."""
    try:
        body = response.json()
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    answer = Answer(response.status_code, response.headers, body, "")
    if body.get("error") == "invalid_client":
        raise UnknownApp("forgotten", answer.detail)
    if answer.status == 429 or answer.status >= 500:
        raise failure_of(answer, Asked())
    if answer.status != 200 or "error" in body:
        raise BadCallback(str(body.get("error") or "refused")[:80], answer.detail)
    if not isinstance(body.get("access_token"), str) or not _TOKEN.fullmatch(body["access_token"]):
        raise TryLater("malformed", utcnow() + SOON)
    return response


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
