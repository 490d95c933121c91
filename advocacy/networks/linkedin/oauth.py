"""The authorization-code grant: where consent is given, what it brought, its renewal and its end."""

import ipaddress
import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from oauthlib.oauth2 import OAuth2Error
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, ConsentRefused, Credentials, Grant, Reconnect, TryLater
from advocacy.networks.linkedin.answers import SOON, Answer, Asked, failure_of, silence
from advocacy.networks.linkedin.calls import CONNECT_SECONDS, Calls, must
from advocacy.sealing import Secret
from config.settings import Settings

REFUSALS = ("user_cancelled_login", "user_cancelled_authorize", "access_denied")
_TOKEN = re.compile(r"[\x21-\x7e]+")
log = structlog.get_logger(__name__)
# Its debug lines hold tokens and the app's secret.
logging.getLogger("requests_oauthlib").setLevel(logging.WARNING)


class _Loopback(HTTPAdapter):
    """Sends in plain http what oauthlib was told is https.

    oauthlib refuses http unless OAUTHLIB_INSECURE_TRANSPORT switches its check off for the whole process. This is
    mounted for one address of this very machine (a sandbox network), so for every other address the check stands.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send it to the same address, without TLS."""
        request.url = _http(request.url or "")
        return super().send(request, *args, **options)


def consent_url(settings: Settings, redirect_uri: str, state: str) -> str:
    """Where the member gives consent to every scope the operator chose, in that order, separated by spaces."""
    base = f"{settings.linkedin_oauth_url}/authorization"
    with _session(settings, redirect_uri) as session:
        session.scope = settings.linkedin_scopes.split()
        url, _state = session.authorization_url(_as_https(base), state)
    url = str(url).replace("+", "%20")  # a literal + is %2B there; LinkedIn documents %20 between scopes
    return url if _as_https(base) == base else _http(url)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    if answer.get("error") in REFUSALS:
        raise ConsentRefused("refused")
    code = answer.get("code", "")
    if "error" in answer or not code:
        reason = answer.get("error") or "no_code"
        log.warning("linkedin_consent_failed", reason=reason[:80])
        raise BadCallback(reason[:80], answer.get("error_description", ""))
    token = _ask(settings, redirect_uri, code=code)
    scopes = _scopes(token) or tuple(settings.linkedin_scopes.split())
    who = _identity(settings, token["access_token"])
    return _grant(token, scopes, str(who["sub"]), str(who.get("name") or who["sub"])[:200])


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """A fresh access token by the refresh token; None without one. Raises Reconnect, TryLater."""
    if credentials.refresh_token is None:
        return None
    try:
        token = _ask(settings, None, refresh_token=credentials.refresh_token.reveal())
    except BadCallback as refusal:
        raise Reconnect("not_renewed", refusal.detail) from None
    return _grant(token, _scopes(token) or credentials.scopes, credentials.external_id, "", credentials)


def revoke(settings: Settings, credentials: Credentials) -> None:
    """Have LinkedIn end the grant; a token it no longer knows is ended already. Raises TryLater, Rejected."""
    asked = Asked()
    form = {**_app(settings), "token": credentials.access_token.reveal()}
    with Calls(settings) as calls:
        answer = calls.send("POST", f"{settings.linkedin_oauth_url}/revoke", asked, data=form)
    if answer.status != 400 or answer.body.get("error") == "invalid_client":
        must(answer, asked, 200, 204)


