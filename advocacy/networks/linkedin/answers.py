"""What LinkedIn's answers mean: the one table from HTTP to the closed set of failures."""

import re
from collections.abc import Callable
from datetime import timedelta

import structlog

from advocacy.clock import utcnow
from advocacy.networks.failures import Duplicate, NetworkFailure, Reconnect, Rejected, TryLater
from advocacy.networks.wire import Answer, Asked, next_midnight, unclear

_HOUR = timedelta(hours=1)
_POST = re.compile(r"urn:li:(?:share|ugcPost|activity):[\w-]+")
_MARKER = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_MEDIA_GONE = {"MEDIA_ASSET_PROCESSING_FAILED", "EXPIRED_UPLOAD_URL"}
_MEDIA = ("urn:li:image:", "urn:li:video:", "urn:li:document:")
log = structlog.get_logger(__name__)


def markers_of(answer: Answer) -> set[str]:
    """The error codes in an answer, wherever LinkedIn put them."""
    details = answer.body.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, dict) else None
    codes = [error.get("code") for error in errors or [] if isinstance(error, dict)]
    return {str(code) for code in (answer.body.get("code"), *codes, *_MARKER.findall(answer.message))}


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    row = _TABLE.get(answer.status)
    if row is not None:
        return row(answer, asked)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected("refused", answer.detail)
    return unclear(answer, asked)


def _no_token(answer: Answer, _asked: Asked) -> NetworkFailure:
    code, words = answer.body.get("serviceErrorCode"), answer.message.lower()
    if code == 65602 or "expired" in words:
        return Reconnect("expired", answer.detail)
    return Reconnect("revoked" if code == 65601 else "token", answer.detail)


def _not_allowed(answer: Answer, _asked: Asked) -> NetworkFailure:
    return Rejected("not_allowed", answer.detail)


def _version_gone(answer: Answer, _asked: Asked) -> NetworkFailure:
    log.error("linkedin_version_gone", detail=answer.detail, mend="set RELAIS_LINKEDIN_VERSION to an active version")
    return TryLater("version", utcnow() + _HOUR, answer.detail, scope="app")


def _throttled(answer: Answer, asked: Asked) -> NetworkFailure:
    everybody = "APPLICATION DAY" in answer.message
    scope = "app" if everybody else "account"
    return TryLater("throttled", next_midnight(asked.key), answer.detail, scope=scope)


def _refused(answer: Answer, asked: Asked) -> NetworkFailure:
    markers = markers_of(answer)
    if "DUPLICATE_POST" in markers or "Content is a duplicate of" in answer.message:
        found = _POST.search(answer.message) or _POST.search(answer.text)
        return Duplicate(found[0], answer.detail) if found else Rejected("duplicate", answer.detail)
    if "MEDIA_ASSET_WAITING_UPLOAD" in markers:
        return TryLater("media_processing", utcnow() + timedelta(seconds=max(asked.media_wait, 5)), answer.detail)
    if markers & _MEDIA_GONE or ("INVALID_URN_ID" in markers and any(kind in answer.message for kind in _MEDIA)):
        return TryLater("media_gone", utcnow(), answer.detail)
    return Rejected("too_long" if "FIELD_LENGTH_TOO_LONG" in markers else "refused", answer.detail)


_TABLE: dict[int, Callable[[Answer, Asked], NetworkFailure]] = {
    400: _refused,
    401: _no_token,
    403: _not_allowed,
    422: _refused,
    426: _version_gone,
    429: _throttled,
}
