"""Consent at Facebook: the person's token, made a long one, brings a token for each of their Pages.

A Page's token has no end of its own; it dies with the person's password, their part in the Page, or their consent to
have data read, which ends after some months: that end is told to the person as the account's.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, Credentials, Departure, Grant, NetworkFailure, Reconnect, TryLater
from advocacy.networks.facebook.place import api_of, secret_of
from advocacy.networks.meta import grants
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.wire import SOON, Answer, Asked
from advocacy.sealing import Secret
from config.settings import Settings

CREATING = "CREATE_CONTENT"
_MOST_LISTS = 5


def depart(settings: Settings, redirect_uri: str, state: str) -> Departure:
    """The consent page."""
    address = f"{settings.facebook_site_url}/{settings.facebook_version}/dialog/oauth"
    return grants.depart(address, settings.facebook_client_id or "", redirect_uri, state, settings.facebook_scopes)


def exchange(settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> list[Grant]:
    """A grant for each Page in a callback whose state was checked. Raises ConsentRefused, BadCallback, TryLater."""
    url = f"{settings.facebook_api_url}/{settings.facebook_version}/oauth/access_token"
    own = {"client_id": settings.facebook_client_id or "", "client_secret": secret_of(settings)}
    asked = {**own, "redirect_uri": redirect_uri, "code": grants.code_in(answer)}
    short = grants.ask_token(settings, "GET", url, asked)
    more = {**own, "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    token = Secret(grants.ask_token(settings, "GET", url, more)["access_token"])
    try:
        user = _call(settings, token, "me", {"fields": "id"}).body.get("id")
        scopes = _granted(settings, token)
        pages = [page for page in _pages(settings, token) if _may_post(page)]
    except NetworkFailure as failure:
        raise TryLater("no_identity", utcnow() + SOON, failure.detail) from None
    if not isinstance(user, str) or not user.isdecimal():
        raise TryLater("no_identity", utcnow() + SOON)
    if not pages:
        raise BadCallback("no_page")
    until = _data_access(settings, token)
    key = Secret(json.dumps({"user": user, "token": token.reveal()}))
    return [
        Grant(
            external_id=page["id"],
            name=str(page.get("name") or page["id"])[:200],
            access_token=Secret(page["access_token"]),
            scopes=scopes,
            expires_at=until,
            key=key,
        )
        for page in pages
    ]


def user_of(credentials: Credentials) -> str | None:
    """Who consented, as Facebook knows them; None where that was not kept."""
    return str(json.loads(credentials.key.reveal())["user"]) if credentials.key is not None else None


def revoke(settings: Settings, credentials: Credentials) -> None:
    """Withdraw the person's consent; one that ended already is withdrawn. Raises TryLater, Rejected."""
    if credentials.key is None:
        raise Reconnect("no_key")
    kept = json.loads(credentials.key.reveal())
    token, user = Secret(kept["token"]), str(kept["user"])
    try:
        api_of(settings).call("DELETE", f"{user}/permissions", Asked(), token, user)
    except Reconnect as over:
        if over.reason == "scope":
            raise


def _granted(settings: Settings, token: Secret) -> tuple[str, ...]:
    """The scopes that the person left ticked."""
    listed = objects_in(_call(settings, token, "me/permissions", {}))
    if listed is None:
        return tuple(sorted(grants.scopes_in(settings.facebook_scopes)))
    return tuple(sorted(str(each.get("permission")) for each in listed if each.get("status") == "granted"))


def _pages(settings: Settings, token: Secret) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    fields = {"fields": "id,name,access_token,tasks", "limit": "100"}
    for _list in range(_MOST_LISTS):
        answer = _call(settings, token, "me/accounts", fields)
        found += objects_in(answer) or []
        paging = answer.body.get("paging")
        cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
        after = cursors.get("after") if isinstance(cursors, dict) else None
        if not isinstance(after, str) or not after:
            break
        fields = {**fields, "after": after}
    return found


def _may_post(page: Mapping[str, Any]) -> bool:
    """Whether it is sound, and the person may make content there (as long as Facebook says what they may)."""
    tasks = page.get("tasks")
    sound = str(page.get("id")).isdecimal() and isinstance(page.get("access_token"), str) and page["access_token"]
    return bool(sound) and (not isinstance(tasks, list) or CREATING in tasks)


def _data_access(settings: Settings, token: Secret) -> datetime | None:
    """Until when the person lets data be read; None where Facebook does not say."""
    app = Secret(f"{settings.facebook_client_id}|{secret_of(settings)}")
    try:
        data = _call(settings, app, "debug_token", {"input_token": token.reveal()}).body.get("data")
    except NetworkFailure:
        return None
    said = data.get("data_access_expires_at") if isinstance(data, dict) else None
    if not isinstance(said, int) or isinstance(said, bool) or not utcnow().timestamp() < said < 10**11:
        return None
    return datetime.fromtimestamp(said, UTC)


def _call(settings: Settings, token: Secret, path: str, fields: Mapping[str, str]) -> Answer:
    return api_of(settings).call("GET", path, Asked(), token, "", fields)
