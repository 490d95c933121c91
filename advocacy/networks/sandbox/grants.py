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


@dataclass(frozen=True)
class Consent:
    """What a member allowed an application, and when; all tokens of one consent end together."""

    id: str
    sub: str
    scope: str
    at: float
    client: str


def digest(secret: str) -> str:
    """The form in which a code or a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_code(network: Network, sub: str, redirect_uri: str, scope: str, client: str) -> str:
    """A code for a consent. A consent to another set of scopes revokes the member's earlier tokens of the same app."""
    code = "AQ" + secrets.token_urlsafe(64)
    now = network.clock.now()
    with network.store.together():
        network.store.run(
            "UPDATE tokens SET revoked_at = ? WHERE sub = ? AND client = ? AND scope <> ? AND revoked_at IS NULL",
            now,
            sub,
            stored(network, client),
            scope,
        )
        network.store.run(
            "INSERT INTO codes (digest, sub, redirect_uri, scope, expires_at, client) VALUES (?, ?, ?, ?, ?, ?)",
            digest(code),
            sub,
            redirect_uri,
            scope,
            now + network.options.code_ttl,
            stored(network, client),
        )
    return code


def stored(network: Network, client_id: str) -> str:
    """How an application stands in the rows: the one for posting is left empty."""
    return "" if client_id == network.options.client_id else client_id


def use_code(network: Network, code: str) -> sqlite3.Row | None:
    """The code's row, once: None when it was never given out or was used before."""
    with network.store.together():
        row = network.store.one("SELECT * FROM codes WHERE digest = ? AND used_at IS NULL", digest(code))
        network.store.run("UPDATE codes SET used_at = ? WHERE digest = ?", network.clock.now(), digest(code))
    return row


def issue_tokens(network: Network, sub: str, scope: str, client: str = "") -> Issued:
    """Tokens for a new consent of a member; scope is sorted and separated by spaces."""
    options, now = network.options, network.clock.now()
    consent = Consent(secrets.token_hex(8), sub, scope, now, client)
    access = keep_token(network, "access", consent, now + options.access_ttl)
    if not options.refresh_tokens:
        return Issued(access, options.access_ttl, scope, None, None)
    refresh = keep_token(network, "refresh", consent, now + options.refresh_ttl)
    return Issued(access, options.access_ttl, scope, refresh, options.refresh_ttl)


def renew(network: Network, refresh: str, client: str) -> Issued | None:
    """A new access token; it never outlives the refresh token, whose end does not move. None: not a live one of this
    application.
    """
    row = find_token(network, refresh)
    now = network.clock.now()
    if row is None or row["kind"] != "refresh" or row["client"] != stored(network, client):
        return None
    if row["revoked_at"] is not None or row["expires_at"] <= now:
        return None
    left = int(row["expires_at"] - now)
    lasts = min(network.options.access_ttl, left)
    consent = Consent(row["consent"], row["sub"], row["scope"], row["authorized_at"], row["client"])
    access = keep_token(network, "access", consent, now + lasts)
    return Issued(access, lasts, row["scope"], refresh, left)


def keep_token(network: Network, kind: str, consent: Consent, expires_at: float) -> str:
    """Make a token, store its digest, return it; as long as LinkedIn's (about 500 characters)."""
    token = "AQX" + secrets.token_urlsafe(375)
    network.store.run(
        "INSERT INTO tokens (digest, kind, consent, sub, scope, created_at, authorized_at, expires_at, client)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        digest(token),
        kind,
        consent.id,
        consent.sub,
        consent.scope,
        network.clock.now(),
        consent.at,
        expires_at,
        consent.client,
    )
    return token


def find_token(network: Network, token: str) -> sqlite3.Row | None:
    """The row of a token that was once given out, live or not."""
    return network.store.one("SELECT * FROM tokens WHERE digest = ?", digest(token))


def revoke(network: Network, token: str, client: str) -> None:
    """End a token and those of the same consent; an unknown one, or another application's, is no error."""
    row = find_token(network, token)
    if row is not None and row["client"] == stored(network, client):
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
