"""From what a person enters to a departure or a grant: which server, which app, which way. Calls networks, commits not.

What is called stands between two commits of the view: no transaction is open while a network answers.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from advocacy.addresses import FetchError, read_address
from advocacy.errors import Invalid
from advocacy.networks import apps
from advocacy.networks.base import Adapter, ClientApp, Credentials, Departure, Entry, Grant, NetworkFailure, UnknownApp

_HANDLE = re.compile(r"@?[\w.-]+(?:@[\w.:-]+)?")


def read_entered(adapter: Adapter, way: Entry, entered: Mapping[str, str], agreed: bool) -> dict[str, str]:
    """What was typed, tidied, for this way in. Raises Invalid with the field at fault."""
    network = adapter.capabilities
    if way not in network.entries:
        raise Invalid(_("%(network)s can’t be connected like this.", network=network.label))
    if network.asks_consent_to_match and not agreed:
        raise Invalid(
            _("%(network)s asks for your express consent: tick the box.", network=network.label), field="agreed"
        )
    found: dict[str, str] = {}
    if way is Entry.SERVER:
        found["server"] = _server(entered.get("server", ""))
    if way in (Entry.HANDLE, Entry.PASSWORD):
        found["handle"] = _handle(entered.get("handle", ""))
    if way is Entry.PASSWORD:
        found["password"] = entered.get("password", "").strip()
        if not found["password"]:
            raise Invalid(_("Enter the app password that you made there."), field="password")
    return found


def depart(
    adapter: Adapter, redirect_uri: str, state: str, entered: Mapping[str, str], commit: Callable[[], Any]
) -> Departure:
    """Where to send the person; Relais is made known to their server first where it is not. Raises a NetworkFailure."""
    app = _app_for(adapter, entered.get("server", ""), redirect_uri, commit)
    try:
        return adapter.depart(redirect_uri, state, entered, app)
    except UnknownApp:
        apps.forget_app(adapter.capabilities.name, entered.get("server", ""))
        app = _app_for(adapter, entered.get("server", ""), redirect_uri, commit)
        return adapter.depart(redirect_uri, state, entered, app)


def limits_of(adapter: Adapter, grant: Grant, app: ClientApp | None) -> dict[str, Any]:
    """What the network says of its limits for a new grant; nothing where it does not answer now."""
    credentials = Credentials(
        grant.external_id, grant.access_token, grant.scopes, grant.host, handle=grant.handle, key=grant.key, app=app
    )
    try:
        return adapter.limits(credentials)
    except NetworkFailure:
        return {}


def _app_for(adapter: Adapter, host: str, redirect_uri: str, commit: Callable[[], Any]) -> ClientApp | None:
    if not host:
        return None
    name = adapter.capabilities.name
    found = apps.find_app(name, host, redirect_uri)
    commit()
    if found is not None:
        return found
    made = adapter.register(host, redirect_uri)
    if made is not None:
        apps.keep_app(name, host, redirect_uri, made)
        commit()
    return made


def _server(typed: str) -> str:
    """The host of a server as typed: with or without https://, or the end of @name@server."""
    plain = typed.strip().rpartition("@")[2]
    if not plain:
        raise Invalid(_("Enter the name of your server."), field="server")
    try:
        address = read_address(plain if "://" in plain else f"https://{plain}")
    except FetchError as error:
        raise Invalid(_("This is no server’s name. It looks like mastodon.social."), field="server") from error
    if "." not in address.host and ":" not in address.host and address.host != "localhost":
        raise Invalid(_("This is no server’s name. It looks like mastodon.social."), field="server")
    return address.authority


def _handle(typed: str) -> str:
    plain = typed.strip().removeprefix("@")
    if not plain:
        raise Invalid(_("Enter your name there."), field="handle")
    if not _HANDLE.fullmatch(plain):
        raise Invalid(_("This is no name there. It looks like ada.bsky.social."), field="handle")
    return plain
