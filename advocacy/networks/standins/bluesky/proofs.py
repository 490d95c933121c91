"""Checking proofs of possession, to the letter, without the library that makes them."""

import hmac
import json
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from flask import request

from advocacy.networks.standins.bluesky.words import decoded, encoded, real_time

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

Side = Literal["authorization", "resource"]
NONCE_SECONDS = 180
OLDEST = 10 + 180


class BadProof(Exception):
    """A proof that does not hold; `error` is invalid_dpop_proof or use_dpop_nonce."""

    def __init__(self, message: str, error: str = "invalid_dpop_proof") -> None:
        super().__init__(message)
        self.error, self.message = error, message


class Proofs:
    """Nonces of two sides, and the ids of proofs that were used."""

    def __init__(self, standin: "Bluesky") -> None:
        self.standin, self.secret = standin, secrets.token_bytes(32)

    def nonce(self, side: Side, back: int = 0) -> str:
        """The nonce of this side now; `back`: so many turns ago."""
        turn = int(self.standin.clock.now() // (NONCE_SECONDS / 3)) - back
        return encoded(hmac.digest(self.secret, f"{side} {turn}".encode(), "sha256"))

    def check(self, side: Side, token: str | None = None) -> str:
        """The thumbprint of the key that signed the current request's proof. Raises BadProof."""
        given = request.headers.getlist("DPoP")
        if len(given) != 1:
            raise BadProof("DPoP header must contain a single proof")
        header, claims, jwk = read(given[0], "dpop+jwt")
        if set(header) - {"typ", "alg", "jwk", "kid"}:
            raise BadProof("unknown header")
        if not isinstance(claims.get("iat"), int) or abs(real_time() - claims["iat"]) > OLDEST:
            raise BadProof('"iat" claim timestamp check failed')
        if claims.get("htm") != request.method:
            raise BadProof('DPoP "htm" mismatch')
        if claims.get("htu") != f"{self.standin.url}{urlsplit(request.url).path}":
            raise BadProof('DPoP "htu" mismatch')
        if not claims.get("nonce"):
            raise BadProof("Authorization server requires nonce in DPoP proof", "use_dpop_nonce")
        if claims["nonce"] not in [self.nonce(side, back) for back in range(3)]:
            raise BadProof('DPoP "nonce" mismatch', "use_dpop_nonce")
        wanted = encoded(sha256(token.encode()).digest()) if token else None
        if claims.get("ath") != wanted:
            raise BadProof('DPoP "ath" mismatch')
        self._use_up(claims.get("jti"))
        return thumbprint(jwk)

    def _use_up(self, jti: Any) -> None:
        if not isinstance(jti, str) or len(jti) < 16:
            raise BadProof('DPoP "jti" missing')
        with self.standin.state.lock:
            used: set[str] = self.standin.state.more.setdefault("proofs", set())
            if jti in used:
                raise BadProof("DPoP proof replayed")
            used.add(jti)


def read(
    text: str, kind: str, jwk: dict[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Header, claims and key of a token signed with ES256 by the key given, or by the one in its header."""
    try:
        head, body, signature = text.split(".")
        header, claims, raw = json.loads(decoded(head)), json.loads(decoded(body)), decoded(signature)
    except ValueError as error:
        raise BadProof("Invalid Compact JWS") from error
    if header.get("typ") != kind or header.get("alg") != "ES256":
        raise BadProof('unexpected "typ" or "alg" JOSE Header Parameter value')
    key = jwk or header.get("jwk")
    if not isinstance(key, dict) or "d" in key or (key.get("kty"), key.get("crv")) != ("EC", "P-256"):
        raise BadProof('"jwk" (JSON Web Key) Header Parameter must be a public JSON Web Key')
    try:
        x, y = (int.from_bytes(decoded(key[name]), "big") for name in "xy")
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        both = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public.verify(both, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError, KeyError) as error:
        raise BadProof("signature verification failed") from error
    if len(raw) != 64:
        raise BadProof("signature verification failed")
    return header, claims, key


def thumbprint(jwk: dict[str, Any]) -> str:
    """A key's thumbprint by RFC 7638."""
    plain = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encoded(sha256(json.dumps(plain, separators=(",", ":")).encode()).digest())
