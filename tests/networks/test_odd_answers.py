"""Answers that the sandbox never gives: word for word as they may come over the wire."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from advocacy.networks.base import Credentials, Duplicate, NetworkFailure, Prepared, Rejected, TryLater, Unconfirmed
from advocacy.networks.linkedin import LinkedIn
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.conftest import outgoing
from tests.networks.contract.samples import jpeg

MEMBER = Credentials("m1", Secret("t0ken"), ("w_member_social", "r_member_postAnalytics"))
CREATED = "HTTP/1.1 201 Created\r\nx-restli-id: {id}\r\nContent-Length: {length}\r\n\r\n"


def _read(connection: socket.socket) -> str:
    """A whole request, in however many pieces it comes."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()


@contextmanager
def answering(*answers: str) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers to one connection each; its address, and the requests it read."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for answer in answers:
                connection, _ = server.accept()
                with connection:
                    asked.append(_read(connection))
                    connection.sendall(answer.encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        thread.join(timeout=5)


def refusal(status: str, body: object) -> str:
    text = json.dumps(body)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}"


DUPLICATE = {
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "Content is a duplicate of urn:li:share:7141000000000000000",
    "errorDetails": {
        "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    },
    "status": 422,
}


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (CREATED.format(id="urn:li:person:1", length=0), Unconfirmed, "no_id"),
        (CREATED.format(id="", length=0), Unconfirmed, "no_id"),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            Unconfirmed,
            "no_clear_answer",
        ),
        ("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", Unconfirmed, "no_clear_answer"),
        ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", Unconfirmed, "no_clear_answer"),
        ("HTTP/1.1 422 Unprocessable\r\nContent-Length: 90\r\n\r\n{cut", Rejected, "refused"),
        ("what is this\r\n\r\n", Unconfirmed, "no_answer"),
        (refusal("422 Unprocessable", DUPLICATE), Duplicate, "duplicate"),
        (refusal("422 Unprocessable", {"code": "DUPLICATE_POST"}), Rejected, "duplicate"),
        (refusal("400 Bad Request", {"code": "FIELD_LENGTH_TOO_LONG", "message": "x"}), Rejected, "too_long"),
        (refusal("400 Bad Request", {"message": "EXPIRED_UPLOAD_URL"}), TryLater, "media_gone"),
        (refusal("400 Bad Request", [1, 2]), Rejected, "refused"),
    ],
)
def test_an_odd_answer_to_a_create(
    make_settings: Callable[..., Settings], answer: str, failure: type[NetworkFailure], reason: str
) -> None:
    with answering(answer) as (url, _), pytest.raises(NetworkFailure) as raised:
        LinkedIn(make_settings(linkedin_api_url=url)).publish(MEMBER, outgoing(), Prepared())
    assert (type(raised.value), raised.value.reason) == (failure, reason)


def test_a_post_is_made_once_its_id_is_read(make_settings: Callable[..., Settings]) -> None:
    cut = CREATED.format(id="urn:li:ugcPost:7300", length=100) + "half"
    with answering(cut) as (url, asked):
        published = LinkedIn(make_settings(linkedin_api_url=url)).publish(MEMBER, outgoing("Hi (you)"), Prepared())
    assert published.external_id == "urn:li:ugcPost:7300"
    head = asked[0].lower()
    for line in ("authorization: bearer t0ken", "linkedin-version: 202608", "x-restli-protocol-version: 2.0.0"):
        assert line in head
    assert '"Hi \\\\(you\\\\)"' in asked[0]


def test_the_token_is_not_carried_to_another_place(make_settings: Callable[..., Settings]) -> None:
    value = {"uploadUrl": "http://elsewhere.example/put", "image": "urn:li:image:1"}
    with answering(refusal("200 OK", {"value": value})) as (url, _), pytest.raises(TryLater, match="malformed"):
        LinkedIn(make_settings(linkedin_api_url=url)).prepare(MEMBER, outgoing(image=jpeg()))


def test_what_looks_like_a_token_is_not_repeated(make_settings: Callable[..., Settings]) -> None:
    body = {"message": f"bad {'AQX' + 'a' * 60} and eyJhbGciOiJI.eyJzdWIi.c2ln " + "w " * 900}
    with answering(refusal("403 Forbidden", body)) as (url, _), pytest.raises(Rejected) as raised:
        LinkedIn(make_settings(linkedin_api_url=url)).publish(MEMBER, outgoing(), Prepared())
    assert raised.value.detail.startswith("403 bad *** and *** w w")
    assert len(raised.value.detail) <= 500


def test_the_key_of_the_older_kind_of_post(make_settings: Callable[..., Settings]) -> None:
    with answering(refusal("404 Not Found", {})) as (url, asked):
        LinkedIn(make_settings(linkedin_api_url=url)).measure(MEMBER, "urn:li:ugcPost:7300")
    assert "?q=entity&entity=(ugc:urn%3Ali%3AugcPost%3A7300)&queryType=IMPRESSION&aggregation=TOTAL " in asked[0]
