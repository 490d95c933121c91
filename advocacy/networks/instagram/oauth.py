"""Consent at Instagram: a short token for the code, a long one for the short one, a fresh one for the long one."""

from collections.abc import Mapping

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Credentials, Departure, Grant, NetworkFailure, TryLater
from advocacy.networks.instagram.place import api_of, secret_of
from advocacy.networks.meta import grants
from advocacy.networks.meta.long_tokens import Issuer, grant_of
from advocacy.networks.wire import SOON, Asked
from advocacy.sealing import Secret
from config.settings import Settings


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page."""
    client = settings.instagram_client_id or ""
    return grants.depart(settings.instagram_authorize_url, client, redirect_uri, state, settings.instagram_scopes)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
    """The grant of a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    short, long = _issuer(settings).exchange(redirect_uri, answer)
    scopes = grants.scopes_in(short.get("permissions")) or grants.scopes_in(settings.instagram_scopes)
    who = _identity(settings, Secret(long["access_token"]))
    return grant_of(long, scopes, who["id"], who["name"], who["handle"])


def renew(settings: Settings, credentials: Credentials) -> Grant | None:
    """A fresh token. Raises Reconnect for one that ended or was taken away, TryLater."""
    return _issuer(settings).renew(credentials)


def _issuer(settings: Settings) -> Issuer:
    return Issuer(
        settings,
        prefix="ig",
        codes=settings.instagram_token_url,
        base=settings.instagram_api_url,
        client_id=settings.instagram_client_id or "",
        secret=Secret(secret_of(settings)),
    )


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
