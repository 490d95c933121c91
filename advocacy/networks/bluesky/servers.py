"""Which authorization server answers for a member's server, and where its doors are."""

from dataclasses import dataclass
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, TryLater
from advocacy.networks.bluesky.identity import is_safe, origin_of
from advocacy.networks.wire import SOON, Asked, Calls

_NO_SUCH_WAY = (404, 405, 410, 501)


@dataclass(frozen=True)
class AuthorizationServer:
    """An authorization server by its own description."""

    issuer: str
    par_url: str
    authorize_url: str
    token_url: str
    revoke_url: str
    """Empty where it has none."""


def find_server(calls: Calls, pds: str) -> AuthorizationServer:
    """The server that gives consent for accounts on `pds`. Raises BadCallback where there is none, TryLater."""
    described = _described(calls, f"{pds}/.well-known/oauth-protected-resource")
    issuers = described.get("authorization_servers")
    issuer = origin_of(issuers[0], calls.settings) if isinstance(issuers, list) and issuers else None
    if issuer is None or origin_of(described.get("resource"), calls.settings) != pds:
        raise BadCallback("no_consent_there")
    said = _described(calls, f"{issuer}/.well-known/oauth-authorization-server")
    if said.get("issuer") != issuer or "ES256" not in (said.get("dpop_signing_alg_values_supported") or ()):
        raise BadCallback("no_consent_there")
    doors = ("pushed_authorization_request_endpoint", "authorization_endpoint", "token_endpoint")
    par, authorize, token = (_door(calls, said.get(door)) for door in doors)
    if not (par and authorize and token):
        raise BadCallback("no_consent_there")
    return AuthorizationServer(issuer, par, authorize, token, _door(calls, said.get("revocation_endpoint")))


def _described(calls: Calls, url: str) -> dict[str, Any]:
    answer = calls.send("GET", url, Asked())
    if answer.status in _NO_SUCH_WAY:
        raise BadCallback("no_consent_there")
    if answer.status != 200 or not answer.body:
        raise TryLater("unavailable", utcnow() + SOON, answer.detail, scope="server")
    return dict(answer.body)


def _door(calls: Calls, url: object) -> str:
    return url if isinstance(url, str) and is_safe(url, calls.settings) else ""
