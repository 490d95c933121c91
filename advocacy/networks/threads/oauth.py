"""Consent at Threads: a short token for the code, a long one for the short one, a fresh one for the long one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Departure, Grant, NetworkFailure, TryLater
from advocacy.networks.meta import grants
from advocacy.networks.threads.place import api_of, secret_of
from advocacy.networks.wire import SOON, Asked, seconds_of
from advocacy.sealing import Secret
from config.settings import Settings

RENEWED_EVERY = timedelta(days=7)
"""A token of two months is renewed by itself and only while it lives; before its second day it can't be."""


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page."""
    client = settings.threads_client_id or ""
    return grants.depart(settings.threads_authorize_url, client, redirect_uri, state, settings.threads_scopes)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    form = {
        "client_id": settings.threads_client_id or "",
        "client_secret": secret_of(settings),
        "code": grants.code_in(answer),
        "grant_type": "authorization_code",
        "redirect_uri": redirect_uri,
    }
    base = settings.threads_api_url
    short = grants.ask_token(settings, "POST", f"{base}/oauth/access_token", form)
    more = {
        "grant_type": "th_exchange_token",
        "client_secret": secret_of(settings),
        "access_token": short["access_token"],
    }
    long = grants.ask_token(settings, "GET", f"{base}/access_token", more)
    token = Secret(long["access_token"])
    who = _identity(settings, token)
    return _grant(long, _granted(settings, token), who["id"], who["name"], who["handle"])


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """A fresh token. Raises Reconnect for one that ended or was taken away, TryLater."""
    if credentials.refresh_token is None:
        return None
    url = f"{settings.threads_api_url}/refresh_access_token"
    fresh = grants.renewed_token(settings, url, "th_refresh_token", credentials.access_token)
    return _grant(fresh, credentials.scopes, credentials.external_id, "", credentials.handle)


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


def _grant(token: Mapping[str, Any], scopes: tuple[str, ...], member: str, name: str, handle: str) -> Grant:
    """The token stands in both places: it is its own renewal."""
    secret = Secret(token["access_token"])
    return Grant(
        external_id=member,
        name=name,
        access_token=secret,
        scopes=tuple(sorted(scopes)),
        expires_at=seconds_of(token.get("expires_in")),
        refresh_token=secret,
        handle=handle,
        renew_at=utcnow() + RENEWED_EVERY,
    )
