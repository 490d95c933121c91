"""What X's answers mean: the one table from HTTP and problem types to the closed set of failures."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from advocacy.clock import utcnow
from advocacy.networks.failures import NetworkFailure, Reconnect, Rejected, TryLater
from advocacy.networks.wire import Answer, Asked, clean_detail, next_midnight, retry_moment, unclear

_USUAL_WAIT = 900.0
_LONGEST_WAIT = timedelta(days=1)
_CAPPED = ("usage-capped", "/credits", "UsageCapExceeded", "CreditsDepleted", "SpendCapReached")
_REFUSALS = {
    "duplicate content": "duplicate",
    "cashtag": "cashtags",
    "suspended": "suspended",
    "video": "file_too_large",
    "too long": "too_long",
    "longer than": "too_long",
}
log = structlog.get_logger(__name__)


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    if answer.status == 402 or (400 <= answer.status < 500 and _is_capped(answer)):
        log.error("x_capped", detail=words_of(answer), mend="add credits at X, or raise its spending limit")
        return TryLater("budget", next_midnight(asked.key), words_of(answer), scope="app")
    row = _TABLE.get(answer.status)
    if row is not None:
        return row(answer, asked)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected("refused", words_of(answer))
    return unclear(answer, asked)


def must(answer: Answer, asked: Asked, *statuses: int) -> Answer:
    """The answer if its status is one of these. Raises the failure it stands for otherwise."""
    if answer.status not in statuses:
        raise failure_of(answer, asked)
    return answer


def words_of(answer: Answer) -> str:
    """What X says of it: the problem's detail, and what it lists beside it."""
    errors = answer.body.get("errors")
    listed = [each.get("message") or each.get("detail") for each in errors or [] if isinstance(each, dict)]
    said = [answer.message, *(words for words in listed if isinstance(words, str))]
    return clean_detail(f"{answer.status} {' '.join(filter(None, said)) or answer.text}")


def _is_capped(answer: Answer) -> bool:
    said = f"{answer.body.get('type')} {answer.body.get('title')}"
    return any(word in said for word in _CAPPED)


def _no_token(answer: Answer, _asked: Asked) -> NetworkFailure:
    """X does not say whether a token ended or was taken away: the renewal finds that out."""
    return Reconnect("expired", words_of(answer))


def _not_allowed(answer: Answer, _asked: Asked) -> NetworkFailure:
    if "Unsupported Authentication" in str(answer.body.get("title")):
        return Reconnect("token", words_of(answer))
    return Rejected(_reason(answer) or "not_allowed", words_of(answer))


def _invalid(answer: Answer, _asked: Asked) -> NetworkFailure:
    if "media IDs are invalid" in words_of(answer):
        return TryLater("media_gone", utcnow(), words_of(answer))
    return Rejected(_reason(answer) or "refused", words_of(answer))


def _reason(answer: Answer) -> str | None:
    said = words_of(answer).lower()
    return next((reason for words, reason in _REFUSALS.items() if words in said), None)


def _gone(answer: Answer, _asked: Asked) -> NetworkFailure:
    return Rejected("gone", words_of(answer))


def _throttled(answer: Answer, asked: Asked) -> NetworkFailure:
    """X says until when in epoch seconds; the day's limit of the whole app has headers of its own."""
    everybody = answer.headers.get("x-app-limit-24hour-remaining") == "0"
    header = "x-app-limit-24hour-reset" if everybody else "x-rate-limit-reset"
    until = answer.headers.get(header, "")[:12]
    wait = float(until) - utcnow().timestamp() if until.isascii() and until.isdecimal() else _USUAL_WAIT
    scope = "app" if everybody else "account"
    return TryLater("throttled", retry_moment(wait, asked.key, _LONGEST_WAIT), words_of(answer), scope=scope)


_TABLE: dict[int, Callable[[Answer, Asked], NetworkFailure]] = {
    400: _invalid,
    401: _no_token,
    403: _not_allowed,
    404: _gone,
    429: _throttled,
}
