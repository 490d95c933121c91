"""Consent on the member's own server: announced there first, then given on its page, then exchanged for tokens."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import urlencode

import structlog

from advocacy.clock import utcnow
from advocacy.networks import oauth
from advocacy.networks.base import BadCallback, ConsentRefused, Departure, Grant, NetworkFailure, TryLater
from advocacy.networks.bluesky import dpop, tokens
from advocacy.networks.bluesky.answers import error_of, throttled
from advocacy.networks.bluesky.client import client_for
from advocacy.networks.bluesky.identity import identify
from advocacy.networks.bluesky.kept import Kept
from advocacy.networks.bluesky.servers import AuthorizationServer, find_server
from advocacy.networks.wire import SOON, Answer, Asked, Calls, malformed, unclear
from config.settings import Settings

log = structlog.get_logger(__name__)


def depart(settings: Settings, redirect_uri: str, state: str, typed: str) -> Departure:
    """Where the member of that handle gives consent. Raises BadCallback for nobody or no such way there, TryLater."""
    who, key, (verifier, told) = identify(settings, typed), dpop.new_key(), oauth.pkce()
    client, asked = client_for(settings, redirect_uri), Asked(key=who.did)
    with Calls(settings, typed=True) as calls:
        server = find_server(calls, who.server)
        form = {
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": settings.bluesky_scopes,
            "state": state,
            "login_hint": who.handle,
            **told,
            **client.fields(settings, server.issuer),
        }
        answer = dpop.send(calls, key, "authorization", "POST", server.par_url, asked, data=form)
    request_uri = answer.body.get("request_uri")
    if answer.status not in (200, 201):
        raise _refused(answer, asked)
    if not isinstance(request_uri, str):
        raise malformed(answer, asked)
    kept = Kept(
        server=who.server,
        issuer=server.issuer,
        token_url=server.token_url,
        revoke_url=server.revoke_url,
        client_id=client.client_id,
        kid=client.kid,
        jwk=dpop.written(key),
        since=utcnow().timestamp(),
    )
    keep = {"kept": json.dumps(asdict(kept)), "verifier": verifier, "did": who.did, "handle": who.handle}
    return Departure(_page(server, client.client_id, request_uri), keep)


def arrive(settings: Settings, redirect_uri: str, answer: Mapping[str, str], keep: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    kept = Kept(**json.loads(keep["kept"]))
    if answer.get("iss") != kept.issuer:
        raise BadCallback("issuer")  # an answer mixed up, or made up, by another server
    if answer.get("error") == "access_denied":
        raise ConsentRefused("refused")
    code = answer.get("code", "")
    if "error" in answer or not code:
        reason = answer.get("error") or "no_code"
        log.warning("bluesky_consent_failed", reason=reason[:80])
        raise BadCallback(reason[:80], answer.get("error_description", ""))
    return tokens.exchange(settings, kept, redirect_uri, code, keep["verifier"], keep["did"], keep["handle"])


def _page(server: AuthorizationServer, client_id: str, request_uri: str) -> str:
    query = urlencode({"client_id": client_id, "request_uri": request_uri})
    return f"{server.authorize_url}{'&' if '?' in server.authorize_url else '?'}{query}"


def _refused(answer: Answer, asked: Asked) -> NetworkFailure:
    """A member's server does not let this instance in: nothing that the person could mend."""
    if answer.status == 429:
        return throttled(answer, asked)
    if not 400 <= answer.status < 500:
        return unclear(answer, asked)
    log.error("bluesky_client_refused", error=error_of(answer)[:80], detail=answer.detail)
    return TryLater("client", utcnow() + SOON, answer.detail, scope="app")
