"""Asking a language model in the chat-completions format that most servers speak, also those one runs oneself.

The address is the operator's own setting and may be on this machine or on a private network, so the fences of
`fetching` do not apply. Redirects are never followed, the key is never logged, sizes and time are bounded.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

import requests
import structlog
from pydantic import BaseModel, Field, ValidationError
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from config.settings import get_settings

log = structlog.get_logger(__name__)
LARGEST_QUESTION: Final = 100_000
LARGEST_ANSWER: Final = 500_000
LONGEST_WAIT: Final = 3600
CONNECT_SECONDS: Final = 5.0

Reason = Literal["absent", "busy", "refused", "unreadable", "too_slow"]
Message = dict[str, str]


class NoAnswer(Exception):
    """No usable answer came. `reason`: absent (not set, or nobody there), busy (`retry_after` in seconds where the
    server says), refused (the key, the model or the question), unreadable, too_slow.
    """

    def __init__(self, reason: Reason, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, for which model, and for how long (seconds). The key stays out of every text of it."""

    url: str
    model: str
    key: str | None
    seconds: float

    @property
    def host(self) -> str:
        """The host, for people to read."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def __repr__(self) -> str:
        return f"Endpoint({self.host}, {self.model})"


class _Said(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Said


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class _Bearer(AuthBase):
    """Puts the key on the request, or nothing; being set, it keeps `requests` from looking into .netrc."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def find_endpoint() -> Endpoint | None:
    """The endpoint of the settings; None where none is set."""
    settings = get_settings()
    if not settings.assistant_url or not settings.assistant_model:
        return None
    key = settings.assistant_key.get_secret_value() if settings.assistant_key else None
    return Endpoint(settings.assistant_url, settings.assistant_model, key or None, settings.assistant_timeout)


def complete(messages: Sequence[Message]) -> str:
    """What the model says to these messages. Takes seconds: not within a transaction. Raises NoAnswer."""
    endpoint = find_endpoint()
    if endpoint is None:
        raise NoAnswer("absent")
    question = json.dumps({"model": endpoint.model, "messages": list(messages), "stream": False}).encode()
    if len(question) > LARGEST_QUESTION:
        raise NoAnswer("refused")
    until = time.monotonic() + endpoint.seconds
    try:
        with requests.post(
            f"{endpoint.url}/chat/completions",
            data=question,
            headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Relais"},
            auth=_Bearer(endpoint.key),
            timeout=(min(CONNECT_SECONDS, endpoint.seconds), endpoint.seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            _judge(response)
            return _read(_body(response, until))
    except (requests.Timeout, ReadTimeoutError):
        raise NoAnswer("too_slow") from None
    except requests.ConnectionError:
        raise NoAnswer("absent") from None
    except (HTTPError, requests.RequestException, OSError):
        raise NoAnswer("unreadable") from None


def _judge(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    log.info("assistant_refused", status=status)
    if status == 429 or status >= 500:
        raise NoAnswer("busy", _retry_after(response.headers.get("Retry-After")))
    raise NoAnswer("refused")


def _retry_after(text: str | None) -> int | None:
    text = (text or "").strip()
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _body(response: requests.Response, until: float) -> bytes:
    body = bytearray()
    while piece := response.raw.read1(16_384, decode_content=True):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise NoAnswer("unreadable")
        if time.monotonic() > until:
            raise NoAnswer("too_slow")
    return bytes(body)


def _read(body: bytes) -> str:
    try:
        return _Completion.model_validate_json(body).choices[0].message.content
    except ValidationError:
        raise NoAnswer("unreadable") from None
