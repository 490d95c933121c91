"""Faults by request: each kind does what it says, once, to whom it is meant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from advocacy.networks.sandbox import Sandbox
from tests.patience import eventually
from tests.sandbox.application import Member, admin, new_member


def fault(sandbox: Sandbox, kind: str, path: str = "/rest/posts", **more: Any) -> None:
    admin(sandbox, "POST", "/faults", {"path": path, "kind": kind, **more}, expect=201)


def standing(sandbox: Sandbox) -> int:
    return len(admin(sandbox, "GET", "/posts"))


def held(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(eventually(lambda: admin(sandbox, "GET", "/held"), within=30))


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor() as threads:
        yield threads


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("429", 429, "TOO_MANY_REQUESTS"),
        ("500", 500, "INTERNAL_SERVER_ERROR"),
        ("503", 503, "SERVICE_UNAVAILABLE"),
        ("403", 403, "ACCESS_DENIED"),
        ("404", 404, "RESOURCE_NOT_FOUND"),
        ("expired_token", 401, "EXPIRED_ACCESS_TOKEN"),
    ],
)
def test_a_status_is_answered_once_and_nothing_is_done(
    sandbox: Sandbox, ada: Member, kind: str, status: int, code: str
) -> None:
    fault(sandbox, kind, method="POST")
    answer = ada.post()
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert standing(sandbox) == 0
    assert admin(sandbox, "GET", "/faults") == []
    ada.posted()


def test_a_fault_finds_the_request_it_is_meant_for(sandbox: Sandbox, ada: Member) -> None:
    ben = new_member(sandbox, "Ben Ortiz")
    fault(sandbox, "500", member=ben.sub, times=2)
    fault(sandbox, "503", method="DELETE", path="/rest/posts/*")
    ada.posted()
    assert [ben.post().status_code for _ in range(3)] == [500, 500, 201]
    assert ada.call("DELETE", "/rest/posts/urn%3Ali%3Ashare%3A1").status_code == 503
    fault(sandbox, "500", times=-1)
    assert [ada.post(str(n)).status_code for n in range(3)] == [500] * 3
    admin(sandbox, "DELETE", "/faults")
    ada.posted("after")


def test_the_token_endpoint_has_faults_too(sandbox: Sandbox) -> None:
    fault(sandbox, "503", path="/oauth/v2/accessToken")
    assert requests.post(f"{sandbox.url}/oauth/v2/accessToken", data={}, timeout=10).status_code == 503
    assert requests.post(f"{sandbox.url}/oauth/v2/accessToken", data={}, timeout=10).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "500"},
        {"path": "/rest/posts", "kind": "on fire"},
        {"path": "/rest/posts", "kind": "500", "colour": "red"},
        {"path": "/rest/posts", "kind": "hang_before", "then": "explode"},
    ],
)
def test_an_unknown_fault_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    admin(sandbox, "POST", "/faults", wrong, expect=400)
    assert not admin(sandbox, "GET", "/faults"), "nothing of it is kept"


@pytest.mark.parametrize(("kind", "kept"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_connection_answers_nothing(sandbox: Sandbox, ada: Member, kind: str, kept: int) -> None:
    fault(sandbox, kind)
    with pytest.raises(requests.ConnectionError):
        ada.post()
    assert standing(sandbox) == kept
    assert [(entry["status"], entry["fault"]) for entry in admin(sandbox, "GET", "/requests")] == [(0, kind)]
    assert ada.post().status_code == (422 if kept else 201)


@pytest.mark.parametrize(("kind", "stage", "kept"), [("hang_before", "before", 0), ("hang_after", "after", 1)])
def test_a_held_request_stops_nobody_else_and_can_be_let_go(
    sandbox: Sandbox, ada: Member, pool: ThreadPoolExecutor, kind: str, stage: str, kept: int
) -> None:
    fault(sandbox, kind)
    waiting = pool.submit(ada.post)
    (hold,) = held(sandbox)
    assert (hold["method"], hold["path"], hold["stage"]) == ("POST", "/rest/posts", stage)
    assert standing(sandbox) == kept
    new_member(sandbox, "Ben Ortiz").posted()
    assert not waiting.done()
    admin(sandbox, "POST", "/faults/release")
    assert waiting.result(10).status_code == 201
    assert standing(sandbox) == 2
    assert admin(sandbox, "GET", "/held") == []


@pytest.mark.parametrize(("kind", "kept"), [("hang_before", 0), ("hang_after", 1)])
def test_a_held_request_can_be_dropped(
    sandbox: Sandbox, ada: Member, pool: ThreadPoolExecutor, kind: str, kept: int
) -> None:
    fault(sandbox, kind, then="drop")
    waiting = pool.submit(ada.post)
    held(sandbox)
    admin(sandbox, "POST", "/faults/release")
    with pytest.raises(requests.ConnectionError):
        waiting.result(10)
    assert standing(sandbox) == kept


@pytest.mark.parametrize("kind", ["hang_before", "slow"])
def test_a_hold_ends_by_itself(sandbox: Sandbox, ada: Member, kind: str) -> None:
    fault(sandbox, kind, seconds=0.05)
    ada.posted()
    assert standing(sandbox) == 1


def test_a_malformed_answer_hides_what_was_done(sandbox: Sandbox, ada: Member) -> None:
    fault(sandbox, "malformed")
    answer = ada.post()
    assert (answer.status_code, answer.headers.get("x-restli-id")) == (201, None)
    assert standing(sandbox) == 1
    fault(sandbox, "malformed", path="/v2/userinfo")
    broken = ada.call("GET", "/v2/userinfo")
    assert broken.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        broken.json()


def test_a_stop_drops_what_is_held(serve: Callable[..., Sandbox], pool: ThreadPoolExecutor) -> None:
    sandbox = serve()
    ada = new_member(sandbox)
    fault(sandbox, "hang_before", seconds=600)
    waiting = pool.submit(ada.post)
    held(sandbox)
    stopping = threading.Thread(target=sandbox.stop)
    stopping.start()
    with pytest.raises(requests.ConnectionError):
        waiting.result(10)
    stopping.join(10)
    assert not stopping.is_alive()
    with pytest.raises(requests.ConnectionError):
        ada.post()


def test_a_reset_forgets_everything(sandbox: Sandbox, ada: Member) -> None:
    ada.posted()
    fault(sandbox, "500")
    sandbox.advance(1000)
    admin(sandbox, "POST", "/reset")
    for path in ("/posts", "/members", "/faults", "/requests", "/held"):
        assert admin(sandbox, "GET", path) == []
    assert ada.post().status_code == 401
