"""What Bluesky's answers mean: the one table from HTTP to the closed set of failures."""

import time
from collections.abc import Callable
from datetime import timedelta

from advocacy.clock import utcnow
from advocacy.networks.bluesky.dpop import wants_nonce
from advocacy.networks.failures import NetworkFailure, Reconnect, Rejected, TryLater, Unconfirmed
from advocacy.networks.wire import SOON, Answer, Asked, retry_moment, unclear

_DEFAULT_WAIT = 300
_CLOSED = {
    "AccountTakedown": "taken_down",
    "RepoTakendown": "taken_down",
    "AccountSuspended": "taken_down",
    "RepoSuspended": "taken_down",
    "AccountDeactivated": "deactivated",
    "RepoDeactivated": "deactivated",
}
_TOKENS = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "MissingJwt", "invalid_token"}
_TOO_BIG = {"BlobTooLarge", "PayloadTooLarge"}


def error_of(answer: Answer) -> str:
    """The machine word of an error."""
    return str(answer.body.get("error") or "")


def must(answer: Answer, asked: Asked) -> Answer:
    """The answer if it is a success. Raises the failure it stands for otherwise."""
    if answer.status != 200:
        raise failure_of(answer, asked)
    return answer


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    if answer.status == 408 or not 400 <= answer.status < 500:
        return unclear(answer, asked)
    if answer.status == 429:
        return throttled(answer, asked)
    if wants_nonce(answer):
        return TryLater("nonce", utcnow() + SOON, answer.detail, scope="server")
    error = error_of(answer)
    if error in _CLOSED:
        return Reconnect(_CLOSED[error], answer.detail)
    if error in _TOKENS or answer.status == 401:
        return _no_token(answer)
    return _TABLE.get(error, _refused)(answer, asked)


def throttled(answer: Answer, asked: Asked) -> NetworkFailure:
    """Too much was asked: of the server by everybody here, or of the account; the header says until when."""
    try:
        wait = float(answer.headers.get("RateLimit-Reset", "")) - time.time()
    except ValueError:
        wait = _DEFAULT_WAIT
    everybody = answer.headers.get("RateLimit-Policy", "").replace(" ", "").endswith("w=300")
    scope = "server" if everybody else "account"
    return TryLater("throttled", retry_moment(wait, asked.key), answer.detail, scope=scope)


def _no_token(answer: Answer) -> NetworkFailure:
    if "revoked" in answer.message.lower():
        return Reconnect("revoked", answer.detail)
    ended = error_of(answer) in ("ExpiredToken", "invalid_token")
    return Reconnect("expired" if ended else "token", answer.detail)


def _scope(answer: Answer, _asked: Asked) -> NetworkFailure:
    return Reconnect("scope", answer.detail)


def _busy(answer: Answer, _asked: Asked) -> NetworkFailure:
    return TryLater("busy", utcnow() + timedelta(seconds=5), answer.detail)


def _media_gone(answer: Answer, _asked: Asked) -> NetworkFailure:
    return TryLater("media_gone", utcnow(), answer.detail)


def _refused(answer: Answer, asked: Asked) -> NetworkFailure:
    words = answer.message.lower()
    if asked.once and ("already a value" in words or "already exists" in words):
        return Unconfirmed("key_taken", answer.detail)  # by an earlier call of ours: asking tells
    if "could not find blob" in words:
        return _media_gone(answer, asked)
    if answer.status == 413 or error_of(answer) in _TOO_BIG:
        return Rejected("file_too_large", answer.detail)
    if answer.status == 403:
        return Rejected("not_allowed", answer.detail)
    too_long = "graphemes" in words or ("/text" in words and "longer than" in words)
    return Rejected("too_long" if too_long else "refused", answer.detail)


_TABLE: dict[str, Callable[[Answer, Asked], NetworkFailure]] = {
    "ScopeMissingError": _scope,
    "InsufficientScope": _scope,
    "insufficient_scope": _scope,
    "ConcurrentWrites": _busy,
    "BlobNotFound": _media_gone,
}
