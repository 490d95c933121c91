"""X's posts: what it refuses and how we know it, media in steps, figures, limits, credits."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from advocacy import counting
from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Kind, NetworkFailure, Picture, Prepared, Rejected, TryLater, Unsettled
from advocacy.networks.standins.x import X as StandIn
from advocacy.networks.standins.x.weight import weight
from advocacy.networks.wire import Answer, Asked
from advocacy.networks.x import X
from advocacy.networks.x.answers import failure_of
from advocacy.networks.x.posts import figures_in
from tests.networks.conftest import outgoing
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.test_x_grants import Serve, connected, credentials_of, settings_at
from tests.networks.test_x_grants import serve as serve
from tests.networks.test_x_grants import server as server
from tests.networks.test_x_grants import x as x


@pytest.fixture
def ada(x: X) -> Credentials:
    return credentials_of(connected(x))


def post(x: X, member: Credentials, text: str = "Words of my own.", **values: Any) -> str:
    share = outgoing(text, **values)
    return x.publish(member, share, x.prepare(member, share)).external_id


def refused(x: X, member: Credentials, text: str, **values: Any) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as raised:
        post(x, member, text, **values)
    return raised.value


def test_its_terms_are_in_its_capabilities(x: X) -> None:
    says = x.capabilities
    assert says.asks_consent_to_match and says.own_words and not says.rewards_allowed
    assert "reach" not in says.figures
    assert says.prices["publish_link"] == 200_000


def test_the_same_words_again_are_refused(x: X, ada: Credentials, server: StandIn) -> None:
    post(x, ada)
    failure = refused(x, ada, "Words of my own.")
    assert (type(failure), failure.reason) == (Rejected, "duplicate")
    assert len(server.state.standing()) == 1


def test_one_cashtag_and_no_more(x: X, ada: Credentials) -> None:
    post(x, ada, "Is $ABC worth $12 or $12.50?")
    assert refused(x, ada, "Is $ABC better than $DEF?").reason == "cashtags"


def test_the_link_stands_in_the_text_and_counts(x: X, ada: Credentials, server: StandIn) -> None:
    link = "https://relais.test/s/" + "x" * 60
    post(x, ada, "a" * 255, link=link)
    assert server.state.standing()[0].text == "a" * 255 + "\n\n" + link
    assert refused(x, ada, "a" * 256, link=link).reason == "too_long"


@pytest.mark.parametrize(("text", "weighs"), [("word 🏻", 7), ("👍🏻", 2), ("a\ufe0f", 3), ("1\ufe0f\u20e3", 2)])
def test_signs_that_go_with_an_emoji_weigh_where_there_is_none(text: str, weighs: int) -> None:
    assert weight(text) == counting.count("weighted", text) == weighs


@given(
    st.lists(
        st.sampled_from(["word", "été", "日本", "👩🏽‍🚀", "🇫🇷", "e\u0301", "“q”", "ﬁ", "🏻", "a\ufe0f"])
        | st.text(max_size=5)
    )
)
def test_both_sides_weigh_alike(words: list[str]) -> None:
    text = " ".join(words)
    assert weight(text) == counting.count("weighted", text)


def test_an_unknown_outcome_is_for_a_person(x: X, ada: Credentials) -> None:
    with pytest.raises(Unsettled):
        x.settle(ada, outgoing(), Prepared())


def test_a_video_in_pieces(x: X, ada: Credentials, server: StandIn, tmp_path: Path) -> None:
    content = b"\0\0\0\x18ftyp" + bytes(9_000_000)
    film = outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path, content=content))
    prepared = x.prepare(ada, film)
    assert not prepared.complete and prepared.ready_at is not None
    with pytest.raises(TryLater) as raised:
        x.publish(ada, film, prepared)
    assert raised.value.reason == "media_gone"
    server.clock.advance(3)
    prepared = x.prepare(ada, film, prepared)
    assert not prepared.complete
    server.clock.advance(3)
    prepared = x.prepare(ada, film, prepared)
    assert prepared.complete
    x.publish(ada, film, prepared)
    assert [each["path"].rpartition("/")[2] for each in server.log.entries_so_far()].count("append") == 3


def test_a_video_that_x_cannot_use(x: X, ada: Credentials, server: StandIn, tmp_path: Path) -> None:
    film = outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path, content=b"no film at all" * 9))
    prepared = x.prepare(ada, film)
    server.clock.advance(10)
    with pytest.raises(Rejected) as raised:
        x.prepare(ada, film, prepared)
    assert raised.value.reason == "media_refused"


def test_uploads_end_and_are_sent_anew(x: X, ada: Credentials, server: StandIn) -> None:
    shown = outgoing(pictures=(Picture(jpeg, "A door"),))
    prepared = x.prepare(ada, shown)
    server.clock.advance(86_401)
    server.state.tokens[ada.access_token.reveal()].expires_at = None
    with pytest.raises(TryLater) as raised:
        x.publish(ada, shown, prepared)
    assert raised.value.reason == "media_gone"


@pytest.mark.parametrize("names", ["retweet_count", "repost_count"])
def test_figures_under_either_name(x: X, ada: Credentials, server: StandIn, names: str) -> None:
    server.names = names
    post_id = post(x, ada)
    counts = {"like_count": 3, "reply_count": 1, "repost_count": 2, "quote_count": 1, "impression_count": 900}
    requests.post(f"{server.url}/_sandbox/figures", json={"id": post_id, **counts}, timeout=5)
    values = x.measure(ada, post_id).values
    assert values == {"impressions": 900, "reach": None, "reactions": 3, "comments": 1, "reshares": 3}


def test_a_post_that_is_gone_is_told_beside_a_success(x: X, ada: Credentials) -> None:
    post_id = post(x, ada)
    x.remove(ada, post_id)
    with pytest.raises(Rejected) as raised:
        x.measure(ada, post_id)
    assert raised.value.reason == "gone"


def test_a_count_that_is_missing_is_no_zero() -> None:
    assert set(figures_in({"like_count": "3", "reply_count": True, "quote_count": 4}).values()) == {None}


def test_the_member_waits_as_long_as_x_says(x: X, ada: Credentials, server: StandIn) -> None:
    server.posts_in_15_minutes = 0
    failure = refused(x, ada, "One more.")
    assert isinstance(failure, TryLater)
    assert (failure.reason, failure.scope) == ("throttled", "account")
    assert utcnow() < failure.after <= utcnow() + timedelta(minutes=18)


def test_the_whole_app_waits_for_the_day(x: X, ada: Credentials, server: StandIn) -> None:
    server.posts_of_the_app_a_day = 0
    failure = refused(x, ada, "One more.")
    assert isinstance(failure, TryLater)
    assert (failure.reason, failure.scope) == ("throttled", "app")
    assert failure.after <= utcnow() + timedelta(hours=27)


def test_without_credits_nothing_goes_out(x: X, ada: Credentials, server: StandIn) -> None:
    requests.post(f"{server.url}/_sandbox/credits", json={"micros": 199_999}, timeout=5)
    failure = refused(x, ada, "With a link.", link="https://relais.test/s/x")
    assert isinstance(failure, TryLater)
    assert (failure.reason, failure.scope) == ("budget", "app")
    assert server.state.standing() == []
    post(x, ada, "Without a link, which is cheaper.")


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (402, {"title": "CreditsDepleted"}, TryLater, "budget"),
        (403, {"title": "UsageCapExceeded", "type": "https://api.x.com/2/problems/usage-capped"}, TryLater, "budget"),
        (403, {"detail": "You are not permitted to perform this action."}, Rejected, "not_allowed"),
        (403, {"detail": "User has been suspended"}, Rejected, "suspended"),
        (403, {"detail": "Your video is too long."}, Rejected, "file_too_large"),
        (403, {"detail": "Your Tweet text is too long."}, Rejected, "too_long"),
        (400, {"errors": [{"message": "Your media IDs are invalid."}]}, TryLater, "media_gone"),
        (400, {"detail": "One or more parameters to your request was invalid."}, Rejected, "refused"),
        (409, {}, Rejected, "refused"),
    ],
)
def test_the_table_of_refusals(status: int, body: dict[str, Any], kind: type, reason: str) -> None:
    failure = failure_of(Answer(status, {}, body, ""), Asked(once=True, key="k"))
    assert (type(failure), failure.reason) == (kind, reason)


@pytest.mark.parametrize("reset", ["", "soon", "-1", "9" * 40, "²"])
def test_an_odd_reset_is_no_reason_to_wait_for_ever(reset: str) -> None:
    failure = failure_of(Answer(429, {"x-rate-limit-reset": reset}, {}, ""), Asked(key="k"))
    assert isinstance(failure, TryLater)
    assert utcnow() < failure.after <= utcnow() + timedelta(hours=27)


def test_the_stand_in_takes_no_strange_keys(server: StandIn, ada: Credentials) -> None:
    bearer = {"Authorization": f"Bearer {ada.access_token.reveal()}"}
    strange = requests.post(f"{server.url}/2/tweets", json={"text": "x", "foo": 1}, headers=bearer, timeout=5)
    assert strange.status_code == 400
    assert "additional properties" in strange.text
    assert strange.headers["x-rate-limit-reset"].isdecimal()


def test_the_connection_is_paid_too(serve: Serve) -> None:
    server = serve()
    connected(X(settings_at(server)))
    assert requests.get(f"{server.url}/_sandbox/spent", timeout=5).json() == {"micros": 10_000}
