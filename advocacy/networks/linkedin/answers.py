"""What LinkedIn's answers, and its silences, mean: the one table from HTTP to the closed set of failures."""

import re
import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import structlog
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from advocacy.clock import utcnow
from advocacy.networks.base import Duplicate, NetworkFailure, Reconnect, Rejected, TryLater, Unconfirmed

SOON = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_SPREAD = 600  # seconds after midnight over which those who were throttled come back
_SECRET = re.compile(r"eyJ[\w.-]+|[A-Za-z0-9_-]{32,}")
_POST = re.compile(r"urn:li:(?:share|ugcPost|activity):[\w-]+")
_MARKER = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_MEDIA_GONE = {"MEDIA_ASSET_PROCESSING_FAILED", "EXPIRED_UPLOAD_URL"}
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """An answer, read: `body` is its JSON object, empty when it has none. What may hold secrets is not printed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)

    @property
    def message(self) -> str:
        """What LinkedIn says of it."""
        return str(self.body.get("message") or self.body.get("error_description") or "")

    @property
    def detail(self) -> str:
        """LinkedIn's own words, cut short, without anything that looks like a token."""
        return _SECRET.sub("***", f"{self.status} {self.message or self.text}"[:2000])[:500]

    @property
    def markers(self) -> set[str]:
        """The error codes in it, wherever LinkedIn put them."""
        details = self.body.get("errorDetails")
        errors = details.get("inputErrors") if isinstance(details, dict) else None
        codes = [error.get("code") for error in errors or [] if isinstance(error, dict)]
        return {str(code) for code in (self.body.get("code"), *codes, *_MARKER.findall(self.message))}


@dataclass(frozen=True)
class Asked:
    """What an answer belongs to. `once`: not to be asked again unless certainly refused. `key` spreads retries."""

    once: bool = False
    key: str = ""
    media_wait: float = 0.0


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    row = _TABLE.get(answer.status)
    if row is not None:
        return row(answer, asked)
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected("refused", answer.detail)
    if asked.once:
        return Unconfirmed("no_clear_answer", answer.detail)
    return TryLater("unavailable", utcnow() + SOON, answer.detail)


def malformed(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure of a success that lacks what it should have brought."""
    if asked.once:
        return Unconfirmed("no_id", answer.detail)
    return TryLater("malformed", utcnow() + SOON, answer.detail)


def silence(error: requests.RequestException, asked: Asked) -> NetworkFailure:
    """The failure of a call that brought no answer: only one that never left is certain not to have been done."""
    words = type(error).__name__
    if never_sent(error):
        return TryLater("unreachable", utcnow() + SOON, words)
    if asked.once:
        return Unconfirmed("no_answer", words)
    return TryLater("no_answer", utcnow() + SOON, words)


def never_sent(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that not a byte of the request left."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    inner = reason.args[0] if isinstance(reason, Exception) and reason.args else None
    return (
        isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError | ValueError)
        or isinstance(reason, NewConnectionError | ConnectTimeoutError)
        or isinstance(inner, ssl.SSLCertVerificationError)
    )


def next_midnight(key: str) -> datetime:
    """Shortly after the coming 00:00 UTC, when LinkedIn's daily counters start anew; `key` decides how shortly."""
    today = utcnow().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1, seconds=zlib.crc32(key.encode()) % _SPREAD)


def _no_token(answer: Answer, _asked: Asked) -> NetworkFailure:
    code, words = answer.body.get("serviceErrorCode"), answer.message.lower()
    if code == 65602 or "expired" in words:
        return Reconnect("expired", answer.detail)
    return Reconnect("revoked" if code == 65601 else "token", answer.detail)


def _not_allowed(answer: Answer, _asked: Asked) -> NetworkFailure:
    return Rejected("not_allowed", answer.detail)


def _version_gone(answer: Answer, _asked: Asked) -> NetworkFailure:
    log.error("linkedin_version_gone", detail=answer.detail, mend="set RELAIS_LINKEDIN_VERSION to an active version")
    return TryLater("version", utcnow() + _HOUR, answer.detail)


def _throttled(answer: Answer, asked: Asked) -> NetworkFailure:
    return TryLater("throttled", next_midnight(asked.key), answer.detail)


def _refused(answer: Answer, asked: Asked) -> NetworkFailure:
    markers = answer.markers
    if "DUPLICATE_POST" in markers or "Content is a duplicate of" in answer.message:
        found = _POST.search(answer.message) or _POST.search(answer.text)
        return Duplicate(found[0], answer.detail) if found else Rejected("duplicate", answer.detail)
    if "MEDIA_ASSET_WAITING_UPLOAD" in markers:
        return TryLater("media_processing", utcnow() + timedelta(seconds=max(asked.media_wait, 5)), answer.detail)
    if markers & _MEDIA_GONE or ("INVALID_URN_ID" in markers and "urn:li:image:" in answer.message):
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
