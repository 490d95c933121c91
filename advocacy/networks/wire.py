"""Calls to a network: each sent once, our time limits, no redirect followed, nothing logged.

Every adapter speaks through this; what an answer means is said by a table of its own.
"""

import json
import re
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import requests
from requests.auth import AuthBase
from requests.utils import default_headers
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from advocacy.clock import utcnow
from advocacy.networks.failures import NetworkFailure, TryLater, Unconfirmed
from advocacy.networks.lines import Lines, find_kept
from advocacy.sealing import Secret
from config.settings import Settings

CONNECT_SECONDS = 5.0
LONGEST_ANSWER = 1_000_000
SOON = timedelta(minutes=1)
_USUAL = default_headers()
_SPREAD = 600  # seconds over which those who were told the same moment come back
_SECRET = re.compile(r"eyJ[\w.-]+|[A-Za-z0-9_-]{32,}")


@dataclass(frozen=True)
class Answer:
    """An answer, read: `body` is its JSON object, empty when it has none. What may hold secrets is not printed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    text: str = field(repr=False)

    @property
    def message(self) -> str:
        """What the network says of it, wherever it is usual to say so."""
        error = self.body.get("error")
        if isinstance(error, dict):
            error = error.get("message")
        for said in (self.body.get("message"), self.body.get("error_description"), self.body.get("detail"), error):
            if isinstance(said, str) and said:
                return said
        return ""

    @property
    def detail(self) -> str:
        """The network's own words, cut short, without anything that looks like a token."""
        return clean_detail(f"{self.status} {self.message or self.text}")


@dataclass(frozen=True)
class Asked:
    """What an answer belongs to. `once`: not to be asked again unless certainly refused. `key` spreads retries."""

    once: bool = False
    key: str = ""
    media_wait: float = 0.0


class Bearer(AuthBase):
    """Puts the member's token on a request, or nothing; being set, it keeps `requests` from looking into .netrc."""

    def __init__(self, token: Secret | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with its header."""
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class Calls:
    """A group of calls with one member's token, or with none. `typed`: the host was typed by somebody."""

    def __init__(self, settings: Settings, token: Secret | None = None, *, typed: bool = False) -> None:
        self.settings, self._auth, self._typed = settings, Bearer(token), typed
        self._patience = Timeout(connect=CONNECT_SECONDS, read=settings.network_seconds)
        self._kept = find_kept()
        self._lines = self._kept or Lines(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._kept is None:
            self._lines.close()

    def send(self, method: str, url: str, asked: Asked, **options: Any) -> Answer:
        """The answer, whatever its status. Without one raises TryLater, or Unconfirmed if it was to be asked once.

        `options`: params, headers, data, json, files as of `requests`; `auth` in place of the member's token. The
        request is sent once, over one connection.
        """
        try:
            request = _request(method, url, {"auth": self._auth, **options})
            response = self._lines.send(request, self._patience, typed=self._typed)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise silence(error, asked) from None
        try:
            return read_answer(response, self.settings.network_seconds)
        finally:
            response.close()
            response.release_conn()


def _request(method: str, url: str, options: Mapping[str, Any]) -> requests.PreparedRequest:
    """The request as `requests` writes it, without what its sessions add from the machine: cookies, .netrc."""
    request = requests.PreparedRequest()
    request.prepare_method(method)
    request.prepare_url(url, options.get("params"))
    request.prepare_headers({**_USUAL, **(options.get("headers") or {})})
    request.prepare_body(options.get("data"), options.get("files"), options.get("json"))
    request.prepare_auth(options["auth"], url)
    return request


def read_answer(response: BaseHTTPResponse, seconds: float) -> Answer:
    """An answer whose head has come, with as much of its body as comes within `seconds` and a size no error needs."""
    until, got = time.monotonic() + seconds, bytearray()
    try:
        while len(got) < LONGEST_ANSWER and time.monotonic() < until:
            piece = response.read1(65536, decode_content=True)
            if not piece:
                break
            got += piece
    except (HTTPError, OSError):
        got.clear()
    text = got.decode("utf-8", "replace")
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = None
    return Answer(response.status, response.headers, body if isinstance(body, dict) else {}, text)


def silence(error: Exception, asked: Asked) -> NetworkFailure:
    """The failure of a call that brought no answer: only one that never left is certain not to have been done."""
    words = type(error).__name__
    if never_sent(error):
        return TryLater("unreachable", utcnow() + SOON, words, scope="server")
    if asked.once:
        return Unconfirmed("no_answer", words)
    return TryLater("no_answer", utcnow() + SOON, words, scope="server")


def unclear(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure of an answer that says neither yes nor no (5xx, a redirect, 408)."""
    if asked.once:
        return Unconfirmed("no_clear_answer", answer.detail)
    return TryLater("unavailable", utcnow() + SOON, answer.detail, scope="server")


def malformed(answer: Answer, asked: Asked) -> NetworkFailure:
    """The failure of a success that lacks what it should have brought."""
    if asked.once:
        return Unconfirmed("no_id", answer.detail)
    return TryLater("malformed", utcnow() + SOON, answer.detail, scope="server")


def never_sent(error: Exception) -> bool:
    """Whether the connection was never made, so that not a byte of the request left. The error may be of `requests`,
    which requests-oauthlib calls with, or of urllib3.
    """
    cause = error.args[0] if isinstance(error, requests.RequestException) and error.args else error
    reason = getattr(cause, "reason", cause)
    inner = reason.args[0] if isinstance(reason, Exception) and reason.args else None
    return (
        isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError | ValueError)
        or isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)
        or isinstance(inner, ssl.SSLCertVerificationError)
    )


def clean_detail(words: str) -> str:
    """Words of a network as they may be kept and shown: short, without anything that looks like a token."""
    return _SECRET.sub("***", words[:2000])[:500]


def next_midnight(key: str) -> datetime:
    """Shortly after the coming 00:00 UTC, when daily counters start anew; `key` decides how shortly."""
    today = utcnow().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1, seconds=spread(key, _SPREAD))


def spread(key: str, seconds: int) -> int:
    """Between 0 and `seconds`, always the same for a key: so that those who wait do not all come back at once."""
    return zlib.crc32(key.encode()) % max(seconds, 1)


def retry_moment(seconds: float, key: str, longest: timedelta = timedelta(days=1)) -> datetime:
    """A moment so many seconds from now, a little later for some than for others; at most `longest` away."""
    wait = min(max(seconds, 1.0), longest.total_seconds())
    return utcnow() + timedelta(seconds=wait + spread(key, max(int(wait / 10), 2)))


def seconds_of(value: object) -> datetime | None:
    """The moment so many seconds from now, for a lifetime in a token answer; None for what is no lifetime."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10**9:
        return utcnow() + timedelta(seconds=int(value))
    return None
