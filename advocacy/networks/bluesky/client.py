"""Relais as members' servers know it: an address where they read who it is, and a key to sign with where it has one."""

import ipaddress
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from joserfc import jwt
from joserfc.jwk import ECKey

from advocacy.clock import utcnow
from advocacy.networks.base import TryLater
from advocacy.networks.wire import SOON
from config.settings import Settings
from config.signing import read_signing_keys

METADATA = "client-metadata.json"
KEYS = "jwks.json"
_ASSERTION_SECONDS = 55
_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Client:
    """What Relais says it is; `kid` names the key it signs with, empty where it has none."""

    client_id: str
    kid: str = ""

    @property
    def lasts(self) -> timedelta:
        """How long servers let a consent stand, at the longest."""
        return timedelta(days=730) if self.kid else timedelta(days=14)

    @property
    def renewal(self) -> timedelta:
        """How long a grant may lie unused before it should be renewed."""
        return timedelta(days=30) if self.kid else timedelta(days=5)

    def fields(self, settings: Settings, issuer: str) -> dict[str, str]:
        """Who asks, for the authorization server. Raises TryLater when the key that it knows us by is gone."""
        if not self.kid:
            return {"client_id": self.client_id}
        key = dict(_keys(settings)).get(self.kid)
        if key is None:
            log.error("bluesky_key_gone", kid=self.kid, mend="keep older keys in RELAIS_BLUESKY_SIGNING_KEY")
            raise TryLater("client", utcnow() + SOON, scope="app")
        assertion = _assertion(self.client_id, issuer, self.kid, key)
        return {"client_id": self.client_id, "client_assertion_type": _BEARER, "client_assertion": assertion}


def is_possible(settings: Settings) -> bool:
    """Whether servers can know this instance: it has an address with TLS, or is a number on this very machine."""
    return settings.public_url.startswith("https://") or _is_loopback(settings.public_url)


def client_for(settings: Settings, redirect_uri: str) -> Client:
    """Relais for a consent that comes back to that address."""
    if _is_loopback(settings.public_url):
        # Nobody can read a document on this machine: servers take what they need from the id itself.
        scope = quote(settings.bluesky_scopes, safe="")
        return Client(f"http://localhost?redirect_uri={quote(redirect_uri, safe='')}&scope={scope}")
    keys = _keys(settings)
    return Client(_document_url(settings, METADATA), keys[0][0] if keys else "")


def documents(settings: Settings) -> dict[str, dict[str, Any]]:
    """What Relais shows of itself in public."""
    keys = _keys(settings)
    metadata: dict[str, Any] = {
        "client_id": _document_url(settings, METADATA),
        "client_name": settings.organisation_name,
        "client_uri": settings.public_url,
        "application_type": "web",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [f"{settings.public_url}/accounts/bluesky/callback"],
        "scope": settings.bluesky_scopes,
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt" if keys else "none",
    }
    if not keys:
        return {METADATA: metadata}
    metadata |= {"token_endpoint_auth_signing_alg": "ES256", "jwks_uri": _document_url(settings, KEYS)}
    public = [{**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": "ES256"} for kid, key in keys]
    return {METADATA: metadata, KEYS: {"keys": public}}


def _assertion(client_id: str, issuer: str, kid: str, key: ECKey) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": now,
        "exp": now + _ASSERTION_SECONDS,
    }
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": kid}, claims, key)


def _keys(settings: Settings) -> list[tuple[str, ECKey]]:
    given = settings.bluesky_signing_key
    return read_signing_keys(given.get_secret_value()) if given else []


def _document_url(settings: Settings, name: str) -> str:
    return f"{settings.public_url}/accounts/bluesky/{name}"


def _is_loopback(url: str) -> bool:
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False
