"""Consent and tokens as the family has them: a code, a short token, a long one; exchanged by hand, since the grants
are none of OAuth's own.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog

from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, ConsentRefused, Departure, Reconnect, Rejected, TryLater
from advocacy.networks.meta.answers import codes_of, failure_of, words_of
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.oauth import is_token
from advocacy.networks.wire import SOON, Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings

log = structlog.get_logger(__name__)


def depart(address: str, client_id: str, redirect_uri: str, state: str, scopes: str) -> Departure:
    """The consent page; scopes are separated by commas there."""
    asked = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": ",".join(scopes_in(scopes)),
        "state": state,
    }
    return Departure(f"{address}?{urlencode(asked)}")


def code_in(answer: Mapping[str, str]) -> str:
    """The code of a callback whose state was checked. Raises ConsentRefused, BadCallback."""
    if answer.get("error") == "access_denied":
        raise ConsentRefused("refused")
    code = answer.get("code", "").removesuffix("#_")
    if "error" in answer or "error_code" in answer or not code:
        reason = answer.get("error") or answer.get("error_code") or "no_code"
        raise BadCallback(reason[:80], answer.get("error_description") or answer.get("error_message", ""))
    return code


def ask_token(settings: Settings, method: str, url: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """The token endpoint's answer to a code or short token. Raises BadCallback when it refuses that, TryLater."""
    try:
        return _token(settings, method, url, fields)
    except (Reconnect, Rejected) as refusal:
        raise BadCallback("refused", refusal.detail) from None


def renewed_token(settings: Settings, url: str, grant_type: str, token: Secret) -> Mapping[str, Any]:
    """A fresh token for a living one. Raises Reconnect, TryLater."""
    fields = {"grant_type": grant_type, "access_token": token.reveal()}
    try:
        return _token(settings, "GET", url, fields)
    except Rejected as refusal:
        raise TryLater("not_renewed", utcnow() + SOON, refusal.detail) from None


def scopes_in(words: object) -> tuple[str, ...]:
    """Scopes as settings or the network write them: a list, or words between commas or spaces."""
    given = words if isinstance(words, str) else " ".join(map(str, words)) if isinstance(words, list) else ""
    return tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", given))))


def _token(settings: Settings, method: str, url: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    asked = Asked()
    options: dict[str, Any] = {"data": fields} if method == "POST" else {"params": fields}
    with Calls(settings) as calls:
        answer = calls.send(method, url, asked, **options)
    if not 200 <= answer.status < 300 or "error" in answer.body or "error_type" in answer.body:
        raise _refusal(answer, asked)
    listed = objects_in(answer)
    body = listed[0] if listed else answer.body
    if not is_token(body.get("access_token")):
        raise TryLater("malformed", utcnow() + SOON)
    return body


def _refusal(answer: Answer, asked: Asked) -> Exception:
    """As of any call; but an app that is refused is the operator's to mend, and older endpoints say it flatly."""
    code, _subcode = codes_of(answer)
    words = f"{answer.message} {answer.body.get('error_message', '')}".lower()
    if code == 101 or "client_secret" in words or "client secret" in words or "platform app" in words:
        log.error("meta_client_refused", mend="check the id and secret of the app", detail=words_of(answer))
        return TryLater("client", utcnow() + SOON, words_of(answer), scope="app")
    return failure_of(answer, asked)