def _ask(settings: Settings, redirect_uri: str | None, code: str = "", refresh_token: str = "") -> dict[str, Any]:
    """The token endpoint's answer, checked. Raises BadCallback when it refuses the code or token, TryLater."""
    url, limits = _as_https(f"{settings.linkedin_oauth_url}/accessToken"), (CONNECT_SECONDS, settings.network_seconds)
    with _session(settings, redirect_uri) as session:
        session.register_compliance_hook("access_token_response", _check)
        session.register_compliance_hook("refresh_token_response", _check)
        app: dict[str, Any] = _app(settings)
        try:
            if code:
                # LinkedIn wants the app's credentials in the body, not in a Basic header.
                secret = app["client_secret"]
                token = session.fetch_token(url, code, include_client_id=True, client_secret=secret, timeout=limits)
            else:
                token = session.refresh_token(url, refresh_token, timeout=limits, **app)
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
    if answer.body.get("error") == "invalid_client":
        log.error("linkedin_client_refused", mend="check RELAIS_LINKEDIN_CLIENT_ID and RELAIS_LINKEDIN_CLIENT_SECRET")
        raise TryLater("client", utcnow() + SOON, answer.detail)
    if answer.status == 429 or answer.status >= 500:
        raise failure_of(answer, Asked())
    if answer.status != 200 or "error" in body:
        raise BadCallback(str(body.get("error") or "refused")[:80], answer.detail)
    if not isinstance(body.get("access_token"), str) or not _TOKEN.fullmatch(body["access_token"]):
        raise TryLater("malformed", utcnow() + SOON)
    return response


def _identity(settings: Settings, token: str) -> Mapping[str, Any]:
    """Who the grant is for: at least `sub`. Raises TryLater: without it there is nothing to keep."""
    asked = Asked()
    with Calls(settings, Secret(token)) as calls:
        answer = calls.send("GET", f"{settings.linkedin_api_url}/v2/userinfo", asked)
    if answer.status == 200 and re.fullmatch(r"[\w-]+", str(answer.body.get("sub") or ""), re.ASCII):
        return answer.body
    log.warning("linkedin_identity_refused", status=answer.status, detail=answer.detail)
    raise TryLater("no_identity", utcnow() + SOON, answer.detail)


def _grant(
    token: Mapping[str, Any], scopes: tuple[str, ...], sub: str, name: str, before: Credentials | None = None
) -> Grant:
    """The grant of a token answer; what a renewal does not say again stays as it was `before`."""
    refresh, ends = token.get("refresh_token"), _from_now(token.get("refresh_token_expires_in"))
    return Grant(
        external_id=sub,
        name=name,
        access_token=Secret(token["access_token"]),
        scopes=scopes,
        expires_at=_from_now(token.get("expires_in")),
        refresh_token=Secret(refresh) if isinstance(refresh, str) and refresh else None,
        refresh_expires_at=ends or (before.refresh_expires_at if before else None),
    )


def _scopes(token: Mapping[str, Any]) -> tuple[str, ...]:
    """The granted scopes: asked for with spaces between, they come back with commas."""
    given = token.get("scope") or ""
    words = given if isinstance(given, str) else " ".join(map(str, given))
    return tuple(sorted(filter(None, re.split(r"[,\s]+", words))))


def _from_now(seconds: object) -> datetime | None:
    if isinstance(seconds, int | float) and 0 < seconds < 10**9:
        return utcnow() + timedelta(seconds=int(seconds))
    return None


def _app(settings: Settings) -> dict[str, str]:
    client_id, secret = settings.linkedin_client_id, settings.linkedin_client_secret
    return {"client_id": client_id or "", "client_secret": secret.get_secret_value() if secret else ""}


def _session(settings: Settings, redirect_uri: str | None) -> OAuth2Session:
    """A session without scope: told one, oauthlib would take LinkedIn's commas for a change of scope and raise."""
    session = OAuth2Session(settings.linkedin_client_id, redirect_uri=redirect_uri)
    session.max_redirects = 0
    base = _as_https(settings.linkedin_oauth_url)
    if base != settings.linkedin_oauth_url:
        session.mount(base, _Loopback())
    return session


def _as_https(url: str) -> str:
    """How oauthlib is told an address of this machine; every other stays as it is, and http is refused by oauthlib."""
    return "https" + url.removeprefix("http") if url.startswith("http://") and _is_here(url) else url


def _http(url: str) -> str:
    return "http" + url.removeprefix("https")


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
