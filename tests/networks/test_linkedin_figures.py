"""Figures by the adapter: measured, or None; never a made-up zero."""

from collections.abc import Callable

import pytest

from advocacy.networks.base import METRICS, Credentials, NetworkFailure, Prepared, Reconnect, TryLater
from advocacy.networks.linkedin import LinkedIn
from advocacy.networks.linkedin.analytics import count_in
from advocacy.networks.linkedin.answers import Answer, Asked
from advocacy.networks.sandbox import serve_in_thread
from config.settings import Settings
from tests.networks.conftest import Member, Outside, outgoing

ANALYTICS = "/rest/memberCreatorPostAnalytics"
UNKNOWN = dict.fromkeys(METRICS)
FIGURES = {"impressions": 1204, "members_reached": 800, "reactions": 31, "comments": 4, "reshares": 0}


@pytest.fixture
def post(network: Outside, ada: Member) -> str:
    return str(network.ask("posts", member=ada.sub, commentary="Hello", quiet=True, figures=FIGURES)["urn"])


@pytest.mark.parametrize("version", ["202604", "202608"])
def test_five_figures_each_by_its_question(
    make_settings: Callable[..., Settings], network: Outside, ada: Member, post: str, version: str
) -> None:
    figures = LinkedIn(make_settings(linkedin_version=version)).measure(ada.credentials, post)
    assert figures.values == {"impressions": 1204, "reach": 800, "reactions": 31, "comments": 4, "reshares": 0}
    assert figures.source == f"linkedin/{version}"
    assert len([each for each in network.requests() if each["path"] == ANALYTICS]) == 5


def test_a_post_too_young_has_no_figures(make_settings: Callable[..., Settings]) -> None:
    with serve_in_thread(analytics_delay=3600) as young:
        member, adapter = Outside(young).member(), LinkedIn(make_settings(linkedin_api_url=young.url))
        urn = adapter.publish(member.credentials, outgoing(), Prepared()).external_id
        assert adapter.measure(member.credentials, urn).values == UNKNOWN


def test_without_the_scope_nothing_is_asked(linkedin: LinkedIn, network: Outside, ada: Member, post: str) -> None:
    member = Credentials(ada.sub, ada.credentials.access_token, ("w_member_social",))
    assert linkedin.measure(member, post).values == UNKNOWN
    assert network.requests() == []


@pytest.mark.parametrize("kind", ["403", "404"])
def test_not_provisioned_is_unknown_and_costs_one_call(
    linkedin: LinkedIn, network: Outside, ada: Member, post: str, kind: str
) -> None:
    network.fault(ANALYTICS, kind, times=-1)
    assert linkedin.measure(ada.credentials, post).values == UNKNOWN
    assert len([each for each in network.requests() if each["path"] == ANALYTICS]) == 1


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("429", TryLater),
        ("500", TryLater),
        ("503", TryLater),
        ("hang_before", TryLater),
        ("cut_after", TryLater),
        ("malformed", TryLater),
        ("expired_token", Reconnect),
    ],
)
def test_what_a_failed_question_means(
    linkedin: LinkedIn, network: Outside, ada: Member, post: str, kind: str, failure: type[NetworkFailure]
) -> None:
    network.fault(ANALYTICS, kind, then="drop")
    with pytest.raises(failure):
        linkedin.measure(ada.credentials, post)


def test_the_daily_budget(make_settings: Callable[..., Settings]) -> None:
    with serve_in_thread(daily_analytics_limit=3, analytics_delay=0) as frugal:
        member, adapter = Outside(frugal).member(), LinkedIn(make_settings(linkedin_api_url=frugal.url))
        urn = adapter.publish(member.credentials, outgoing(), Prepared()).external_id
        with pytest.raises(TryLater, match="throttled"):
            adapter.measure(member.credentials, urn)


def test_a_post_of_the_older_kind_is_asked_for_by_its_key(linkedin: LinkedIn, ada: Member) -> None:
    assert linkedin.measure(ada.credentials, "urn:li:ugcPost:7300").values == UNKNOWN


@pytest.mark.parametrize(
    ("elements", "count"),
    [
        ([], None),
        ([{"count": 0, "metricType": "COMMENT"}], 0),
        ([{"count": 5, "metricType": "REACTION"}], None),
        ([{"count": -1, "metricType": "COMMENT"}], None),
        ([{"count": True, "metricType": "COMMENT"}], None),
        ([{"count": "7", "metricType": "COMMENT"}], None),
        (["COMMENT", {"count": 3, "metricType": {"com.linkedin.x": "COMMENT"}}], 3),
    ],
)
def test_reading_a_count(elements: list[object], count: int | None) -> None:
    assert count_in(Answer(200, {}, {"elements": elements}, ""), "COMMENT", Asked()) == count
