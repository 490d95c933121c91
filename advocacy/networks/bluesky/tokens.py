"""Tokens of a consent: exchanged, renewed (each refresh token works once), revoked."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from joserfc.errors import JoseError

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Credentials, Grant, NetworkFailure, Reconnect, TryLater
from advocacy.networks.bluesky import dpop
from advocacy.networks.bluesky.answers import error_of, throttled
from advocacy.networks.bluesky.client import Client
from advocacy.networks.bluesky.kept import Kept, kept_with
from advocacy.networks.wire import SOON, Answer, Asked, Calls, malformed, seconds_of, unclear
from advocacy.sealing import Secret
from config.settings import Settings

_HOUR = timedelta(hours=1)
log = structlog.get_logger(__name__)


def exchange(
    settings: Settings, kept: Kept, redirect_uri: str, code: str, verifier: str, did: str, handle: str
) -> Grant:
    """The grant for a code. Raises BadCallback when it is refused or for somebody else, TryLater."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    answer, asked = _ask(settings, kept, kept.token_url, form), Asked(key=did)
    if answer.status != 200:
        raise _refused(answer, asked, BadCallback("code", answer.detail))
    grant = _grant(answer, asked, kept, did, handle)
    if answer.body.get("sub") != did:
        with suppress(NetworkFailure):
            revoke(settings, _credentials(grant))
        raise BadCallback("another_account")
    return grant


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """Fresh tokens. Raises Reconnect when the consent has ended, TryLater."""
    if credentials.refresh_token is None:
        return None
    kept, did = kept_with(credentials), credentials.external_id
    form = {"grant_type": "refresh_token", "refresh_token": credentials.refresh_token.reveal()}
    answer, asked = _ask(settings, kept, kept.token_url, form), Asked(key=did)
    if answer.status != 200:
        raise _refused(answer, asked, Reconnect("not_renewed", answer.detail))
    grant = _grant(answer, asked, kept, did, credentials.handle)
    if answer.body.get("sub") != did:
        raise Reconnect("not_renewed")
    return grant


def revoke(settings: Settings, credentials: Credentials) -> None:
    """Have the server end the consent; a token that it no longer knows is no error there. Raises TryLater."""
    kept = kept_with(credentials)
    if not kept.revoke_url:
        raise TryLater("no_way", utcnow() + _HOUR)
    token = credentials.refresh_token or credentials.access_token
    answer = _ask(settings, kept, kept.revoke_url, {"token": token.reveal()})
    if answer.status not in (200, 204):
        raise TryLater("refused", utcnow() + SOON, answer.detail)


def _ask(settings: Settings, kept: Kept, url: str, form: Mapping[str, str]) -> Answer:
    try:
        key = dpop.read_key(kept.jwk)
    except (ValueError, JoseError):
        raise Reconnect("token") from None
    fields = Client(kept.client_id, kept.kid).fields(settings, kept.issuer)
    with Calls(settings, typed=True) as calls:
        return dpop.send(calls, key, "authorization", "POST", url, Asked(), data={**form, **fields})


def _refused(answer: Answer, asked: Asked, said_no: NetworkFailure) -> NetworkFailure:
    """`said_no` where the server refused the code or token itself; else something that may pass."""
    if answer.status == 429:
        return throttled(answer, asked)
    if error_of(answer) == "invalid_grant":
        return said_no
    if not 400 <= answer.status < 500 or answer.status == 408:
        return unclear(answer, asked)
    if error_of(answer) in ("invalid_client", "invalid_client_metadata", "unauthorized_client"):
        log.error("bluesky_client_refused", error=error_of(answer), mend="check RELAIS_BLUESKY_SIGNING_KEY")
        return TryLater("client", utcnow() + SOON, answer.detail, scope="app")
    return TryLater("refused", utcnow() + SOON, answer.detail)


def _grant(answer: Answer, asked: Asked, kept: Kept, did: str, handle: str) -> Grant:
    body, client = answer.body, Client(kept.client_id, kept.kid)
    access, refresh, scopes = body.get("access_token"), body.get("refresh_token"), str(body.get("scope") or "").split()
    bound = str(body.get("token_type", "")).lower() == "dpop"
    if not isinstance(access, str) or not access.isascii() or not bound or "atproto" not in scopes:
        raise malformed(answer, asked)
    return Grant(
        external_id=did,
        name=handle or did,
        access_token=Secret(access),
        scopes=tuple(sorted(scopes)),
        expires_at=seconds_of(body.get("expires_in")) or utcnow() + _HOUR,
        refresh_token=Secret(refresh) if isinstance(refresh, str) and refresh else None,
        refresh_expires_at=datetime.fromtimestamp(kept.since, UTC) + client.lasts,
        handle=handle,
        key=kept.sealed(),
        renew_at=utcnow() + client.renewal,
    )


def _credentials(grant: Grant) -> Credentials:
    return Credentials(
        grant.external_id, grant.access_token, grant.scopes, refresh_token=grant.refresh_token, key=grant.key
    )
