"""The client, over real HTTP: it speaks the format, and every way of failing has its one name."""

import json
import socket
from collections.abc import Callable

import pytest
import structlog

from advocacy.completions import LARGEST_ANSWER, LARGEST_QUESTION, NoAnswer, complete, find_endpoint
from config.settings import Settings
from tests.assistant_server import KEY, AssistantServer, completion

MESSAGES = [{"role": "system", "content": "Do this."}, {"role": "user", "content": "{}"}]


def reason() -> tuple[str, int | None]:
    with pytest.raises(NoAnswer) as caught:
        complete(MESSAGES)
    return caught.value.reason, caught.value.retry_after


def test_a_question_and_its_answer(assistant: AssistantServer) -> None:
    assistant.answer("Whatever I say")
    assert complete(MESSAGES) == "Whatever I say"
    [asked] = assistant.asked
    assert asked.body == {"model": "tiny-1", "messages": MESSAGES, "stream": False}
    assert asked.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"Retry_After": "7"}, ("busy", 7)),
        (429, {}, ("busy", None)),
        (503, {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, ("busy", None)),
        (503, {"Retry_After": "99999"}, ("busy", 3600)),
        (500, {}, ("busy", None)),
        (400, {}, ("refused", None)),
        (401, {}, ("refused", None)),
        (404, {}, ("refused", None)),
        (204, {}, ("refused", None)),
    ],
)
def test_each_status_has_its_reason(
    assistant: AssistantServer, status: int, headers: dict[str, str], expected: tuple[str, int | None]
) -> None:
    assistant.status(status, **headers)
    assert reason() == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><h1>It works</h1></html>",
        b"{",
        b"[]",
        b"null",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"text": "old format"}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_what_is_no_completion_is_unreadable(assistant: AssistantServer, body: bytes) -> None:
    assistant.raw(body)
    assert reason() == ("unreadable", None)


def test_too_much_and_too_little_are_unreadable(assistant: AssistantServer) -> None:
    assistant.raw(json.dumps(completion("x" * LARGEST_ANSWER)).encode())
    assert reason()[0] == "unreadable"
    assistant.cut()
    assert reason()[0] == "unreadable"


def test_a_redirect_is_not_followed(assistant: AssistantServer) -> None:
    assistant.behave(lambda to, _body: to.send(307, b"", Location=f"{assistant.url}/chat/completions"))
    assert reason()[0] == "refused"
    assert assistant.hits == 1


@pytest.mark.parametrize("manner", ["hold", "drip"])
def test_time_is_bounded(assistant: AssistantServer, set_environment: Callable[..., None], manner: str) -> None:
    set_environment(RELAIS_ASSISTANT_TIMEOUT="0.4")
    getattr(assistant, manner)()
    assert reason() == ("too_slow", None)


def test_nobody_there_is_absent(assistant: AssistantServer, set_environment: Callable[..., None]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    set_environment(RELAIS_ASSISTANT_URL=f"http://127.0.0.1:{port}/v1")
    assert reason()[0] == "absent"


def test_without_settings_there_is_none(set_environment: Callable[..., None]) -> None:
    set_environment(RELAIS_ASSISTANT_URL=None)
    assert find_endpoint() is None
    assert reason()[0] == "absent"
    set_environment(RELAIS_ASSISTANT_URL="")
    assert find_endpoint() is None


def test_a_question_that_is_too_large_does_not_leave(assistant: AssistantServer) -> None:
    with pytest.raises(NoAnswer, match="refused"):
        complete([{"role": "system", "content": "x"}, {"role": "user", "content": "x" * LARGEST_QUESTION}])
    assert assistant.hits == 0


def test_the_key_is_in_no_text(assistant: AssistantServer) -> None:
    assistant.status(401)
    with structlog.testing.capture_logs() as logs, pytest.raises(NoAnswer) as caught:
        complete(MESSAGES)
    assert KEY not in f"{logs}{caught.value!r}{find_endpoint()!r}{caught.value.__cause__!r}"
    assert find_endpoint() is not None


def test_a_server_without_a_key_is_sent_none(assistant: AssistantServer, set_environment: Callable[..., None]) -> None:
    set_environment(RELAIS_ASSISTANT_KEY=None)
    assert reason()[0] == "refused"
    assert assistant.flaws == ["invalid api key"]
    assistant.flaws.clear()


@pytest.mark.parametrize("url", ["ftp://host/v1", "localhost:11434", "https://", "/v1"])
def test_an_address_that_is_none_is_said_at_the_start(
    set_environment: Callable[..., None], url: str, environment: dict[str, str]
) -> None:
    set_environment(RELAIS_ASSISTANT_URL=url, RELAIS_ASSISTANT_MODEL="tiny")
    with pytest.raises(ValueError, match="RELAIS_ASSISTANT_URL"):
        Settings()


def test_an_address_needs_a_model(set_environment: Callable[..., None], environment: dict[str, str]) -> None:
    set_environment(RELAIS_ASSISTANT_URL="http://127.0.0.1:11434/v1/", RELAIS_ASSISTANT_MODEL=None)
    with pytest.raises(ValueError, match="RELAIS_ASSISTANT_MODEL"):
        Settings()
    set_environment(RELAIS_ASSISTANT_MODEL="tiny")
    assert Settings().assistant_url == "http://127.0.0.1:11434/v1"
