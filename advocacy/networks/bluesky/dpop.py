"""Proofs that a token is used by whoever it was given to: one key a consent, one signed proof a request.

Servers hand out nonces that a proof has to carry, the authorization server its own and the member's server its own. The
latest are remembered in this process; a proof without the right one is refused, certainly, and sent once more with it.
"""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey
from requests.auth import AuthBase

from advocacy.networks.wire import Answer, Asked, Calls
from advocacy.sealing import Secret

Side = Literal["authorization", "resource"]
MOST_NONCES = 2000
_nonces: "OrderedDict[tuple[Side, str], str]" = OrderedDict()
_lock = Lock()


class Proof(AuthBase):
    """Puts a proof on a request, and the token that it belongs to where there is one."""

    def __init__(self, key: ECKey, nonce: str | None, token: Secret | None) -> None:
        self._key, self._nonce, self._token = key, nonce, token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with its headers."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(24),
            "htm": request.method,
            "htu": urlunsplit(urlsplit(request.url or "")._replace(query="", fragment="")),
            "iat": int(time.time()),
        }
        if self._nonce:
            claims["nonce"] = self._nonce
        if self._token is not None:
            digest = sha256(self._token.reveal().encode()).digest()
            claims["ath"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
            request.headers["Authorization"] = f"DPoP {self._token.reveal()}"
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self._key.as_dict(private=False)}
        request.headers["DPoP"] = jwt.encode(header, claims, self._key)
        return request


def new_key() -> ECKey:
    """A key for one consent."""
    return ECKey.generate_key("P-256", auto_kid=False)


def read_key(jwk: str) -> ECKey:
    """The private key in a JSON text. Raises ValueError."""
    return ECKey.import_key(json.loads(jwk))


def written(key: ECKey) -> str:
    """A private key as JSON text."""
    return json.dumps(key.as_dict(private=True))


def send(
    calls: Calls,
    key: ECKey,
    side: Side,
    method: str,
    url: str,
    asked: Asked,
    token: Secret | None = None,
    **options: Any,
) -> Answer:
    """See `Calls.send`; with a proof, and once more where the server refused it for its nonce alone."""
    place = (side, f"{urlsplit(url).scheme}://{urlsplit(url).netloc}")
    nonce = _nonces.get(place)
    answer = calls.send(method, url, asked, auth=Proof(key, nonce, token), **options)
    fresh = _learn(place, answer)
    if wants_nonce(answer) and fresh and fresh != nonce:
        answer = calls.send(method, url, asked, auth=Proof(key, fresh, token), **options)
        _learn(place, answer)
    return answer


def wants_nonce(answer: Answer) -> bool:
    """Whether the request was refused, before anything was done, because its proof had no nonce or an old one."""
    said = f"{answer.body.get('error', '')} {answer.headers.get('WWW-Authenticate', '')}"
    return answer.status in (400, 401) and "use_dpop_nonce" in said


def _learn(place: tuple[Side, str], answer: Answer) -> str | None:
    nonce = answer.headers.get("DPoP-Nonce")
    if nonce and len(nonce) <= 500:
        with _lock:
            _nonces[place] = nonce
            _nonces.move_to_end(place)
            while len(_nonces) > MOST_NONCES:
                _nonces.popitem(last=False)
    return nonce
