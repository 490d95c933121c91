"""Statuses: each server's own limits, keys that make a second call harmless, media at work, counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Kind, Picture, Prepared, Rejected, TryLater, Unconfirmed, Unsettled
from advocacy.networks.mastodon import Mastodon, servers
from advocacy.networks.standins.mastodon import Mastodon as StandIn
from tests.networks.conftest import outgoing
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.test_mastodon_grants import Serve, connected, credentials_of, known_at
from tests.networks.test_mastodon_grants import mastodon as mastodon
from tests.networks.test_mastodon_grants import serve as serve
from tests.networks.test_mastodon_grants import server as server

STATUSES = "/api/v1/statuses"


def member_of(mastodon: Mastodon, server: StandIn) -> Credentials:
    app = known_at(mastodon, server)
    credentials = credentials_of(connected(mastodon, server, app), app)
    return replace(credentials, limits=mastodon.limits(credentials))


def unanswered(mastodon: Mastodon, server: StandIn, member: Credentials) -> Prepared:
    """What was prepared for a status that was made though nobody heard of it."""
    prepared = mastodon.prepare(member, outgoing())
    server.faults.add({"method": "POST", "path": STATUSES, "kind": "cut_after"})
    with pytest.raises(Unconfirmed):
        mastodon.publish(member, outgoing(), prepared)
    return prepared


def standing(server: StandIn) -> list[str]:
    return [post.text for post in server.state.standing()]


def test_each_server_has_its_own_limits(mastodon: Mastodon, serve: Serve) -> None:
    member = member_of(mastodon, serve(max_characters=40, max_media=2, url_length=30, version="4.4.2"))
    assert {name: member.limits[name] for name in ("max_length", "most_pictures", "link_length", "longest_alt")} == {
        "max_length": 40,
        "most_pictures": 2,
        "link_length": 30,
        "longest_alt": 1500,
    }
    mastodon.publish(member, outgoing("x" * 40), Prepared())
    for too_long in (outgoing("x" * 41), outgoing("x" * 9, link="https://relais.test/s/x")):
        with pytest.raises(Rejected) as raised:
            mastodon.publish(member, too_long, Prepared())
        assert raised.value.reason == "too_long"
    three = tuple(Picture(jpeg) for _ in range(3))
    with pytest.raises(Rejected):
        mastodon.prepare(member, outgoing(pictures=three))


def test_an_old_server_tells_its_limits_elsewhere(mastodon: Mastodon, serve: Serve) -> None:
    assert member_of(mastodon, serve(version="3.5.3", max_characters=1000)).limits["max_length"] == 1000


def test_only_sound_limits_are_believed() -> None:
    wild = {"statuses": {"max_characters": "many", "max_media_attachments": -1}, "media_attachments": None}
    assert servers.limits_in({"configuration": wild}) == servers.limits_in({}) == {}


def test_language_visibility_and_link_arrive(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    mastodon.publish(member, outgoing("Bonjour", link="https://relais.test/s/x", language="fr"), Prepared())
    [post] = server.state.standing()
    assert (post.text, post.facts["language"], post.facts["visibility"]) == (
        "Bonjour\n\nhttps://relais.test/s/x",
        "fr",
        "public",
    )


def test_an_unknown_outcome_is_settled_by_the_same_call(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    settled = mastodon.settle(member, outgoing(), unanswered(mastodon, server, member))
    assert settled is not None
    assert [post.id for post in server.state.standing()] == [settled.external_id]


def test_after_the_hour_nothing_is_sent_again(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    prepared = unanswered(mastodon, server, member)
    before = (utcnow() - timedelta(minutes=56)).isoformat()
    for late in (Prepared({**prepared.facts, "since": before}), Prepared()):
        with pytest.raises(Unsettled):
            mastodon.settle(member, outgoing(), late)
    assert len(standing(server)) == 1


def test_servers_that_keep_no_keys_are_not_asked_again(mastodon: Mastodon, serve: Serve) -> None:
    server = serve(version="2.7.2 (compatible; Pleroma 2.6.0)")
    member = member_of(mastodon, server)
    with pytest.raises(Unsettled):
        mastodon.settle(member, outgoing(), unanswered(mastodon, server, member))
    assert len(standing(server)) == 1


def test_a_status_deleted_meanwhile_is_not_made_again(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    prepared = unanswered(mastodon, server, member)
    mastodon.remove(member, server.state.standing()[0].id)
    with pytest.raises(Unsettled):
        mastodon.settle(member, outgoing(), prepared)
    assert standing(server) == []


def test_what_would_be_refused_now_was_not_made(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    prepared = mastodon.prepare(member, outgoing())
    server.max_characters = 3
    assert mastodon.settle(member, outgoing("Longer"), prepared) is None


def test_a_video_is_waited_for(mastodon: Mastodon, server: StandIn, tmp_path: Path) -> None:
    member, film = member_of(mastodon, server), outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path, "Waves"))
    prepared = mastodon.prepare(member, film)
    assert not prepared.complete
    assert prepared.ready_at is not None and prepared.ready_at > utcnow()
    with pytest.raises(TryLater) as raised:
        mastodon.publish(member, film, prepared)
    assert raised.value.reason == "media_processing"
    server.clock.advance(10)
    prepared = mastodon.prepare(member, film, prepared)
    assert prepared.complete
    mastodon.publish(member, film, prepared)
    assert server.state.standing()[0].facts["video"] == "Waves"


def test_media_that_is_gone_is_sent_anew(mastodon: Mastodon, server: StandIn) -> None:
    member, shown = member_of(mastodon, server), outgoing(pictures=(Picture(jpeg, "A door"),))
    prepared = mastodon.prepare(member, shown)
    server.state.uploads.clear()
    with pytest.raises(TryLater) as raised:
        mastodon.publish(member, shown, prepared)
    assert raised.value.reason == "media_gone"


def test_a_picture_is_made_to_fit(mastodon: Mastodon, serve: Serve) -> None:
    server = serve(picture_limit=30_000, picture_pixels=200_000)
    member = member_of(mastodon, server)
    mastodon.prepare(member, outgoing(pictures=(Picture(lambda: jpeg(width=2400, height=1200), "A square"),)))
    assert len(server.state.uploads) == 1


def test_what_others_did_is_counted(mastodon: Mastodon, server: StandIn) -> None:
    member = member_of(mastodon, server)
    published = mastodon.publish(member, outgoing(), Prepared())
    counts = {"favourites": 4, "boosts": 2, "replies": 1, "quotes": 3}
    requests.post(f"{server.url}/_sandbox/figures", json={"id": published.external_id, **counts}, timeout=5)
    figures = mastodon.measure(member, published.external_id).values
    assert figures == {"impressions": None, "reach": None, "reactions": 4, "comments": 1, "reshares": 5}
    server.closed = True
    assert set(mastodon.measure(member, published.external_id).values.values()) == {None}
    server.closed = False
    mastodon.remove(member, published.external_id)
    with pytest.raises(Rejected) as raised:
        mastodon.measure(member, published.external_id)
    assert raised.value.reason == "gone"


@pytest.mark.parametrize(("option", "act"), [("calls_in_5_minutes", "publish"), ("deletes_in_30_minutes", "remove")])
def test_the_server_says_until_when_to_wait(mastodon: Mastodon, server: StandIn, option: str, act: str) -> None:
    member = member_of(mastodon, server)
    published = mastodon.publish(member, outgoing(), Prepared())
    setattr(server, option, 0)
    calls: dict[str, Callable[[], object]] = {
        "publish": lambda: mastodon.publish(member, outgoing("Another"), Prepared()),
        "remove": lambda: mastodon.remove(member, published.external_id),
    }
    with pytest.raises(TryLater) as raised:
        calls[act]()
    window = timedelta(minutes=5 if act == "publish" else 30)
    assert utcnow() < raised.value.after <= utcnow() + window * 1.2
    assert raised.value.scope == "account"
