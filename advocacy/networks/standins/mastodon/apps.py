"""Apps: made known by themselves, each with its addresses and the most that it may ask of people."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.mastodon.checks import no

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon

KNOWN = (
    "read", "write", "follow", "push", "read:accounts", "read:statuses", "read:search", "write:statuses",
    "write:media", "write:favourites",
)  # fmt: skip


def add(standin: "Mastodon", app: Flask) -> None:
    """POST /api/v1/apps."""
    app.add_url_rule("/api/v1/apps", "apps", lambda: _register(standin), methods=["POST"])


def known_scopes(standin: "Mastodon") -> list[str]:
    """What may be asked for there."""
    return [*KNOWN, "profile"] if standin.recent else list(KNOWN)


def make(standin: "Mastodon", name: str, addresses: list[str], scopes: tuple[str, ...]) -> dict[str, Any]:
    """A new app."""
    made = {
        "id": standin.state.number(),
        "name": name,
        "website": None,
        "scopes": list(scopes),
        "redirect_uri": "\n".join(addresses),
        "redirect_uris": addresses,
        "client_id": secrets.token_urlsafe(32),
        "client_secret": secrets.token_urlsafe(32),
    }
    standin.state.more.setdefault("apps", {})[made["client_id"]] = made
    return made


def find(standin: "Mastodon", client_id: str) -> dict[str, Any] | None:
    """The app of that id."""
    found: dict[str, Any] | None = standin.state.more.get("apps", {}).get(client_id)
    return found


def _register(standin: "Mastodon") -> Response:
    body: dict[str, Any] = request.get_json() if request.is_json else request.form.to_dict()
    name, addresses = body.get("client_name"), body.get("redirect_uris")
    if not isinstance(name, str) or not name:
        raise no(422, "Validation failed: Application name can't be blank")
    if isinstance(addresses, str):
        addresses = addresses.split("\n")
    elif not standin.recent or not isinstance(addresses, list):
        addresses = []
    if not addresses or not all(isinstance(each, str) and _absolute(each) for each in addresses):
        raise no(422, "Validation failed: Redirect URI must be an absolute URI.")
    scopes = tuple(str(body.get("scopes") or "read").split())
    if not set(scopes) <= set(known_scopes(standin)):
        raise no(422, "Validation failed: Scopes doesn't match configured on the server.")
    made = make(standin, name, addresses, scopes)
    shown = {**made, "website": body.get("website"), "client_secret_expires_at": 0}
    if not standin.recent:
        shown = {key: value for key, value in shown.items() if key not in ("redirect_uris", "client_secret_expires_at")}
    return jsonify(shown)


def _absolute(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme and parts.netloc)
