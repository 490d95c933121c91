"""Applications: who they say they are, by an address that is a document, or by the id that this machine may use."""

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from flask import request

from advocacy.networks.standins.bluesky.proofs import BadProof, read
from advocacy.networks.standins.bluesky.words import real_time, refuse
from advocacy.networks.standins.standin import Refusal

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = 60
_REQUIRED = {
    "client_id",
    "client_name",
    "client_uri",
    "application_type",
    "grant_types",
    "response_types",
    "redirect_uris",
    "scope",
    "dpop_bound_access_tokens",
    "token_endpoint_auth_method",
}
_WITH_KEY = {"token_endpoint_auth_signing_alg", "jwks_uri"}


def bad(error: str, description: str, status: int = 400) -> Refusal:
    """An error of the authorization server: error and error_description."""
    refusal = refuse(status, error, description)
    refusal.response.set_data(f'{{"error": "{error}", "error_description": "{description}"}}')
    return refusal


class Clients:
    """`documents` holds what addresses of clients say, as if they had been fetched: client id → (metadata, keys)."""

    def __init__(self, standin: "Bluesky") -> None:
        self.standin = standin
        self.documents: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    def metadata(self, client_id: str) -> dict[str, Any]:
        """What is known of a client. Refuses one that is none."""
        parts = urlsplit(client_id)
        if parts.scheme == "http" and parts.netloc == "localhost" and parts.path in ("", "/"):
            query = parse_qs(parts.query)
            if set(query) - {"redirect_uri", "scope"} or len(query.get("scope", [])) > 1:
                raise bad("invalid_client", "Invalid loopback client ID")
            back = query.get("redirect_uri", ["http://127.0.0.1/", "http://[::1]/"])
            return {
                "redirect_uris": back,
                "scope": query.get("scope", ["atproto"])[0],
                "token_endpoint_auth_method": "none",
                "application_type": "native",
            }
        if parts.scheme != "https" or client_id not in self.documents:
            raise bad("invalid_client_metadata", "Unable to obtain client metadata")
        return self._checked(client_id)

    def check_redirect(self, client_id: str, redirect_uri: str) -> None:
        """Refuse a way back that the client did not name; on this machine the port is free."""
        known = self.metadata(client_id)
        if known["application_type"] == "native":
            fits = any(_same_but_port(each, redirect_uri) for each in known["redirect_uris"])
        else:
            fits = redirect_uri in known["redirect_uris"]
        if not fits:
            raise bad("invalid_request", "Invalid redirect_uri")

    def authenticate(self) -> tuple[str, str]:
        """Id of the client that sends the current form, and of the key that it signed with (empty: none)."""
        client_id = request.form.get("client_id", "")
        known = self.metadata(client_id)
        if known["token_endpoint_auth_method"] == "none":  # noqa: S105
            if "client_assertion" in request.form:
                raise bad("invalid_client", "client authentication is not allowed for this client")
            return client_id, ""
        return client_id, self._assertion(client_id)

    def _assertion(self, client_id: str) -> str:
        if request.form.get("client_assertion_type") != BEARER:
            raise bad("invalid_client", "client_assertion_type must be jwt-bearer", 401)
        text = request.form.get("client_assertion", "")
        for jwk in self.documents[client_id][1]["keys"]:
            try:
                header, claims, _key = read(text, "JWT", jwk)
            except BadProof:
                continue
            now, until = real_time(), claims.get("exp")
            fits = claims.get("iss") == claims.get("sub") == client_id and claims.get("aud") == self.standin.url
            if not fits or header.get("kid") != jwk["kid"] or not isinstance(claims.get("iat"), int):
                break
            if not isinstance(until, int) or not now < until <= claims["iat"] + LONGEST_ASSERTION:
                break
            used: set[str] = self.standin.state.more.setdefault("assertions", set())
            if not claims.get("jti") or claims["jti"] in used:
                break
            used.add(claims["jti"])
            return str(jwk["kid"])
        raise bad("invalid_client", "client_assertion is invalid", 401)

    def _checked(self, client_id: str) -> dict[str, Any]:
        metadata, keys = self.documents[client_id]
        signed = metadata.get("token_endpoint_auth_method") == "private_key_jwt"
        wanted = _REQUIRED | (_WITH_KEY if signed else set())
        if set(metadata) != wanted or metadata["client_id"] != client_id or not metadata["dpop_bound_access_tokens"]:
            raise bad("invalid_client_metadata", "Client metadata is not as it has to be")
        if "atproto" not in metadata["scope"].split() or metadata["response_types"] != ["code"]:
            raise bad("invalid_client_metadata", "Client metadata must ask for atproto by code")
        if signed and (
            metadata["token_endpoint_auth_signing_alg"] != "ES256"  # noqa: S105
            or any("d" in key for key in keys["keys"])
        ):
            raise bad("invalid_client_metadata", "Client keys must be public ES256 keys")
        return metadata


def _same_but_port(known: str, given: str) -> bool:
    one, other = urlsplit(known), urlsplit(given)
    try:
        here = ipaddress.ip_address(other.hostname or "").is_loopback
    except ValueError:
        return False
    return here and (one.scheme, one.hostname, one.path) == (other.scheme, other.hostname, other.path)
