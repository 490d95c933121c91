"""Threads: tokens that renew themselves, containers and what becomes of them, what can be known of a lost answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import (
    BadCallback,
    ConsentRefused,
    Credentials,
    Kind,
    Outgoing,
    Prepared,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
    Unsettled,
)
from advocacy.networks.standins.threads import Threads as StandIn
from advocacy.networks.threads import Threads, offer, posts
from tests.networks.conftest import outgoing
from tests.networks.consenting import consent
from tests.networks.contract.gallery import Gallery
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.meta.conftest import (
    CALLBACK,
    Serve,
    connected,
    credentials_of,
    prepared,
    settings_of,
    shown,
    threads_at,
)


@pytest.fixture
def server(serve: Serve) -> StandIn:
    found: StandIn = serve(StandIn)
    return found


@pytest.fixture
def threads(server: StandIn) -> Threads:
    return threads_at(server.url)


@pytest.fixture
def ada(threads: Threads) -> Credentials:
    return credentials_of(connected(threads))


def test_it_is_offered_where_there_is_an_app() -> None:
    assert offer(settings_of()) is None
    assert offer(settings_of(threads_client_id="1")) is not None


def test_what_is_asked_for(threads: Threads) -> None:
    asked = parse_qs(urlsplit(threads.depart(CALLBACK, "a state").url).query)
    assert asked["scope"] == ["threads_basic,threads_content_publish,threads_manage_insights,threads_delete"]
    assert (asked["state"], asked["redirect_uri"]) == (["a state"], [CALLBACK])


def test_a_grant_holds_a_long_token_twice(threads: Threads) -> None:
    grant = connected(threads)
    assert (grant.name, grant.handle[:7]) == ("Ada Lark", "adalark")
    assert grant.refresh_token == grant.access_token
    assert grant.expires_at is not None and timedelta(59) < grant.expires_at - utcnow() <= timedelta(60)
    assert grant.renew_at is not None and grant.renew_at - utcnow() < timedelta(8)
    assert threads.allows(grant.scopes) == {"publish", "measure"}


def test_what_the_person_unticked_is_not_granted(threads: Threads) -> None:
    departure = threads.depart(CALLBACK, "a state")
    answer = consent(departure.url, name="Ada", without="threads_manage_insights")
    assert threads.allows(threads.arrive(CALLBACK, answer, {}).scopes) == {"publish"}


def test_the_mark_behind_the_code_is_no_part_of_it(threads: Threads) -> None:
    answer = consent(threads.depart(CALLBACK, "a state").url, name="Ada")
    assert answer["code"].endswith("#_")
    assert threads.arrive(CALLBACK, {**answer, "code": answer["code"][:-2]}, {}).handle.startswith("ada")
    with pytest.raises(BadCallback):
        threads.arrive(CALLBACK, answer, {})


def test_no_is_no(threads: Threads) -> None:
    departure = threads.depart(CALLBACK, "a state")
    with pytest.raises(ConsentRefused):
        threads.arrive(CALLBACK, consent(departure.url, decision="cancel"), {})
    for wrong in ({}, {"error": "server_error"}, {"code": "made-up"}):
        with pytest.raises(BadCallback):
            threads.arrive(CALLBACK, wrong, {})


def test_a_wrong_secret_is_the_operators_to_mend(server: StandIn) -> None:
    mistaken = threads_at(server.url, threads_client_secret="another")
    answer = consent(mistaken.depart(CALLBACK, "a state").url, name="Ada")
    with pytest.raises(TryLater) as raised:
        mistaken.arrive(CALLBACK, answer, {})
    assert (raised.value.reason, raised.value.scope) == ("client", "app")


def test_a_token_renews_itself_from_its_second_day_until_its_end(threads: Threads, server: StandIn) -> None:
    ada = credentials_of(connected(threads))
    with pytest.raises(TryLater):
        threads.renew(ada)
    server.clock.advance(86_400)
    fresh = threads.renew(ada)
    assert fresh is not None and fresh.access_token == fresh.refresh_token != ada.access_token
    server.clock.advance(60 * 86_400)
    with pytest.raises(Reconnect) as raised:
        threads.renew(ada)
    assert raised.value.reason == "expired"


def test_the_quota_is_read(threads: Threads, ada: Credentials) -> None:
    assert threads.limits(ada) == {"posts_a_while": 250, "while_seconds": 86_400, "posts_used": 0}
    post(threads, ada, outgoing("One."))
    assert threads.limits(ada)["posts_used"] == 1


def post(threads: Threads, member: Credentials, share: Outgoing) -> str:
    return threads.publish(member, share, threads.prepare(member, share)).external_id


def test_the_days_posts_are_made(serve: Serve) -> None:
    threads = threads_at(serve(StandIn, posts_a_day=1).url)
    ada = credentials_of(connected(threads))
    post(threads, ada, outgoing("One."))
    with pytest.raises(TryLater) as raised:
        post(threads, ada, outgoing("Two."))
    assert raised.value.reason == "quota"
    assert raised.value.after - utcnow() > timedelta(minutes=50)


def test_a_picture_is_fetched_and_takes_a_while(
    threads: Threads, ada: Credentials, server: StandIn, gallery: Gallery
) -> None:
    share = shown(gallery)
    waiting = threads.prepare(ada, share)
    assert not waiting.complete and waiting.ready_at is not None and waiting.ready_at > utcnow()
    with pytest.raises(TryLater) as raised:
        threads.publish(ada, share, waiting)
    assert raised.value.reason == "media_processing"
    server.clock.advance(3)
    done = threads.prepare(ada, share, waiting)
    assert done.complete and done.facts["container"] == waiting.facts["container"]
    threads.publish(ada, share, done)
    assert len([each for each in server.log.entries_so_far() if each["path"] == "/v1.0/me/threads"]) == 1


def test_several_pictures_are_parts_first(
    threads: Threads, ada: Credentials, server: StandIn, gallery: Gallery
) -> None:
    share = shown(gallery, jpeg("#005e66"), jpeg("#d9480f"), jpeg("#2b8a3e"))
    done = prepared(threads, server, ada, share)
    assert len(done.facts["parts"]) == 3
    assert threads.limits(ada)["posts_used"] == 0
    threads.publish(ada, share, done)
    assert threads.limits(ada)["posts_used"] == 1


@pytest.mark.parametrize(
    ("address", "data"), [("", None), ("http://127.0.0.1:9/x", None), (None, b"no picture"), (None, b"\x89PNG")]
)
def test_pictures_that_cannot_be_had(
    threads: Threads, ada: Credentials, gallery: Gallery, address: str | None, data: bytes | None
) -> None:
    share = shown(gallery)
    place = address if address is not None else gallery.show(data or b"", "image/jpeg")
    share = replace(share, pictures=(replace(share.pictures[0], address=place),))
    with pytest.raises((Rejected, TryLater)) as raised:
        threads.prepare(ada, share)
    expected = {"": "no_public_address", "http://127.0.0.1:9/x": "media_not_fetched", None: "bad_picture"}
    assert raised.value.reason == expected[address]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("FAILED_PROCESSING_VIDEO", "bad_video"),
        ("FAILED_PROCESSING_AUDIO", "bad_video"),
        ("INVALID_ASPEC_RATIO", "bad_picture"),
        ("UNKNOWN", "media_refused"),
    ],
)
def test_a_container_that_fails_says_why(serve: Serve, said: str, reason: str) -> None:
    threads = threads_at(serve(StandIn, failing=said).url)
    ada = credentials_of(connected(threads))
    with pytest.raises(Rejected) as raised:
        threads.prepare(ada, outgoing("Words."))
    assert (raised.value.reason, raised.value.detail) == (reason, said)


def test_a_video_with_its_link_below(
    threads: Threads, ada: Credentials, server: StandIn, gallery: Gallery, tmp_path: Path
) -> None:
    film = gallery.addressed(outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path), link="https://relais.test/s/1"))
    threads.publish(ada, film, prepared(threads, server, ada, film))
    [standing] = server.state.standing()
    assert standing.text == "A film.\n\nhttps://relais.test/s/1"
    assert standing.facts["video"] == "A film"
    long = replace(film, text="a" * 490)
    threads.publish(ada, long, prepared(threads, server, ada, long))
    assert server.state.standing()[-1].text == "a" * 490


@pytest.mark.parametrize(("length", "followed"), [(476, True), (477, False), (500, False)])
def test_what_was_counted_as_fitting_goes_with_its_link_where_that_fits_too(
    threads: Threads, ada: Credentials, gallery: Gallery, tmp_path: Path, length: int, followed: bool
) -> None:
    """The panel counts the words alone beside a video, and says that the link follows where it fits."""
    link, text = "https://relais.test/s/1"[:22], "é" * length
    assert threads.count(text, link) == length <= threads.capabilities.max_length
    film = gallery.addressed(outgoing(text, file=file_of(Kind.VIDEO, tmp_path), link=link))
    assert not threads.prepare(ada, film).complete, "it is not refused"
    assert (link in posts.text_of(film)) == followed
    assert threads.count(posts.text_of(film)) <= threads.capabilities.max_length


def test_a_broken_video_is_refused(
    threads: Threads, ada: Credentials, server: StandIn, gallery: Gallery, tmp_path: Path
) -> None:
    broken = gallery.addressed(outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path, content=b"none at all")))
    with pytest.raises(Rejected) as raised:
        prepared(threads, server, ada, broken)
    assert raised.value.reason == "bad_video"


def test_a_container_that_expired_is_made_anew(threads: Threads, ada: Credentials, server: StandIn) -> None:
    share = outgoing("Words.")
    old = threads.prepare(ada, share)
    server.clock.advance(86_401)
    server.state.tokens[ada.access_token.reveal()].expires_at = None
    older = Prepared({**old.facts, "since": (utcnow() - timedelta(hours=1)).isoformat()})
    for waiting in (older, Prepared({**old.facts, "since": (utcnow() - timedelta(hours=24)).isoformat()}), Prepared()):
        with pytest.raises(TryLater) as raised:
            threads.publish(ada, share, waiting)
        assert raised.value.reason == "media_gone"
    with pytest.raises(TryLater):
        threads.prepare(ada, share, Prepared(old.facts, complete=False))
    assert threads.settle(ada, share, old) is None
    assert server.state.standing() == []


def test_a_container_becomes_one_post_and_no_more(threads: Threads, ada: Credentials, server: StandIn) -> None:
    share = outgoing("Words.")
    done = threads.prepare(ada, share)
    first = threads.publish(ada, share, done)
    with pytest.raises(Unconfirmed) as raised:
        threads.publish(ada, share, done)
    assert raised.value.reason == "published_already"
    found = threads.settle(ada, share, done)
    assert found == first
    assert len(server.state.standing()) == 1


def test_a_container_that_has_not_come_round_yet_is_waited_for(threads: Threads, ada: Credentials) -> None:
    lost = Prepared({"container": "178", "since": utcnow().isoformat()})
    with pytest.raises(TryLater) as raised:
        threads.publish(ada, outgoing("Words."), lost)
    assert raised.value.reason == "media_processing"
    assert not threads.prepare(ada, outgoing("Words."), Prepared({**lost.facts, "looks": 3}, complete=False)).complete


def test_a_lost_answer_whose_post_is_not_listed_leads_to_the_members_page(serve: Serve) -> None:
    server = serve(StandIn, hidden=True)
    threads = threads_at(server.url)
    ada = credentials_of(connected(threads))
    share = outgoing("Words.")
    done = threads.prepare(ada, share)
    threads.publish(ada, share, done)
    found = threads.settle(ada, share, done)
    assert found is not None
    assert (found.external_id, found.url) == ("", f"{server.url}/@{ada.handle}")


@pytest.mark.parametrize("facts", [{}, {"container": "404"}])
def test_without_its_container_nothing_can_be_told(threads: Threads, ada: Credentials, facts: dict[str, str]) -> None:
    with pytest.raises(Unsettled):
        threads.settle(ada, outgoing("Words."), Prepared(facts))


def test_a_post_whose_address_is_not_told_is_on_the_members_page(
    threads: Threads, ada: Credentials, server: StandIn
) -> None:
    share = outgoing("Words.")
    done = threads.prepare(ada, share)
    server.faults.add({"method": "GET", "path": "/v1.0/*", "kind": "500"})
    published = threads.publish(ada, share, done)
    assert published.external_id.isdecimal()
    assert published.url == threads.permalink(published.external_id, ada) == f"{server.url}/@{ada.handle}"
    threads.remove(ada, published.external_id)
    assert server.state.standing() == []


def test_figures_under_our_names(threads: Threads, ada: Credentials, server: StandIn) -> None:
    made = post(threads, ada, outgoing("Words."))
    figures = {"views": 120, "likes": 4, "replies": 3, "reposts": 2, "quotes": 1, "shares": 9}
    server.state.posts[made.partition(":")[0]].figures = figures
    values = threads.measure(ada, made).values
    assert values == {"impressions": 120, "reach": None, "reactions": 4, "comments": 3, "reshares": 3}
    threads.remove(ada, made)
    with pytest.raises(Rejected) as raised:
        threads.measure(ada, made)
    assert raised.value.reason == "gone"


def test_too_many_pictures_are_not_sent(threads: Threads, ada: Credentials, gallery: Gallery) -> None:
    with pytest.raises(Rejected) as raised:
        threads.prepare(ada, shown(gallery, *[jpeg()] * 21))
    assert raised.value.reason == "too_many_pictures"
