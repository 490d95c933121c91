"""Posting by the adapter, over HTTP: what goes well, and every way in which it does not."""

import socket
from collections.abc import Callable
from datetime import UTC, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from advocacy.clock import utcnow
from advocacy.networks.base import (
    Credentials,
    Duplicate,
    NetworkFailure,
    Prepared,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
)
from advocacy.networks.linkedin import LinkedIn
from advocacy.networks.sandbox import serve_in_thread
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.conftest import Member, Outside, outgoing

POSTS, IMAGES, UPLOADS = "/rest/posts", "/rest/images", "/dms-uploads/*"


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 21), "#005e66").save(buffer, "JPEG")
    return buffer.getvalue()


def test_text_alone(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    published = linkedin.publish(ada.credentials, outgoing("A (small) step_ #Relais\nEnd."), Prepared())
    [post] = network.posts(ada.sub)
    assert (post["commentary"], post["cut"], post["source"], post["images"]) == (
        "A (small) step_ #Relais\nEnd.",
        False,
        None,
        [],
    )
    assert published.external_id == post["urn"]
    assert published.url == linkedin.permalink(post["urn"]) == f"{network.url}/feed/update/{post['urn']}/"


@pytest.mark.parametrize(
    "text", ["👩‍🚀 Zoé’s day – naïve \u202f«fin» 🇫🇷", "हिन्दी #हिन्दी", "a\\b|c{d}e@f[g]h<i>j*k~l", "é" * 3000]
)
def test_any_writing_arrives_whole(linkedin: LinkedIn, network: Outside, ada: Member, text: str) -> None:
    linkedin.publish(ada.credentials, outgoing(text), Prepared())
    assert network.posts(ada.sub)[0]["commentary"] == text


def test_a_link_with_its_card(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    share = outgoing(link="https://relais.test/s/x", link_title="T" * 500, link_description="D", image=picture())
    prepared = linkedin.prepare(ada.credentials, share)
    linkedin.publish(ada.credentials, share, prepared)
    [post] = network.posts(ada.sub)
    assert (post["source"], post["title"], post["description"]) == ("https://relais.test/s/x", "T" * 400, "D")
    assert post["thumbnail"] == prepared.facts["image"]


def test_a_link_without_title_is_named_by_its_host(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    linkedin.publish(ada.credentials, outgoing(link="https://relais.test/s/x"), Prepared())
    assert network.posts(ada.sub)[0]["title"] == "relais.test"


def test_a_picture_without_link(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    share = outgoing(image=picture(), image_alt="A door")
    prepared = linkedin.prepare(ada.credentials, share)
    linkedin.publish(ada.credentials, share, prepared)
    assert network.posts(ada.sub)[0]["images"] == [prepared.facts["image"]]


def test_nothing_to_upload_asks_nothing(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    assert linkedin.prepare(ada.credentials, outgoing()) == Prepared()
    assert network.requests() == []


def test_a_picture_may_be_used_after_the_wait(make_settings: Callable[..., Settings], ada: Member) -> None:
    prepared = LinkedIn(make_settings(linkedin_image_wait=20)).prepare(ada.credentials, outgoing(image=picture()))
    assert prepared.ready_at is not None
    assert timedelta(seconds=15) < prepared.ready_at - utcnow() <= timedelta(seconds=20)


def failure_of(linkedin: LinkedIn, member: Member, **values: Any) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as raised:
        linkedin.publish(member.credentials, outgoing(**values), Prepared())
    return raised.value


@pytest.mark.parametrize(
    ("kind", "failure", "reason", "stands"),
    [
        ("403", Rejected, "not_allowed", 0),
        ("404", Rejected, "refused", 0),
        ("429", TryLater, "throttled", 0),
        ("500", Unconfirmed, "no_clear_answer", 0),
        ("503", Unconfirmed, "no_clear_answer", 0),
        ("expired_token", Reconnect, "expired", 0),
        ("cut_before", Unconfirmed, "no_answer", 0),
        ("cut_after", Unconfirmed, "no_answer", 1),
        ("malformed", Unconfirmed, "no_id", 1),
    ],
)
def test_what_a_failed_create_means(
    linkedin: LinkedIn,
    network: Outside,
    ada: Member,
    kind: str,
    failure: type[NetworkFailure],
    reason: str,
    stands: int,
) -> None:
    network.fault(POSTS, kind)
    found = failure_of(linkedin, ada)
    assert (type(found), found.reason) == (failure, reason)
    assert len(network.posts(ada.sub)) == stands


@pytest.mark.parametrize(("kind", "stands"), [("hang_before", 0), ("hang_after", 1)])
def test_a_create_without_answer_in_time_is_unconfirmed(
    linkedin: LinkedIn, network: Outside, ada: Member, kind: str, stands: int
) -> None:
    network.fault(POSTS, kind, then="drop")
    assert isinstance(failure_of(linkedin, ada), Unconfirmed)
    assert len(network.posts(ada.sub)) == stands


def test_a_duplicate_names_the_post_that_is_there(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.fault(POSTS, "cut_after")
    assert isinstance(failure_of(linkedin, ada), Unconfirmed)
    found = failure_of(linkedin, ada)
    assert isinstance(found, Duplicate)
    assert [found.external_id] == [post["urn"] for post in network.posts(ada.sub)]


def test_throttled_until_shortly_after_midnight_utc(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    moments = set()
    for _ in range(2):
        network.fault(POSTS, "429")
        found = failure_of(linkedin, ada)
        assert isinstance(found, TryLater)
        moments.add(found.after)
    midnight = utcnow().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert len(moments) == 1, "the same share comes back at the same moment"
    assert timedelta() <= moments.pop() - midnight < timedelta(minutes=10)


def test_revoked_at_the_network(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.ask("revoke_tokens", member=ada.sub)
    found = failure_of(linkedin, ada)
    assert (type(found), found.reason) == (Reconnect, "revoked")


def test_ended_by_time(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    network.ask("expire_tokens", member=ada.sub)
    assert failure_of(linkedin, ada).reason == "expired"


def test_a_version_that_is_gone_alarms_the_operator(
    make_settings: Callable[..., Settings],
    ada: Member,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = failure_of(LinkedIn(make_settings(linkedin_version="202001")), ada)
    assert isinstance(found, TryLater)
    assert timedelta(minutes=59) < found.after - utcnow() <= timedelta(hours=1)
    assert "linkedin_version_gone" in caplog.text + capsys.readouterr().out


def test_too_long_is_not_even_sent(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    assert failure_of(linkedin, ada, text="a" * 2999 + "__").reason == "too_long"
    assert network.requests() == []
    assert linkedin.count("a_#b #c") == 9


@pytest.mark.parametrize("scope", ["openid profile", "w_member_social"])
def test_a_scope_that_was_not_granted(linkedin: LinkedIn, network: Outside, scope: str) -> None:
    member = network.member("Without", scope)
    credentials = Credentials(member.sub, member.credentials.access_token, ("w_member_social",))
    if scope == "w_member_social":
        linkedin.publish(member.credentials, outgoing(), Prepared())
        return
    with pytest.raises(Reconnect, match="scope"):
        linkedin.publish(member.credentials, outgoing(), Prepared())
    with pytest.raises(Rejected, match="not_allowed"):
        linkedin.publish(credentials, outgoing(), Prepared())


def test_a_made_up_token_and_somebody_elses_name(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    with pytest.raises(Reconnect, match="token"):
        linkedin.publish(Credentials(ada.sub, Secret("made-up"), ("w_member_social",)), outgoing(), Prepared())
    bo = network.member("Bo")
    with pytest.raises(Rejected):
        linkedin.publish(
            Credentials(bo.sub, ada.credentials.access_token, ("w_member_social",)), outgoing(), Prepared()
        )
    assert network.posts() == []


def test_nobody_listens(make_settings: Callable[..., Settings], ada: Member) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        adapter = LinkedIn(make_settings(linkedin_api_url=f"http://127.0.0.1:{closed.getsockname()[1]}"))
        found = failure_of(adapter, ada)
    assert (type(found), found.reason) == (TryLater, "unreachable")
    unknown = failure_of(LinkedIn(make_settings(linkedin_api_url="http://nowhere.invalid")), ada)
    assert (type(unknown), unknown.reason) == (TryLater, "unreachable")


@pytest.mark.parametrize("path", [IMAGES, UPLOADS])
@pytest.mark.parametrize("kind", ["500", "503", "429", "cut_before", "cut_after", "hang_before"])
def test_an_upload_that_fails_is_tried_later(
    linkedin: LinkedIn, network: Outside, ada: Member, path: str, kind: str
) -> None:
    network.fault(path, kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.prepare(ada.credentials, outgoing(image=picture()))
    assert "image" in linkedin.prepare(ada.credentials, outgoing(image=picture())).facts


@pytest.mark.parametrize(
    ("kind", "failure"), [("malformed", TryLater), ("expired_token", Reconnect), ("403", Rejected)]
)
def test_an_announcement_that_fails(
    linkedin: LinkedIn, network: Outside, ada: Member, kind: str, failure: type[NetworkFailure]
) -> None:
    network.fault(IMAGES, kind)
    with pytest.raises(failure):
        linkedin.prepare(ada.credentials, outgoing(image=picture()))


def test_a_picture_that_cannot_be_processed_is_prepared_anew(linkedin: LinkedIn, ada: Member) -> None:
    share = outgoing(image=picture()[:-20])
    prepared = linkedin.prepare(ada.credentials, share)
    with pytest.raises(TryLater, match="media_gone"):
        linkedin.publish(ada.credentials, share, prepared)


def test_what_is_no_picture_is_not_even_sent(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    with pytest.raises(Rejected, match="bad_picture"):
        linkedin.prepare(ada.credentials, outgoing(image=b"not a picture"))
    assert network.requests() == []


@pytest.mark.parametrize("facts", [{}, {"image": "urn:li:image:C4E10AQgone"}])
def test_a_picture_the_network_does_not_have(linkedin: LinkedIn, ada: Member, facts: dict[str, str]) -> None:
    with pytest.raises(TryLater, match="media_gone"):
        linkedin.publish(ada.credentials, outgoing(image=picture()), Prepared(facts))


def test_too_early_for_a_picture(make_settings: Callable[..., Settings]) -> None:
    with serve_in_thread(processing_seconds=3600) as slow:
        member, adapter = Outside(slow).member(), LinkedIn(make_settings(linkedin_api_url=slow.url))
        share = outgoing(image=picture())
        with pytest.raises(TryLater, match="media_processing"):
            adapter.publish(member.credentials, share, adapter.prepare(member.credentials, share))


def test_removing_twice_is_removing(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    urn = linkedin.publish(ada.credentials, outgoing(), Prepared()).external_id
    linkedin.remove(ada.credentials, urn)
    linkedin.remove(ada.credentials, urn)
    assert network.posts(ada.sub)[0]["deleted_at"] is not None


@pytest.mark.parametrize("kind", ["500", "cut_after", "hang_before", "429"])
def test_a_removal_that_fails_is_tried_later(linkedin: LinkedIn, network: Outside, ada: Member, kind: str) -> None:
    urn = linkedin.publish(ada.credentials, outgoing(), Prepared()).external_id
    network.fault(POSTS + "/*", kind, then="drop")
    with pytest.raises(TryLater):
        linkedin.remove(ada.credentials, urn)
    linkedin.remove(ada.credentials, urn)


def test_somebody_elses_post_is_not_removed(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    urn = linkedin.publish(ada.credentials, outgoing(), Prepared()).external_id
    with pytest.raises(Rejected):
        linkedin.remove(network.member("Bo").credentials, urn)


def test_no_failure_tells_the_token(linkedin: LinkedIn, network: Outside, ada: Member) -> None:
    token = ada.credentials.access_token.reveal()
    for kind in ("403", "429", "500", "expired_token", "cut_before"):
        network.fault(POSTS, kind)
        found = failure_of(linkedin, ada)
        assert token not in repr(found) + str(found) + found.detail
        assert len(found.detail) <= 500
    assert token not in repr(ada.credentials)
