"""The family's errors and usage headers: which failure each becomes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.clock import utcnow
from advocacy.networks.base import NetworkFailure, Reconnect, Rejected, TryLater, Unconfirmed
from advocacy.networks.meta import usage
from advocacy.networks.meta.answers import failure_of
from advocacy.networks.meta.insights import figures_of, metrics_in
from advocacy.networks.standins.threads import Threads as StandIn
from advocacy.networks.wire import Answer, Asked
from tests.networks.conftest import outgoing
from tests.networks.meta.conftest import Serve, connected, credentials_of, threads_at


def answered(code: int, subcode: int = 0, status: int = 400, message: str = "No", **more: Any) -> Answer:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
    if subcode:
        error["error_subcode"] = subcode
    return Answer(status, {}, {"error": error}, "")


REFUSALS = [
    (190, 463, Reconnect, "expired"),
    (190, 458, Reconnect, "revoked"),
    (190, 460, Reconnect, "revoked"),
    (190, 0, Reconnect, "token"),
    (102, 0, Reconnect, "token"),
    (4, 0, TryLater, "throttled"),
    (17, 0, TryLater, "throttled"),
    (32, 0, TryLater, "throttled"),
    (613, 0, TryLater, "throttled"),
    (80001, 0, TryLater, "throttled"),
    (80014, 0, TryLater, "throttled"),
    (9, 2207042, TryLater, "quota"),
    (100, 1390008, TryLater, "throttled"),
    (506, 0, Rejected, "duplicate"),
    (100, 1366051, Rejected, "duplicate"),
    (100, 1346003, Rejected, "content_refused"),
    (100, 1404102, Rejected, "content_refused"),
    (100, 1404078, Rejected, "restricted"),
    (100, 4854002, Rejected, "restricted"),
    (100, 1609008, Rejected, "link_refused"),
    (200, 0, Rejected, "not_allowed"),
    (10, 0, Rejected, "not_allowed"),
    (-2, 2207003, TryLater, "media_not_fetched"),
    (9004, 2207052, TryLater, "media_not_fetched"),
    (36000, 2207004, Rejected, "bad_picture"),
    (36001, 2207005, Rejected, "bad_picture"),
    (36003, 2207009, Rejected, "bad_picture"),
    (36004, 2207010, Rejected, "too_long"),
    (24, 2207020, TryLater, "media_gone"),
    (24, 4279009, TryLater, "media_gone"),
    (352, 2207026, Rejected, "bad_video"),
    (9007, 2207027, TryLater, "media_processing"),
    (4, 2207051, Rejected, "restricted"),
    (25, 2207050, Rejected, "restricted"),
    (100, 2207051, Rejected, "restricted"),
    (10, 4279013, Rejected, "restricted"),
    (100, 33, Rejected, "gone"),
    (803, 0, Rejected, "gone"),
    (100, 0, Rejected, "refused"),
    (101, 0, TryLater, "client"),
]


@pytest.mark.parametrize(("code", "subcode", "kind", "reason"), REFUSALS)
def test_what_a_code_means(code: int, subcode: int, kind: type[NetworkFailure], reason: str) -> None:
    for asked in (Asked(), Asked(once=True)):
        failure = failure_of(answered(code, subcode), asked)
        assert (type(failure), failure.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("message", "kind", "reason"),
    [
        ("Error validating access token: Session has expired on Monday", Reconnect, "expired"),
        ("Error validating access token: The session is invalid", Reconnect, "token"),
        ("Param text must be at most 500 characters long.", Rejected, "too_long"),
        ("Invalid appsecret_proof provided in the API argument", TryLater, "client"),
    ],
)
def test_what_words_mean(message: str, kind: type[NetworkFailure], reason: str) -> None:
    failure = failure_of(answered(100, message=message), Asked())
    assert (type(failure), failure.reason) == (kind, reason)


def test_a_permission_that_is_named_is_for_the_person_to_give() -> None:
    words = "(#200) Requires pages_manage_posts permission to manage the object"
    assert failure_of(answered(200, message=words, status=403), Asked()).reason == "scope"


@pytest.mark.parametrize(("code", "more"), [(1, {}), (2, {}), (-1, {}), (100, {"is_transient": True})])
@pytest.mark.parametrize("status", [400, 500, 503])
def test_what_may_have_been_done_is_unconfirmed(code: int, more: dict[str, Any], status: int) -> None:
    assert isinstance(failure_of(answered(code, status=status, **more), Asked(once=True)), Unconfirmed)
    assert isinstance(failure_of(answered(code, status=status, **more), Asked()), TryLater)


def test_limits_of_the_app_hold_for_everybody() -> None:
    for code, scope in ((4, "app"), (341, "app"), (17, "account"), (80001, "account")):
        failure = failure_of(answered(code), Asked())
        assert isinstance(failure, TryLater)
        assert failure.scope == scope


def test_the_network_says_how_long_to_rest() -> None:
    said = {"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 90}]}
    answer = Answer(400, {"X-Business-Use-Case-Usage": json.dumps(said)}, {"error": {"code": 80001}}, "")
    failure = failure_of(answer, Asked())
    assert isinstance(failure, TryLater)
    assert timedelta(minutes=89) < failure.after - utcnow() < timedelta(minutes=110)


@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).map(json.dumps)
)
def test_any_usage_header_can_be_read(header: str) -> None:
    assert 0 <= usage.rest_said(header) <= 86_400


@given(
    st.dictionaries(
        st.sampled_from(["code", "error_subcode", "message", "is_transient"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers()),
    ),
    st.sampled_from([200, 301, 400, 401, 403, 404, 408, 429, 500, 503]),
)
def test_any_error_is_one_of_the_closed_set(error: dict[str, Any], status: int) -> None:
    assert isinstance(failure_of(Answer(status, {}, {"error": error}, ""), Asked(once=True)), NetworkFailure)


def test_above_nine_tenths_everybody_rests(serve: Serve) -> None:
    server = serve(StandIn)
    threads = threads_at(server.url)
    ada, bob = credentials_of(connected(threads)), credentials_of(connected(threads, name="Bob"))
    server.state.more["usage"] = (91, 1)
    waiting = threads.prepare(ada, outgoing("Words."))
    assert not waiting.complete and waiting.ready_at is not None
    assert waiting.ready_at - utcnow() > timedelta(minutes=9)
    before = len(server.log.entries_so_far())
    with pytest.raises(TryLater) as raised:
        threads.limits(bob)
    assert (raised.value.reason, raised.value.scope) == ("throttled", "app")
    assert len(server.log.entries_so_far()) == before


def test_an_account_rests_alone(serve: Serve) -> None:
    server = serve(StandIn)
    threads = threads_at(server.url)
    ada, bob = credentials_of(connected(threads)), credentials_of(connected(threads, name="Bob"))
    server.state.more["usage"] = (1, 95)
    threads.limits(ada)
    server.state.more["usage"] = (1, 1)
    with pytest.raises(TryLater) as raised:
        threads.limits(ada)
    assert raised.value.scope == "account"
    assert raised.value.after - utcnow() > timedelta(minutes=25)
    assert threads.limits(bob)


def test_a_metric_has_one_of_three_forms() -> None:
    data = [
        {"name": "a", "values": [{"value": 3}]},
        {"name": "b", "total_value": {"value": 4}},
        {"name": "c", "values": [{"value": {"paid": 1, "organic": 2}}]},
        {"name": "d", "values": []},
        {"name": "e", "values": [{"value": -1}]},
        {"name": "f", "values": [{"value": {"x": "?"}}]},
    ]
    metrics = metrics_in(Answer(200, {}, {"data": data}, ""), Asked())
    assert metrics == {"a": 3, "b": 4, "c": 3}
    values = figures_of(metrics, {"impressions": ("a", "b"), "reach": ("d",), "reactions": ("c", "x")})
    assert values == {"impressions": 7, "reach": None, "reactions": 3, "comments": None, "reshares": None}
