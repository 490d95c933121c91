"""The gate before every /rest and /v2 address: version, token, protocol, content type, scope, daily limits."""

import re
import sqlite3
from typing import Any

from flask import request

from advocacy.networks.sandbox import grants
from advocacy.networks.sandbox.errors import Refusal, access_denied, throttled
from advocacy.networks.sandbox.network import Network, here

PROTOCOL = "2.0.0"


def enter(scope: str, permission: str, limited: str = "share") -> sqlite3.Row:
    """Let a /rest request in and return its member; limited is share or analytics. Raises Refusal."""
    version = check_version()
    token = check_token()
    if request.headers.get("X-Restli-Protocol-Version") != PROTOCOL:
        message = f"X-Restli-Protocol-Version must be {PROTOCOL}"
        raise Refusal(400, "INVALID_RESTLI_PROTOCOL_VERSION", message)
    count_call(here(), token["sub"], limited)
    check_scope(token, scope, f"{permission}.{version}")
    return token


def check_version() -> int:
    """The API version of the request, as YYYYMM. Raises Refusal when it is missing, ill-formed or not active."""
    given = request.headers.get("LinkedIn-Version")
    if not given:
        message = "A version must be present. Please specify a version by adding the LinkedIn-Version header."
        raise Refusal(400, "VERSION_MISSING", message)
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", given, re.ASCII):
        raise Refusal(400, "INVALID_VERSION", f"{given} is not a version of the form YYYYMM")
    oldest, newest = here().options.active_versions()
    if not oldest <= int(given) <= newest:
        raise Refusal(426, "NONEXISTENT_VERSION", f"Requested version {given}01 is not active")
    return int(given)


def check_token() -> sqlite3.Row:
    """The row of the bearer token. Raises Refusal: absent, never given out, revoked or expired."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Refusal(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", service=65604)
    row = grants.find_token(here(), token)
    if row is None or row["kind"] != "access":
        raise Refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token", service=65600)
    if row["revoked_at"] is not None:
        raise revoked()
    if row["expires_at"] <= here().clock.now():
        raise expired()
    return row


def expired() -> Refusal:
    """A 401 for a token past its end."""
    return Refusal(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", service=65602)


def revoked() -> Refusal:
    """A 401 for a token that was taken away."""
    message = "The token used in the request has been revoked by the user"
    return Refusal(401, "REVOKED_ACCESS_TOKEN", message, service=65601)


def bearer_member() -> str | None:
    """The member that the request's token belongs to, live or not; None without one."""
    token = request.headers.get("Authorization", "").partition(" ")[2]
    row = grants.find_token(here(), token) if token else None
    return row["sub"] if row is not None else None


def check_scope(token: sqlite3.Row, scope: str, permission: str) -> None:
    """Raises Refusal when the token was not granted a scope."""
    if scope not in token["scope"].split():
        raise access_denied(permission)


def count_call(network: Network, sub: str, limited: str) -> None:
    """Count a call against the day's limits of the member and of the application. Raises Refusal past one."""
    options = network.options
    member_limit = options.daily_member_limit if limited == "share" else options.daily_analytics_limit
    app_limit = options.daily_app_limit if limited == "share" else 0
    with network.store.together():
        if spend(network, f"{limited}/{sub}", member_limit):
            raise throttled("APPLICATION_AND_MEMBER")
        if spend(network, f"{limited}/application", app_limit):
            raise throttled("APPLICATION")


def spend(network: Network, counter: str, limit: int) -> bool:
    """Count one call of today; True when the limit (0: none) was reached before it."""
    day = network.clock.day()
    row = network.store.one("SELECT made FROM calls WHERE day = ? AND counter = ?", day, counter)
    if limit and row is not None and row["made"] >= limit:
        return True
    network.store.run(
        "INSERT INTO calls VALUES (?, ?, 1) ON CONFLICT (day, counter) DO UPDATE SET made = made + 1", day, counter
    )
    return False


def json_body() -> dict[str, Any]:
    """The JSON object of the request. Raises Refusal for another content type, broken JSON or another value."""
    if request.mimetype != "application/json":
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal(400, "INVALID_REQUEST_BODY", "The request body is not a JSON object")
    return body
