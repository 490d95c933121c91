"""What Mastodon's answers mean: the one table from HTTP to the closed set of failures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from advocacy.clock import utcnow
from advocacy.networks.failures import NetworkFailure, Reconnect, Rejected, TryLater
from advocacy.networks.wire import Answer, Asked, retry_moment, unclear

_PROCESSING = timedelta(seconds=5)
_USUAL_WAIT = 300.0
_LONGEST_WAIT = timedelta(hours=1)


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    row = _TABLE.get(answer.status)
    if row is not None:
        return row(answer, asked)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected("refused", answer.detail)
    return unclear(answer, asked)


def must(answer: Answer, asked: Asked, *statuses: int) -> Answer:
    """The answer if its status is one of these. Raises the failure it stands for otherwise."""
    if answer.status not in statuses:
        raise failure_of(answer, asked)
    return answer


def _no_token(answer: Answer, _asked: Asked) -> NetworkFailure:
    words = answer.message.lower()
    reason = next((reason for reason in ("expired", "revoked") if reason in words), "token")
    return Reconnect(reason, answer.detail)


def _not_allowed(answer: Answer, _asked: Asked) -> NetworkFailure:
    if "outside the authorized scopes" in answer.message:
        return Reconnect("scope", answer.detail)
    return Rejected("not_allowed", answer.detail)


def _too_large(answer: Answer, _asked: Asked) -> NetworkFailure:
    return Rejected("file_too_large", answer.detail)


def _invalid(answer: Answer, _asked: Asked) -> NetworkFailure:
    words = answer.message.lower()
    if "not finished processing" in words:
        return TryLater("media_processing", utcnow() + _PROCESSING, answer.detail)
    if "not found or already attached" in words:
        return TryLater("media_gone", utcnow(), answer.detail)
    return Rejected("too_long" if "character limit" in words else "refused", answer.detail)


def _throttled(answer: Answer, asked: Asked) -> NetworkFailure:
    """Mastodon says until when as an ISO 8601 moment."""
    wait = _USUAL_WAIT
    try:
        until = datetime.fromisoformat(answer.headers.get("X-RateLimit-Reset", ""))
        wait = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - utcnow()).total_seconds()
    except ValueError:
        if answer.headers.get("Retry-After", "").isdecimal():
            wait = float(answer.headers["Retry-After"][:9])
    return TryLater("throttled", retry_moment(wait, asked.key, _LONGEST_WAIT), answer.detail)


_TABLE: dict[int, Callable[[Answer, Asked], NetworkFailure]] = {
    401: _no_token,
    403: _not_allowed,
    413: _too_large,
    422: _invalid,
    429: _throttled,
}
