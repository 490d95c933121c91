"""What every call there has to pass: a token of the right kind and scope, the rate; and the form of a no."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Response, g, jsonify, request

from advocacy.networks.standins.standin import Refusal
from advocacy.networks.standins.state import Token

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon

FIVE_MINUTES, HALF_AN_HOUR = 300, 1800


def answer_with(status: int, words: str, **more: Any) -> Response:
    """An error as every part of the server writes it."""
    answer = jsonify({"error": words, **more})
    answer.status_code = status
    return answer


def no(status: int, words: str, **more: Any) -> Refusal:
    """The same, to be raised."""
    return Refusal(answer_with(status, words, **more))


def acting(standin: "Mastodon", *scopes: str) -> Token:
    """The token of the call. Raises Refusal without one, for one that ended, or that covers none of `scopes`."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = standin.state.tokens.get(text) if scheme == "Bearer" else None
    if token is None or token.kind != "access":
        raise no(401, "The access token is invalid")
    if token.revoked:
        raise no(401, "The access token was revoked")
    if token.expires_at is not None and token.expires_at <= standin.clock.now():
        raise no(401, "The access token expired")
    if not any(covers(token.scopes, scope) for scope in scopes):
        raise no(403, "This action is outside the authorized scopes")
    if not token.member:
        raise no(422, "This method requires an authenticated user")
    return token


def covers(granted: tuple[str, ...], scope: str) -> bool:
    """Whether a grant holds this scope, by itself or by the wider one that it is a part of."""
    return scope in granted or scope.partition(":")[0] in granted


def note_rate(standin: "Mastodon") -> None:
    """Count the call against its windows. Raises Refusal past the end of one."""
    g.rate = None
    if not request.path.startswith("/api/"):
        return
    who = standin.member_of() or str(request.remote_addr)
    _take(standin, who, "calls", standin.calls_in_5_minutes, FIVE_MINUTES)
    if request.method == "POST" and request.path == "/api/v2/media":
        _take(standin, who, "media", standin.media_in_30_minutes, HALF_AN_HOUR)
    if request.method == "DELETE" and request.path.startswith("/api/v1/statuses/"):
        _take(standin, who, "deletes", standin.deletes_in_30_minutes, HALF_AN_HOUR)


def rate_headers(standin: "Mastodon", answer: Response) -> Response:
    """Limit, what is left, and until when, which is written as a moment and not as a number."""
    most, used, until = getattr(g, "rate", None) or (standin.calls_in_5_minutes, 0, standin.clock.now() + FIVE_MINUTES)
    if request.path.startswith("/api/"):
        answer.headers["X-RateLimit-Limit"] = str(most)
        answer.headers["X-RateLimit-Remaining"] = str(max(most - used, 0))
        moment = datetime.fromtimestamp(until, UTC).isoformat(timespec="microseconds")
        answer.headers["X-RateLimit-Reset"] = moment.replace("+00:00", "Z")
    return answer


def _take(standin: "Mastodon", who: str, what: str, most: int, seconds: int) -> None:
    now = standin.clock.now()
    until = (now // seconds + 1) * seconds
    with standin.state.lock:
        rates = standin.state.more.setdefault("rates", {})
        used = rates[who, what, until] = rates.get((who, what, until), 0) + 1
    g.rate = (most, used, until)
    if used > most:
        raise no(429, "Too many requests")
