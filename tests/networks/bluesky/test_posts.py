"""Posts under keys of our own: what they show, what a lost answer leaves, what the network says no to."""

import random
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from advocacy.clock import utcnow
from advocacy.networks.base import (
    Credentials,
    Kind,
    NetworkFailure,
    Prepared,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
    Unsettled,
)
from advocacy.networks.bluesky.answers import failure_of
from advocacy.networks.wire import Answer, Asked
from tests.networks.bluesky.conftest import Sky
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.contract.stage import picture_of

CREATE, RESOLVE = "/xrpc/com.atproto.repo.createRecord", "/xrpc/com.atproto.identity.resolveHandle"


def record_of(sky: Sky) -> dict[str, Any]:
    """The only post's record."""
    [post] = sky.posts()
    return dict(post["record"])


def test_it_is_dated_when_it_goes_out(sky: Sky, ada: Credentials) -> None:
    sky.publish(ada, sky.outgoing("Planned long ago", made_at=utcnow() - timedelta(days=9)))
    dated = datetime.fromisoformat(record_of(sky)["createdAt"])
    assert abs(dated - utcnow()) < timedelta(seconds=30)
    assert record_of(sky)["langs"] == ["en"]


def test_mentions_become_people_and_the_unknown_stay_text(sky: Sky, ada: Credentials) -> None:
    bo = sky.person("Bo")
    sky.publish(ada, sky.outgoing(f"Hello @{bo.handle} and @nobody.test #news"))
    features = [facet["features"][0] for facet in record_of(sky)["facets"]]
    assert [feature.get("did") or feature.get("tag") for feature in features] == [bo.id, "news"]


def test_a_resolver_in_trouble_keeps_no_post_from_going(sky: Sky, ada: Credentials) -> None:
    sky.ask("faults", method="GET", path=RESOLVE, kind="500", times=9)
    sky.publish(ada, sky.outgoing("Hello @nobody.test"))
    assert "facets" not in record_of(sky)


