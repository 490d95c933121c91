"""What the family's answers mean: the one table from its error codes to the closed set of failures.

The code and subcode in the error decide, not the status of HTTP: most refusals come as 400.
"""

import re
from datetime import datetime, timedelta

import structlog

from advocacy.clock import utcnow
from advocacy.networks.failures import NetworkFailure, Reconnect, Rejected, TryLater
from advocacy.networks.meta.usage import USUAL_REST, rest_said
from advocacy.networks.wire import Answer, Asked, clean_detail, retry_moment, unclear

_SCOPE = re.compile(r"\b(?:threads|instagram_business|pages|read)_[a-z_]+\b")
_EXPIRED, _NOT_READY = (463,), timedelta(seconds=20)
_TAKEN_AWAY = (458, 459, 460, 464, 467, 492)
_THROTTLES_APP = (4, 341)
_THROTTLES_ACCOUNT = (17, 32, 613, *range(80_000, 80_010), 80_014)
_UNSURE = (-1, 1, 2)
_REJECTED = {
    506: "duplicate",
    1366051: "duplicate",
    1346003: "content_refused",
    1404102: "content_refused",
    1404078: "restricted",
    4854002: "restricted",
    368: "restricted",
    2207050: "restricted",
    2207051: "restricted",
    4279013: "restricted",
    1609008: "link_refused",
    2207004: "bad_picture",
    2207005: "bad_picture",
    2207009: "bad_picture",
    36003: "bad_picture",
    2207010: "too_long",
    2207026: "bad_video",
    803: "gone",
}
_LATER = {1390008: "throttled", 2207042: "quota", 2207003: "media_not_fetched", 2207052: "media_not_fetched"}
_GONE_CONTAINER = (2207006, 2207020, 4279009)
_UNREADY_CONTAINER = (2207008, 2207027)
_UNSURE_MORE = (2207001, 2207032, 2207053)
log = structlog.get_logger(__name__)


def failure_of(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure that an answer which is no success stands for."""
    code, subcode = codes_of(answer)
    if not code:
        return _by_status(answer, asked)
    for judge in (_of_grant, _of_subcode, _of_allowance, _of_media, _of_content):
        failure = judge(answer, asked, code, subcode)
        if failure is not None:
            return failure
    return _by_status(answer, asked)


def codes_of(answer: Answer) -> tuple[int, int]:
    """Code and subcode of the error; 0 for what is not said."""
    error = answer.body.get("error")
    error = error if isinstance(error, dict) else {}
    said = [error.get(name) for name in ("code", "error_subcode")]
    code, subcode = (each if isinstance(each, int) and not isinstance(each, bool) else 0 for each in said)
    return code, subcode


def words_of(answer: Answer) -> str:
    """What the network says of it, for people and for programs, and its codes."""
    error = answer.body.get("error")
    error = error if isinstance(error, dict) else {}
    said = [error.get("message"), error.get("error_user_msg")]
    words = " ".join(each for each in said if isinstance(each, str)) or answer.message or answer.text
    code, subcode = codes_of(answer)
    return clean_detail(f"{answer.status} ({code}/{subcode}) {words}")


def _of_grant(answer: Answer, asked: Asked, code: int, subcode: int) -> NetworkFailure | None:
    words = answer.message
    if code == 101 or "appsecret_proof" in words:
        log.error("meta_client_refused", mend="check the id and secret of the app", detail=words_of(answer))
        return TryLater("client", _in(USUAL_REST, asked), words_of(answer), scope="app")
    if code in (190, 102) or words.startswith("Error validating access token"):
        if subcode in _EXPIRED or (subcode not in _TAKEN_AWAY and "expired" in words.lower()):
            return Reconnect("expired", words_of(answer))
        return Reconnect("revoked" if subcode in _TAKEN_AWAY else "token", words_of(answer))
    if code in (3, 10) or 200 <= code <= 299:
        missing = _SCOPE.search(words)
        return Reconnect("scope", words_of(answer)) if missing else None
    return None


def _of_subcode(answer: Answer, asked: Asked, code: int, subcode: int) -> NetworkFailure | None:
    """Some refusals of the content or of the member come under the code of a limit."""
    reason = _REJECTED.get(subcode)
    return Rejected(reason, words_of(answer)) if reason else None


def _of_allowance(answer: Answer, asked: Asked, code: int, subcode: int) -> NetworkFailure | None:
    if code in _THROTTLES_APP:
        return TryLater("throttled", _rested(answer, asked, "X-App-Usage"), words_of(answer), scope="app")
    if code in _THROTTLES_ACCOUNT or answer.status == 429:
        return TryLater("throttled", _rested(answer, asked, "X-Business-Use-Case-Usage"), words_of(answer))
    reason = _LATER.get(subcode)
    if reason is None:
        return None
    if reason == "media_not_fetched":
        log.warning("meta_media_not_fetched", mend="the public address of Relais has to be reachable for the network")
    return TryLater(reason, _in(3600.0 if subcode == 2207042 else USUAL_REST, asked), words_of(answer))


def _of_media(answer: Answer, asked: Asked, code: int, subcode: int) -> NetworkFailure | None:
    if subcode in _GONE_CONTAINER:
        return TryLater("media_gone", utcnow(), words_of(answer))
    if subcode in _UNREADY_CONTAINER or code == 9007:
        return TryLater("media_processing", utcnow() + _NOT_READY, words_of(answer))
    transient = isinstance(answer.body.get("error"), dict) and answer.body["error"].get("is_transient") is True
    if code in _UNSURE or subcode in _UNSURE_MORE or transient:
        return unclear(answer, asked)
    return None


def _of_content(answer: Answer, asked: Asked, code: int, subcode: int) -> NetworkFailure | None:
    reason = _REJECTED.get(code)
    if reason is None and (code, subcode) == (100, 33):
        reason = "gone"
    if reason is None and re.search(r"at most \d+ characters|too long", answer.message):
        reason = "too_long"
    if reason is None and (code in (3, 10) or 200 <= code <= 299):
        reason = "not_allowed"
    return Rejected(reason, words_of(answer)) if reason else None


def _by_status(answer: Answer, asked: Asked) -> NetworkFailure:
    if answer.status == 429:
        return TryLater("throttled", _rested(answer, asked, "X-App-Usage"), words_of(answer))
    if answer.status == 401:
        return Reconnect("token", words_of(answer))
    if 400 <= answer.status < 500 and answer.status != 408:
        return Rejected("gone" if answer.status == 404 else "refused", words_of(answer))
    return unclear(answer, asked)


def _rested(answer: Answer, asked: Asked, header: str) -> datetime:
    seconds = rest_said(answer.headers.get(header, ""))
    after = answer.headers.get("Retry-After", "")
    return _in(max(seconds, float(after[:6]) if after.isascii() and after.isdecimal() else 0.0) or USUAL_REST, asked)


def _in(seconds: float, asked: Asked) -> datetime:
    return retry_moment(seconds, asked.key)
