"""Consent at Instagram: a short token for the code, a long one for the short one, a fresh one for the long one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Credentials, Departure, Grant, NetworkFailure, TryLater
from advocacy.networks.instagram.place import api_of, secret_of
from advocacy.networks.meta import grants
from advocacy.networks.wire import SOON, Asked, seconds_of
from advocacy.sealing import Secret
from config.settings import Settings

RENEWED_EVERY = timedelta(days=7)
"""A token of two months is renewed by itself and only while it lives; before its second day it can't be."""


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page."""
    client = settings.instagram_client_id or ""
    return grants.depart(settings.instagram_authorize_url, client, redirect_uri, state, settings.instagram_scopes)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    form = {
        "client_id": settings.instagram_client_id or "",
        "client_secret": secret_of(settings),
        "code": grants.code_in(answer),
        "grant_type": "authorization_code",
        "redirect_uri": redirect_uri,
    }
    short = grants.ask_token(settings, "POST", f"{settings.instagram_token_url}/oauth/access_token", form)
    more = {
        "grant_type": "ig_exchange_token",
        "client_secret": secret_of(settings),
        "access_token": short["access_token"],
    }
    long = grants.ask_token(settings, "GET", f"{settings.instagram_api_url}/access_token", more)
    scopes = grants.scopes_in(short.get("permissions")) or grants.scopes_in(settings.instagram_scopes)
    who = _identity(settings, Secret(long["access_token"]))
    return _grant(long, scopes, who["id"], who["name"], who["handle"])


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """A fresh token. Raises Reconnect for one that ended or was taken away, TryLater."""
    if credentials.refresh_token is None:
        return None
    url = f"{settings.instagram_api_url}/refresh_access_token"
    fresh = grants.renewed_token(settings, url, "ig_refresh_token", credentials.access_token)
    return _grant(fresh, credentials.scopes, credentials.external_id, "", credentials.handle)


def _identity(settings: Settings, token: Secret) -> dict[str, str]:
    """Whose token it is: `user_id` is the account's own, `id` only this app's name for it. Raises BadCallback for an
    account that is none of a professional, TryLater.
    """
    fields = {"fields": "id,user_id,username,name,account_type"}
    try:
        answer = api_of(settings).call("GET", "me", Asked(), token, "", fields)
    except NetworkFailure as failure:
        raise TryLater("no_identity", utcnow() + SOON, failure.detail) from None
    if str(answer.body.get("account_type", "")).upper() == "PERSONAL":
        raise BadCallback("private_account")
    found, handle = answer.body.get("user_id"), answer.body.get("username")
    if not str(found).isdecimal() or not isinstance(handle, str) or not handle:
        raise TryLater("no_identity", utcnow() + SOON, answer.detail)
    return {"id": str(found), "handle": handle, "name": str(answer.body.get("name") or handle)[:200]}


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
