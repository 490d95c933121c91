"""How a server there says no, and the small things that several of its parts need."""

import json
import time
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from flask import Response, jsonify, request

from advocacy.networks.standins.standin import Refusal


def answer(status: int, error: str, message: str, **headers: str) -> Response:
    """An error in the network's own form; underscores in the names of headers stand for dashes."""
    response = jsonify(error=error, message=message)
    response.status_code = status
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def refuse(status: int, error: str, message: str, **headers: str) -> Refusal:
    """The same, to be raised."""
    return Refusal(answer(status, error, message, **headers))


def invalid(message: str) -> Refusal:
    """What every malformed request gets."""
    return refuse(400, "InvalidRequest", message)


def throttled(limit: int, seconds: int, reset: float) -> Response:
    """Too many calls; the moment is in seconds since 1970."""
    headers = {
        "RateLimit_Limit": str(limit),
        "RateLimit_Remaining": "0",
        "RateLimit_Reset": str(int(reset)),
        "RateLimit_Policy": f"{limit};w={seconds}",
    }
    return answer(429, "RateLimitExceeded", "Rate Limit Exceeded", **headers)


def json_body(required: set[str], optional: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """The JSON body with exactly these fields."""
    if request.mimetype != "application/json":
        raise invalid(f"Wrong request encoding (Content-Type): {request.mimetype or 'none'}")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise invalid("Input must be an object")
    for name in sorted(required - body.keys()):
        raise invalid(f'Input must have the property "{name}"')
    for name in sorted(body.keys() - required - optional):
        raise invalid(f'Input has an unknown property "{name}"')
    return body


def no_body() -> None:
    """The call takes no body."""
    if request.get_data():
        raise invalid("A request body was provided when none was expected")


def asked(*names: str) -> tuple[str, ...]:
    """The values of exactly these parameters."""
    for name in names:
        if not request.args.get(name):
            raise invalid(f'Error: Params must have the property "{name}"')
    return tuple(request.args[name] for name in names)


def encoded(data: bytes) -> str:
    """Base 64 for addresses, without filling."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What was encoded like this. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cid(content: bytes, codec: int = 0x55) -> str:
    """The content's name: version 1, SHA-256, base 32."""
    raw = bytes([1, codec, 0x12, 0x20]) + sha256(content).digest()
    return "b" + b32encode(raw).decode().rstrip("=").lower()


def cid_of(record: dict[str, Any]) -> str:
    """The name of a record."""
    return cid(json.dumps(record, sort_keys=True).encode(), 0x71)


def real_time() -> float:
    """The time of those who sign proofs; the stand-in's own may have been pushed forward."""
    return time.time()
