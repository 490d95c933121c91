"""Consent at Threads: a short token for the code, a long one for the short one, a fresh one for the long one."""

from collections.abc import Mapping

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Departure, Grant, NetworkFailure, TryLater
from advocacy.networks.meta import grants
from advocacy.networks.meta.long_tokens import Issuer, grant_of
from advocacy.networks.threads.place import api_of, secret_of
from advocacy.networks.wire import SOON, Asked
from advocacy.sealing import Secret
from config.settings import Settings


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page."""
    client = settings.threads_client_id or ""
    return grants.depart(settings.threads_authorize_url, client, redirect_uri, state, settings.threads_scopes)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    _short, long = _issuer(settings).exchange(redirect_uri, answer)
    token = Secret(long["access_token"])
    who = _identity(settings, token)
    return grant_of(long, _granted(settings, token), who["id"], who["name"], who["handle"])


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """A fresh token. Raises Reconnect for one that ended or was taken away, TryLater."""
    return _issuer(settings).renew(credentials)


def _issuer(settings: Settings) -> Issuer:
    return Issuer(
        settings,
        prefix="th",
        codes=settings.threads_api_url,
        base=settings.threads_api_url,
        client_id=settings.threads_client_id or "",
        secret=Secret(secret_of(settings)),
    )


def _identity(settings: Settings, token: Secret) -> dict[str, str]:
    """Whose token it is. Raises TryLater: without that there is nothing to keep."""
    try:
        answer = api_of(settings).call("GET", "me", Asked(), token, "", {"fields": "id,username,name"})
    except NetworkFailure as failure:
        raise TryLater("no_identity", utcnow() + SOON, failure.detail) from None
    found, handle = answer.body.get("id"), answer.body.get("username")
    if not isinstance(found, str) or not found.isdecimal() or not isinstance(handle, str) or not handle:
        raise TryLater("no_identity", utcnow() + SOON, answer.detail)
    return {"id": found, "handle": handle, "name": str(answer.body.get("name") or handle)[:200]}


def _granted(settings: Settings, token: Secret) -> tuple[str, ...]:
    """The scopes that the person left ticked, where the network says; what was asked for otherwise."""
    wanted = grants.scopes_in(settings.threads_scopes)
    try:
        answer = api_of(settings).call("GET", "debug_token", Asked(), token, "", {"input_token": token.reveal()})
    except NetworkFailure:
        return wanted
    data = answer.body.get("data")
    return grants.scopes_in(data.get("scopes") if isinstance(data, dict) else None) or wanted
