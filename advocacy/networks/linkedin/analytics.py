"""What LinkedIn tells an author about one post: five figures, one question each."""

from urllib.parse import quote

from advocacy.networks.base import METRICS, Credentials, Figures
from advocacy.networks.linkedin.rest import must, rest
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from config.settings import Settings

READING = "r_member_postAnalytics"
QUESTIONS = {
    "impressions": "IMPRESSION",
    "reach": "MEMBERS_REACHED",
    "reactions": "REACTION",
    "comments": "COMMENT",
    "reshares": "RESHARE",
}


def measure(settings: Settings, credentials: Credentials, external_id: str) -> Figures:
    """The figures of a member's post, all None where the app may not ask. Raises TryLater, Reconnect, Rejected."""
    values: dict[str, int | None] = dict.fromkeys(METRICS)
    asked = Asked(key=external_id)
    key = "ugc" if ":ugcPost:" in external_id else "share"
    # The parentheses and the first colon of this union stay as they are: built by hand, not by an encoder.
    entity = f"({key}:{quote(external_id, safe='')})"
    with Calls(settings, credentials.access_token) as calls:
        for metric, query in QUESTIONS.items():
            path = f"memberCreatorPostAnalytics?q=entity&entity={entity}&queryType={query}&aggregation=TOTAL"
            answer = must(rest(calls, "GET", path, asked), asked, 200, 403, 404)
            if answer.status != 200:
                break  # not provisioned for this app: asking the other questions would only spend its budget
            values[metric] = count_in(answer, query, asked)
    return Figures(values, f"linkedin/{settings.linkedin_version}")


def count_in(answer: Answer, query: str, asked: Asked) -> int | None:
    """The count of one metric; None while LinkedIn has none, which is not zero. Raises TryLater for another shape."""
    elements = answer.body.get("elements")
    if not isinstance(elements, list):
        raise malformed(answer, asked)
    for element in elements:
        count = element.get("count") if isinstance(element, dict) else None
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0 and metric_of(element) == query:
            return count
    return None


def metric_of(element: dict[str, object]) -> object:
    """The metric's name: plain since version 202605, wrapped in a union of one before."""
    given = element.get("metricType")
    return next(iter(given.values()), None) if isinstance(given, dict) else given
