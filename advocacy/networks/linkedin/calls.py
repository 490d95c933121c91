"""Calls to LinkedIn: one connection for a group of them, our time limits, no redirect followed, nothing logged."""

import json
import time
from types import TracebackType
from typing import Any, Self

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from advocacy.networks.linkedin.answers import Answer, Asked, failure_of, silence
from advocacy.sealing import Secret
from config.settings import Settings

CONNECT_SECONDS = 5.0
LONGEST_ANSWER = 1_000_000


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
    """A group of calls with one member's token, or with none."""

    def __init__(self, settings: Settings, token: Secret | None = None) -> None:
        self._settings, self._auth, self._session = settings, Bearer(token), requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._session.close()

    def rest(self, method: str, path: str, asked: Asked, content: dict[str, Any] | None = None) -> Answer:
        """A call of the versioned API, `path` as it is to stand in the address; `content` goes as JSON. See `send`."""
        headers = {
            "LinkedIn-Version": self._settings.linkedin_version,
            "X-Restli-Protocol-Version": "2.0.0",
            "Content-Type": "application/json",
        }
        data = None if content is None else json.dumps(content).encode()
        return self.send(method, f"{self._settings.linkedin_api_url}/rest/{path}", asked, headers=headers, data=data)

    def send(self, method: str, url: str, asked: Asked, **options: Any) -> Answer:
        """The answer, whatever its status. Without one raises TryLater, or Unconfirmed if it was to be asked once."""
        limits = (CONNECT_SECONDS, self._settings.network_seconds)
        try:
            response = self._session.request(
                method, url, auth=self._auth, timeout=limits, allow_redirects=False, stream=True, **options
            )
        except requests.RequestException as error:
            raise silence(error, asked) from None
        with response:
            return read_answer(response, self._settings.network_seconds)


def read_answer(response: requests.Response, seconds: float) -> Answer:
    """An answer whose head has come, with as much of its body as comes within `seconds` and a size no error needs."""
    until, got = time.monotonic() + seconds, bytearray()
    try:
        while len(got) < LONGEST_ANSWER and time.monotonic() < until:
            piece = response.raw.read1(65536, decode_content=True)
            if not piece:
                break
            got += piece
    except (HTTPError, OSError):
        got.clear()
    text = got.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    return Answer(response.status_code, response.headers, body if isinstance(body, dict) else {}, text)


def must(answer: Answer, asked: Asked, *statuses: int) -> Answer:
    """The answer if its status is one of these. Raises the failure it stands for otherwise."""
    if answer.status not in statuses:
        raise failure_of(answer, asked)
    return answer
