"""Sessions by app password: begun once, carried on by the refresh token, ended on disconnecting. Never begun per post:
the network counts sign-ins.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Credentials, Grant, NetworkFailure, Reconnect, TryLater
from advocacy.networks.bluesky.answers import error_of, failure_of
from advocacy.networks.bluesky.identity import Identity, identify, server_in
from advocacy.networks.bluesky.kept import Kept, kept_with
from advocacy.networks.bluesky.names import is_did
from advocacy.networks.wire import SOON, Answer, Asked, Calls, malformed
from advocacy.sealing import Secret
from config.settings import Settings

APP_PASSWORD = "com.atproto.appPass"  # noqa: S105 - what such a session may do, in the network's word
PRIVILEGED = "com.atproto.appPassPrivileged"
_ACCESS = timedelta(minutes=120)
_REFRESH = timedelta(days=90)
_KEEP_ALIVE = timedelta(days=30)
_REFUSED = {
    "AuthFactorTokenRequired": "own_password",
    "AccountTakedown": "taken_down",
    "AccountSuspended": "taken_down",
    "AccountDeactivated": "deactivated",
}
_LOST = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountNotFound"}


def sign_in(settings: Settings, entered: Mapping[str, str]) -> Grant:
    """A session for a handle and an app password. Raises BadCallback with the reason of a refusal, TryLater."""
    handle, known = entered["handle"], _known(settings, entered["handle"])
    server, asked = known.server if known else settings.bluesky_entryway_url, Asked(key=handle)
    body = {"identifier": known.did if known else handle, "password": entered["password"]}
    with Calls(settings, typed=True) as calls:
        answer = calls.send("POST", f"{server}/xrpc/com.atproto.server.createSession", asked, json=body)
        if answer.status != 200:
            raise _refusal(answer, asked)
        grant = _grant(settings, answer, asked, server)
        reason = _unfit(answer, grant, known)
        if reason is not None:
            _end(calls, server, grant.refresh_token)
            raise BadCallback(reason)
    return grant


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """The session carried on; it uses up the refresh token. Raises Reconnect when it has ended, TryLater."""
    if credentials.refresh_token is None:
        return None
    kept, asked = kept_with(credentials), Asked(key=credentials.external_id)
    with Calls(settings, credentials.refresh_token, typed=True) as calls:
        answer = calls.send("POST", f"{kept.server}/xrpc/com.atproto.server.refreshSession", asked)
    if answer.status == 200:
        grant = _grant(settings, answer, asked, kept.server)
        if grant.external_id != credentials.external_id:
            raise Reconnect("not_renewed")
        return grant
    failure = failure_of(answer, asked)
    if isinstance(failure, TryLater) or failure.reason in ("taken_down", "deactivated"):
        raise failure
    if isinstance(failure, Reconnect) or error_of(answer) in _LOST:
        raise Reconnect("not_renewed", answer.detail)
    raise TryLater("refused", utcnow() + SOON, answer.detail)


def revoke(settings: Settings, credentials: Credentials) -> None:
    """End the session; one that has ended is ended. Raises TryLater, Rejected."""
    with Calls(settings, typed=True) as calls:
        _end(calls, kept_with(credentials).server, credentials.refresh_token)


def _known(settings: Settings, typed: str) -> Identity | None:
    """Who it is, where that can be found out; else the network's own front door knows."""
    try:
        return identify(settings, typed)
    except NetworkFailure:
        return None


def _end(calls: Calls, server: str, refresh: Secret | None) -> None:
    if refresh is None:
        return
    asked, headers = Asked(), {"Authorization": f"Bearer {refresh.reveal()}"}
    answer = calls.send("POST", f"{server}/xrpc/com.atproto.server.deleteSession", asked, headers=headers)
    if answer.status != 200 and error_of(answer) not in _LOST:
        raise failure_of(answer, asked)


def _refusal(answer: Answer, asked: Asked) -> NetworkFailure:
    error = error_of(answer)
    if error in _REFUSED:
        return BadCallback(_REFUSED[error], answer.detail)
    failure = failure_of(answer, asked)
    return failure if isinstance(failure, TryLater) else BadCallback("wrong_password", answer.detail)


def _unfit(answer: Answer, grant: Grant, known: Identity | None) -> str | None:
    """Why a session that was given is not kept, or None."""
    if known is not None and known.did != grant.external_id:
        return "wrong_password"
    if answer.body.get("active") is False:
        return "deactivated" if answer.body.get("status") == "deactivated" else "taken_down"
    return None if grant.scopes[0] in (APP_PASSWORD, PRIVILEGED) else "own_password"


def _grant(settings: Settings, answer: Answer, asked: Asked, server: str) -> Grant:
    body = answer.body
    access, refresh, did = body.get("accessJwt"), body.get("refreshJwt"), body.get("did")
    if not isinstance(access, str) or not isinstance(refresh, str) or not is_did(did):
        raise malformed(answer, asked)
    claims, home = _claims(access), server_in(body.get("didDoc"), settings) or server
    return Grant(
        external_id=str(did),
        name=str(body.get("handle") or did)[:200],
        access_token=Secret(access),
        scopes=(str(claims.get("scope") or APP_PASSWORD),),
        expires_at=_end_of(claims, _ACCESS),
        refresh_token=Secret(refresh),
        refresh_expires_at=_end_of(_claims(refresh), _REFRESH),
        handle=str(body.get("handle") or ""),
        key=Kept(home).sealed(),
        renew_at=utcnow() + _KEEP_ALIVE,
    )


def _claims(token: str) -> dict[str, Any]:
    """What a session's token says of itself, which nobody needs to believe; empty where it can't be read."""
    try:
        middle = token.split(".")[1]
        found = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


def _end_of(claims: Mapping[str, Any], usual: timedelta) -> datetime:
    end = claims.get("exp")
    if isinstance(end, int | float) and 0 < end < 10**11:
        return datetime.fromtimestamp(end, UTC)
    return utcnow() + usual
