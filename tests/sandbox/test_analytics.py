"""Figures for the author: their shape by version, and what asking wrongly brings."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from advocacy.networks.sandbox import Sandbox
from tests.sandbox.application import Member, admin, new_member

PATH = "/rest/memberCreatorPostAnalytics"
FIGURES = {
    "impressions": 1204,
    "members_reached": 900,
    "reactions": 31,
    "comments": 4,
    "reshares": 2,
    "link_clicks": 57,
}


@pytest.fixture
def urn(sandbox: Sandbox, ada: Member) -> str:
    body = {"member": ada.sub, "commentary": "Old", "source": "https://a.example", "quiet": True, "figures": FIGURES}
    return str(admin(sandbox, "POST", "/posts", body | {"published_at": "2026-11-01T08:00:00+00:00"})["urn"])


def test_one_metric_a_call(ada: Member, urn: str) -> None:
    answer = ada.figure(urn)
    assert answer.status_code == 200
    assert answer.json() == {
        "paging": {"start": 0, "count": 10, "links": []},
        "elements": [{"count": 1204, "metricType": "IMPRESSION", "targetEntity": {"share": urn}}],
    }
    assert ada.count(urn, "MEMBERS_REACHED") == 900
    assert ada.count(urn, "REACTION") == 31
    assert ada.count(urn, "COMMENT") == 4
    assert ada.count(urn, "RESHARE") == 2
    assert ada.count(urn, "LINK_CLICKS") == 57
    assert ada.count(urn, "PREMIUM_CTA_CLICKS") == 0


def test_the_shape_depends_on_the_version(serve: Callable[..., Sandbox]) -> None:
    sandbox = serve(versions="202506-202608")
    ada = new_member(sandbox)
    urn = admin(sandbox, "POST", "/posts", {"member": ada.sub, "commentary": "x", "published_at": "2026-01-01"})["urn"]
    union = "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1"
    old = ada.figure(urn, **{"LinkedIn-Version": "202604"}).json()["elements"][0]
    assert old["metricType"] == {union: "IMPRESSION"}
    assert ada.figure(urn, "POST_SAVE", **{"LinkedIn-Version": "202604"}).status_code == 200
    assert ada.figure(urn, "POST_SAVE", **{"LinkedIn-Version": "202603"}).status_code == 400
    assert ada.figure(urn, "REACTION", **{"LinkedIn-Version": "202506"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=entity&entity=%28share:{urn}%29&queryType=IMPRESSION",
        "q=entity&entity=(share:{plain})&queryType=IMPRESSION",
        "q=entity&entity=(share%3A{urn})&queryType=IMPRESSION",
        "q=entity&entity=(ugcPost:{urn})&queryType=IMPRESSION",
        "q=entity&entity=(ugc:{urn})&queryType=IMPRESSION",
        "q=entity&entity={urn}&queryType=IMPRESSION",
        "q=entity&queryType=IMPRESSION",
        "q=author&entity=(share:{urn})&queryType=IMPRESSION",
        "q=me&entity=(share:{urn})&queryType=IMPRESSION",
        "q=entity&entity=(share:{urn})",
        "q=entity&entity=(share:{urn})&queryType=LIKES",
        "q=entity&entity=(share:{urn})&queryType=IMPRESSION,REACTION",
        "q=entity&entity=(share:{urn})&queryType=IMPRESSION&queryType=REACTION",
        "q=entity&entity=(share:{urn})&queryType=IMPRESSION&aggregation=DAILY",
        "q=entity&entity=(share:{urn})&queryType=IMPRESSION&fields=count",
    ],
)
def test_the_query_is_read_strictly(ada: Member, urn: str, query: str) -> None:
    answer = ada.call("GET", f"{PATH}?{query.format(urn=quote(urn, safe=''), plain=urn)}")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_INVALID")


def test_all_posts_together(sandbox: Sandbox, ada: Member, urn: str) -> None:
    admin(sandbox, "POST", "/posts", {"member": ada.sub, "commentary": "2", "quiet": True, "figures": {"reactions": 9}})
    sandbox.advance(6)
    element = ada.call("GET", f"{PATH}?q=me&queryType=REACTION").json()["elements"][0]
    assert element == {"count": 40, "metricType": "REACTION"}


def test_no_data_is_not_zero(sandbox: Sandbox, ada: Member) -> None:
    urn = ada.posted()
    assert ada.figure(urn).json()["elements"] == []
    sandbox.advance(6)
    assert ada.count(urn, "IMPRESSION") == 0
    ada.call("DELETE", f"/rest/posts/{quote(urn, safe='')}")
    assert ada.figure(urn).json()["elements"] == []
    assert ada.figure("urn:li:share:1").json()["elements"] == []


def test_figures_are_for_the_author_with_the_scope(sandbox: Sandbox, urn: str) -> None:
    assert new_member(sandbox, "Ben Ortiz").figure(urn).status_code == 403
    refused = new_member(sandbox, "Cleo Duval", scope="w_member_social").figure(urn)
    assert (refused.status_code, refused.json()["code"]) == (403, "ACCESS_DENIED")


def test_the_development_tier_has_its_own_budget(serve: Callable[..., Sandbox]) -> None:
    sandbox = serve(daily_analytics_limit=1, daily_member_limit=1)
    ada = new_member(sandbox)
    urn = ada.posted()
    assert ada.figure(urn).status_code == 200
    assert ada.figure(urn).status_code == 429


def test_followers_are_counted(ada: Member) -> None:
    answer = ada.call("GET", "/rest/memberFollowersCount?q=me")
    assert answer.json()["elements"] == [{"memberFollowersCount": 400}]
    assert ada.call("GET", "/rest/memberFollowersCount").status_code == 400
