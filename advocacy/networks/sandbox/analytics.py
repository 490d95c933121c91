"""/rest/memberCreatorPostAnalytics and /rest/memberFollowersCount: figures for the author, one metric a call."""

import re
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from advocacy.networks.sandbox.checks import check_version, enter
from advocacy.networks.sandbox.errors import Refusal, access_denied
from advocacy.networks.sandbox.figures import OF_METRIC, figures_of, metric
from advocacy.networks.sandbox.members import find_member
from advocacy.networks.sandbox.network import Network, here
from advocacy.networks.sandbox.published import find_post

FIRST_METRICS = ("IMPRESSION", "MEMBERS_REACHED", "RESHARE", "REACTION", "COMMENT")
MORE_METRICS_SINCE = 202604
PLAIN_METRIC_TYPE_SINCE = 202605
METRIC_UNION = "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1"
ENTITY = re.compile(r"\((share|ugc):urn%3[Aa]li%3[Aa](share|ugcPost)%3[Aa](\d+)\)", re.ASCII)
TYPE_OF_KEY = {"share": "share", "ugc": "ugcPost"}

blueprint = Blueprint("analytics", __name__)


@blueprint.get("/rest/memberCreatorPostAnalytics")
def post_analytics() -> Response:
    """The count of one metric, for one own post or for all; no elements while there are no data."""
    token = enter("r_member_postAnalytics", "memberCreatorPostAnalytics.FINDER", limited="analytics")
    network = here()
    query = read_query(("q", "entity", "queryType", "aggregation"))
    query_type = read_query_type(query, check_version())
    if query.get("aggregation", "TOTAL") != "TOTAL":
        raise wrong_parameter("aggregation", "only TOTAL is supported for this request")
    member = find_member(network, token["sub"])
    if member is None:
        return paged([])
    if query.get("q") == "me" and "entity" not in query:
        rows = network.store.all("SELECT * FROM posts WHERE sub = ? AND deleted_at IS NULL", token["sub"])
        return paged(elements_of(network, rows, member, query_type, None))
    if query.get("q") != "entity":
        raise wrong_parameter("q", "must be me, or entity with an entity")
    target = read_entity(query.get("entity", ""))
    post = find_post(network, target["urn"])
    if post is not None and post["sub"] != token["sub"]:
        raise access_denied("memberCreatorPostAnalytics.FINDER-entity")
    rows = [post] if post is not None and post["deleted_at"] is None else []
    return paged(elements_of(network, rows, member, query_type, {target["key"]: target["urn"]}))


def elements_of(
    network: Network, posts: list[sqlite3.Row], member: sqlite3.Row, query_type: str, target: dict[str, str] | None
) -> list[dict[str, Any]]:
    """The one element with the sum over the posts old enough to have figures, or none."""
    now, delay = network.clock.now(), network.options.analytics_delay
    known = [post for post in posts if max(now - post["created_at"], post["age"]) >= delay]
    if not known:
        return []
    count = sum(metric(figures_of(network, post, member["followers"]), query_type) for post in known)
    plain = check_version() >= PLAIN_METRIC_TYPE_SINCE
    element: dict[str, Any] = {"count": count, "metricType": query_type if plain else {METRIC_UNION: query_type}}
    if target is not None:
        element["targetEntity"] = target
    return [element]


@blueprint.get("/rest/memberFollowersCount")
def followers_count() -> Response:
    """How many followers the member has."""
    token = enter("r_member_profileAnalytics", "memberFollowersCount.FINDER-me", limited="analytics")
    if read_query(("q",)) != {"q": "me"}:
        raise wrong_parameter("q", "must be me")
    member = find_member(here(), token["sub"])
    return paged([{"memberFollowersCount": member["followers"]}] if member is not None else [])


def read_query(allowed: tuple[str, ...]) -> dict[str, str]:
    """The query as it was written, undecoded; a parameter that is unknown or stands twice is refused."""
    query: dict[str, str] = {}
    for part in filter(None, request.query_string.decode("ascii", "replace").split("&")):
        name, _, value = part.partition("=")
        if name not in allowed or name in query:
            raise wrong_parameter(name, "is not a parameter of this request, or stands twice")
        query[name] = value
    return query


def read_query_type(query: dict[str, str], version: int) -> str:
    """The one metric asked for, if this version has it."""
    query_type = query.get("queryType", "")
    if query_type not in (OF_METRIC if version >= MORE_METRICS_SINCE else FIRST_METRICS):
        raise wrong_parameter("queryType", "must be one metric that this version has")
    return query_type


def read_entity(value: str) -> dict[str, str]:
    """A Rest.li union: literal parentheses and key, the URN percent-encoded. Raises Refusal for any other spelling."""
    found = ENTITY.fullmatch(value)
    if found is None or TYPE_OF_KEY[found[1]] != found[2]:
        raise wrong_parameter("entity", "must be (share:{encoded share URN}) or (ugc:{encoded ugcPost URN})")
    return {"key": found[1], "urn": f"urn:li:{found[2]}:{found[3]}"}


def wrong_parameter(name: str, why: str) -> Refusal:
    """A 400 that names the query parameter."""
    return Refusal(400, "PARAM_INVALID", f"Invalid query parameters passed to request: {name} {why}", service=100)


def paged(elements: list[dict[str, Any]]) -> Response:
    """The envelope of a finder."""
    return jsonify(paging={"start": 0, "count": 10, "links": []}, elements=elements)