def test_a_card_with_its_picture(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("Read", link="https://relais.test/s/x", link_title="T" * 400, pictures=(picture_of(jpeg()),))
    sky.publish(ada, share)
    card = record_of(sky)["embed"]["external"]
    assert (card["uri"], card["title"], card["description"]) == ("https://relais.test/s/x", "T" * 300, "")
    assert card["thumb"]["mimeType"] == "image/jpeg"


def test_a_card_without_title_is_named_by_its_host(sky: Sky, ada: Credentials) -> None:
    sky.publish(ada, sky.outgoing("Read", link="https://relais.test/s/x"))
    assert record_of(sky)["embed"]["external"]["title"] == "relais.test"


def test_a_quote_with_pictures(sky: Sky, ada: Credentials) -> None:
    url, original = sky.original()
    assert sky.adapter.reshareable(url) == original
    sky.publish(ada, sky.outgoing("Ours", reshare_of=original, pictures=(picture_of(jpeg(), "A door"),)))
    post = sky.posts()[-1]
    assert (post["reshare_of"], post["pictures"]) == (original, ["A door"])


def test_a_post_by_handle_can_be_quoted_and_one_that_is_gone_cannot(sky: Sky, ada: Credentials) -> None:
    published = sky.publish(ada, sky.outgoing("News"))
    by_handle = sky.adapter.reshareable(published.url.replace(ada.external_id, ada.handle))
    assert by_handle is not None
    sky.publish(ada, sky.outgoing("Look", key="another", reshare_of=by_handle))
    assert sky.posts()[-1]["reshare_of"] == published.external_id
    sky.adapter.remove(ada, published.external_id)
    with pytest.raises(Rejected, match="not_reshareable"):
        sky.publish(ada, sky.outgoing("Look", key="third", reshare_of=by_handle))


@pytest.mark.parametrize(
    "link", ["https://bsky.test/profile/ada.test", "https://elsewhere.test/profile/ada.test/post/3k", "nonsense", ""]
)
def test_what_is_no_post_cannot_be_quoted(sky: Sky, link: str) -> None:
    assert sky.adapter.reshareable(link) is None


@pytest.mark.parametrize("kind", ["cut_after", "hang_after", "malformed"])
def test_a_lost_answer_is_settled_by_asking(sky: Sky, ada: Credentials, kind: str) -> None:
    share = sky.outgoing("Once")
    sky.fault("publish", kind, then="drop")
    with pytest.raises(Unconfirmed):
        sky.publish(ada, share)
    settled = sky.adapter.settle(ada, share, Prepared())
    assert settled is not None
    assert [settled.external_id] == [post["id"] for post in sky.posts()]


def test_a_second_call_under_the_same_key_makes_nothing_and_is_no_failure(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("Once")
    first = sky.publish(ada, share)
    with pytest.raises(Unconfirmed):
        sky.publish(ada, share)
    assert sky.adapter.settle(ada, share, Prepared()) == first
    assert len(sky.posts()) == 1


def test_what_was_not_made_is_said_not_to_be(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("Once")
    sky.fault("publish", "cut_before")
    with pytest.raises(Unconfirmed):
        sky.publish(ada, share)
    assert sky.adapter.settle(ada, share, Prepared()) is None


def test_settling_needs_no_living_session(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("Once")
    made = sky.publish(ada, share)
    sky.revoke(ada)
    assert sky.adapter.settle(ada, share, Prepared()) == made


def test_another_text_under_the_key_is_for_the_person(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("Once")
    made = sky.publish(ada, share)
    sky.standin.state.posts[made.external_id].facts["record"]["text"] = "Changed by another application"
    with pytest.raises(Unsettled):
        sky.adapter.settle(ada, share, Prepared())


@pytest.mark.parametrize("kind", ["500", "429", "cut_after", "malformed"])
def test_a_question_without_answer_is_asked_later(sky: Sky, ada: Credentials, kind: str) -> None:
    sky.ask("faults", method="GET", path="/xrpc/com.atproto.repo.getRecord", kind=kind)
    with pytest.raises(TryLater):
        sky.adapter.settle(ada, sky.outgoing("Once"), Prepared())


def test_a_server_that_knows_no_such_account_cannot_settle(sky: Sky, ada: Credentials) -> None:
    del sky.standin.state.members[ada.external_id]
    with pytest.raises(Unsettled):
        sky.adapter.settle(ada, sky.outgoing("Once"), Prepared())


def test_throttled_until_the_moment_the_header_names(sky: Sky, ada: Credentials) -> None:
    sky.fault("publish", "429")
    with pytest.raises(TryLater, match="throttled") as raised:
        sky.publish(ada, sky.outgoing("Now"))
    assert timedelta(minutes=9) < raised.value.after - utcnow() < timedelta(minutes=12)
    assert raised.value.scope == "account"


def test_a_blob_that_was_swept_away_is_uploaded_anew(sky: Sky, ada: Credentials) -> None:
    share = sky.outgoing("A door", pictures=(picture_of(jpeg()),))
    prepared = sky.prepare(ada, share)
    sky.standin.state.uploads.clear()
    with pytest.raises(TryLater, match="media_gone"):
        sky.adapter.publish(ada, share, prepared)
    sky.publish(ada, share)


def test_a_heavy_picture_is_made_lighter(sky: Sky, ada: Credentials) -> None:
    noise = Image.frombytes("RGB", (1400, 1400), random.Random(1).randbytes(1400 * 1400 * 3))
    heavy = encoded(noise)
    assert len(heavy) > 2_000_000
    sky.publish(ada, sky.outgoing("Noise", pictures=(picture_of(heavy),)))
    [image] = record_of(sky)["embed"]["images"]
    assert image["image"]["size"] <= 2_000_000


def encoded(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=98)
    return buffer.getvalue()


def test_what_is_no_picture_is_refused(sky: Sky, ada: Credentials) -> None:
    with pytest.raises(Rejected):
        sky.publish(ada, sky.outgoing("Hm", pictures=(picture_of(b"not a picture"),)))


def test_a_video_is_waited_for(sky: Sky, ada: Credentials, tmp_path: Path) -> None:
    sky.standin.video_seconds = 12.0
    try:
        share = sky.outgoing("Film", file=file_of(Kind.VIDEO, tmp_path))
        first = sky.adapter.prepare(ada, share)
        assert not first.complete and first.ready_at is not None and first.ready_at > utcnow()
        with pytest.raises(TryLater, match="media_gone"):
            sky.adapter.publish(ada, share, first)
        sky.publish(ada, share)
    finally:
        sky.standin.video_seconds = 0.0
    assert record_of(sky)["embed"]["video"]["mimeType"] == "video/mp4"
    assert sky.asked("/xrpc/app.bsky.video.uploadVideo") == [200, 409], "the same film is no new job"


def test_a_video_that_cannot_be_made_ready(sky: Sky, ada: Credentials, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="bad_video"):
        sky.publish(ada, sky.outgoing("Film", file=file_of(Kind.VIDEO, tmp_path, content=b"no film at all")))


def test_a_video_job_that_is_forgotten_begins_anew(sky: Sky, ada: Credentials, tmp_path: Path) -> None:
    share = sky.outgoing("Film", file=file_of(Kind.VIDEO, tmp_path))
    with pytest.raises(TryLater, match="media_gone"):
        sky.adapter.prepare(ada, share, Prepared({"job": "gone"}, complete=False))


def test_figures_are_what_everybody_sees(sky: Sky, ada: Credentials) -> None:
    post = sky.publish(ada, sky.outgoing("Count me"))
    figures = {"likeCount": 5, "replyCount": 2, "repostCount": 3, "quoteCount": 1}
    sky.standin.state.posts[post.external_id].figures = figures
    measured = sky.adapter.measure(ada, post.external_id).values
    assert measured == {"impressions": None, "reach": None, "reactions": 5, "comments": 2, "reshares": 4}
    sky.adapter.remove(ada, post.external_id)
    assert set(sky.adapter.measure(ada, post.external_id).values.values()) == {None}


@pytest.mark.parametrize("external_id", ["", "3k", "https://bsky.app/profile/x/post/3k"])
def test_what_is_no_record_is_not_removed(sky: Sky, ada: Credentials, external_id: str) -> None:
    with pytest.raises(Rejected):
        sky.adapter.remove(ada, external_id)


@pytest.mark.parametrize(
    ("status", "body", "expected", "reason"),
    [
        (400, {"error": "ExpiredToken", "message": "Token has expired"}, Reconnect, "expired"),
        (400, {"error": "ExpiredToken", "message": "Token has been revoked"}, Reconnect, "revoked"),
        (400, {"error": "InvalidToken", "message": "Token could not be verified"}, Reconnect, "token"),
        (401, {"error": "AccountDeactivated"}, Reconnect, "deactivated"),
        (401, {"error": "use_dpop_nonce"}, TryLater, "nonce"),
        (403, {"error": "ScopeMissingError"}, Reconnect, "scope"),
        (400, {"error": "ConcurrentWrites"}, TryLater, "busy"),
        (400, {"error": "InvalidRequest", "message": "Record already exists"}, Unconfirmed, "key_taken"),
        (400, {"error": "InvalidRequest", "message": "There is already a value at key: x"}, Unconfirmed, "key_taken"),
        (400, {"error": "InvalidRequest", "message": "no"}, Rejected, "refused"),
        (413, {"error": "PayloadTooLarge"}, Rejected, "file_too_large"),
        (302, {}, Unconfirmed, "no_clear_answer"),
        (408, {}, Unconfirmed, "no_clear_answer"),
        (502, {}, Unconfirmed, "no_clear_answer"),
    ],
)
def test_the_table(status: int, body: dict[str, str], expected: type[NetworkFailure], reason: str) -> None:
    found = failure_of(Answer(status, {}, body, ""), Asked(once=True))
    assert (type(found), found.reason) == (expected, reason)


def test_a_limit_of_the_server_holds_for_everybody(sky: Sky) -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 60)
    headers = {"RateLimit-Reset": reset, "RateLimit-Policy": "3000;w=300"}
    found = failure_of(Answer(429, headers, {}, ""), Asked())
    assert isinstance(found, TryLater)
    assert found.scope == "server"
