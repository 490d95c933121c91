"""Codes and tokens: made, found, used up, expired and revoked. Only their digests are stored."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from advocacy.networks.sandbox.network import Network


@dataclass(frozen=True)
class Issued:
    """What the token endpoint hands out; lifetimes in seconds, refresh is None when the application has none."""

    access: str
    expires_in: int
    scope: str
    refresh: str | None
    refresh_expires_in: int | None


def digest(secret: str) -> str:
    """The form in which a code or a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_code(network: Network, sub: str, redirect_uri: str, scope: str) -> str:
    """A code for a consent. A consent to another set of scopes revokes the member's earlier tokens."""
    code = "AQ" + secrets.token_urlsafe(64)
    now = network.clock.now()
    with network.store.together():
        network.store.run(
            "UPDATE tokens SET revoked_at = ? WHERE sub = ? AND scope <> ? AND revoked_at IS NULL", now, sub, scope
        )
        network.store.run(
            "INSERT INTO codes (digest, sub, redirect_uri, scope, expires_at) VALUES (?, ?, ?, ?, ?)",
            digest(code),
            sub,
            redirect_uri,
            scope,
            now + network.options.code_ttl,
        )
    return code


def use_code(network: Network, code: str) -> sqlite3.Row | None:
    """The code's row, once: None when it was never given out or was used before."""
    with network.store.together():
        row = network.store.one("SELECT * FROM codes WHERE digest = ? AND used_at IS NULL", digest(code))
        network.store.run("UPDATE codes SET used_at = ? WHERE digest = ?", network.clock.now(), digest(code))
    return row


def issue_tokens(network: Network, sub: str, scope: str) -> Issued:
    """Tokens for a new consent of a member; scope is sorted and separated by spaces."""
    options, now, consent = network.options, network.clock.now(), secrets.token_hex(8)
    access = keep_token(network, "access", consent, sub, scope, now, now + options.access_ttl)
    if not options.refresh_tokens:
        return Issued(access, options.access_ttl, scope, None, None)
    refresh = keep_token(network, "refresh", consent, sub, scope, now, now + options.refresh_ttl)
    return Issued(access, options.access_ttl, scope, refresh, options.refresh_ttl)


def renew(network: Network, refresh: str) -> Issued | None:
    """A new access token; it never outlives the refresh token, whose end does not move. None: not a live one."""
    row = find_token(network, refresh)
    now = network.clock.now()
    if row is None or row["kind"] != "refresh" or row["revoked_at"] is not None or row["expires_at"] <= now:
        return None
    left = int(row["expires_at"] - now)
    lasts = min(network.options.access_ttl, left)
    access = keep_token(network, "access", row["consent"], row["sub"], row["scope"], row["authorized_at"], now + lasts)
    return Issued(access, lasts, row["scope"], refresh, left)


def keep_token(
    network: Network, kind: str, consent: str, sub: str, scope: str, authorized_at: float, expires_at: float
) -> str:
    """Make a token, store its digest, return it; as long as LinkedIn's (about 500 characters)."""
    token = "AQX" + secrets.token_urlsafe(375)
    network.store.run(
        "INSERT INTO tokens (digest, kind, consent, sub, scope, created_at, authorized_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        digest(token),
        kind,
        consent,
        sub,
        scope,
        network.clock.now(),
        authorized_at,
        expires_at,
    )
    return token


def find_token(network: Network, token: str) -> sqlite3.Row | None:
    """The row of a token that was once given out, live or not."""
    return network.store.one("SELECT * FROM tokens WHERE digest = ?", digest(token))


def revoke(network: Network, token: str) -> None:
    """End a token and those of the same consent; an unknown one is no error."""
    row = find_token(network, token)
    if row is not None:
        network.store.run(
            "UPDATE tokens SET revoked_at = ? WHERE consent = ? AND revoked_at IS NULL",
            network.clock.now(),
            row["consent"],
        )


def revoke_all(network: Network, sub: str) -> None:
    """A member takes the application's access away, on the network's side."""
    now = network.clock.now()
    network.store.run("UPDATE tokens SET revoked_at = ? WHERE sub = ? AND revoked_at IS NULL", now, sub)


def expire_all(network: Network, sub: str) -> None:
    """The member's access tokens reach their end now; refresh tokens stay."""
    now = network.clock.now()
    network.store.run("UPDATE tokens SET expires_at = ? WHERE sub = ? AND kind = 'access'", now, sub)
