"""Instagram's professional accounts: consent, what their posts have to show, figures, what becomes of a lost answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import (
    BadCallback,
    Credentials,
    Kind,
    Outgoing,
    Prepared,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
)
from advocacy.networks.instagram import Instagram, offer
from advocacy.networks.standins.instagram import Instagram as StandIn
from tests.networks.conftest import outgoing
from tests.networks.consenting import consent
from tests.networks.contract.gallery import Gallery
from tests.networks.contract.samples import file_of, jpeg
from tests.networks.meta.conftest import (
    CALLBACK,
    Serve,
    connected,
    credentials_of,
    instagram_at,
    prepared,
    settings_of,
    shown,
)


@pytest.fixture
def server(serve: Serve) -> StandIn:
    found: StandIn = serve(StandIn)
    return found


@pytest.fixture
def instagram(server: StandIn) -> Instagram:
    return instagram_at(server.url)


@pytest.fixture
def ada(instagram: Instagram) -> Credentials:
    return credentials_of(connected(instagram))


def post(instagram: Instagram, server: StandIn, member: Credentials, share: Outgoing) -> str:
    return instagram.publish(member, share, prepared(instagram, server, member, share)).external_id


def test_it_is_offered_where_there_is_an_app() -> None:
    assert offer(settings_of()) is None
    found = offer(settings_of(instagram_client_id="1"))
    assert found is not None
    assert found.capabilities.professional_only and found.capabilities.needs_picture


@pytest.mark.parametrize("flat", [True, False])
def test_a_grant_is_of_the_account_itself(serve: Serve, flat: bool) -> None:
    server = serve(StandIn, flat=flat)
    grant = connected(instagram_at(server.url))
    assert grant.external_id in server.state.members
    assert grant.access_token == grant.refresh_token
    assert grant.expires_at is not None and grant.expires_at - utcnow() > timedelta(59)
    assert instagram_at(server.url).allows(grant.scopes) == {"publish", "measure"}


def test_what_the_person_unticked_is_not_granted(instagram: Instagram) -> None:
    departure = instagram.depart(CALLBACK, "a state")
    answer = consent(departure.url, name="Ada", without="instagram_business_manage_insights")
    assert instagram.allows(instagram.arrive(CALLBACK, answer, {}).scopes) == {"publish"}


def test_a_private_account_is_told_so(serve: Serve) -> None:
    with pytest.raises(BadCallback) as raised:
        connected(instagram_at(serve(StandIn, private=True).url))
    assert raised.value.reason == "private_account"


def test_a_token_renews_itself(instagram: Instagram, server: StandIn, ada: Credentials) -> None:
    server.clock.advance(86_401)
    fresh = instagram.renew(ada)
    assert fresh is not None and fresh.access_token == fresh.refresh_token != ada.access_token
    server.clock.advance(61 * 86_400)
    with pytest.raises(Reconnect):
        instagram.renew(ada)


def test_nothing_without_a_picture(instagram: Instagram, ada: Credentials) -> None:
    with pytest.raises(Rejected) as raised:
        instagram.prepare(ada, outgoing("Words alone."))
    assert raised.value.reason == "needs_picture"


@pytest.mark.parametrize(("width", "height"), [(1200, 500), (600, 900)])
def test_shapes_that_it_does_not_take(
    instagram: Instagram, ada: Credentials, gallery: Gallery, width: int, height: int
) -> None:
    with pytest.raises(Rejected) as raised:
        instagram.prepare(ada, shown(gallery, jpeg(width=width, height=height)))
    assert raised.value.reason == "bad_picture"


def test_a_carousel(instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery) -> None:
    post(instagram, server, ada, shown(gallery, jpeg("#005e66"), jpeg("#d9480f")))
    assert server.state.standing()[0].facts["pictures"] == ["Picture 0", "Picture 1"]
    with pytest.raises(Rejected) as raised:
        instagram.prepare(ada, shown(gallery, *[jpeg()] * 11))
    assert raised.value.reason == "too_many_pictures"


def test_a_reel_with_the_link_to_read(
    instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery, tmp_path: Path
) -> None:
    film = gallery.addressed(outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path), link="https://relais.test/s/1"))
    assert "/p/" in instagram.permalink(post(instagram, server, ada, film), ada)
    assert server.state.standing()[0].text == "A film.\n\nhttps://relais.test/s/1"
    broken = gallery.addressed(outgoing("A film.", file=file_of(Kind.VIDEO, tmp_path, content=b"none at all")))
    with pytest.raises(Rejected) as raised:
        prepared(instagram, server, ada, broken)
    assert raised.value.reason == "bad_video"


def test_too_many_hashtags_are_refused_there(instagram: Instagram, ada: Credentials, gallery: Gallery) -> None:
    with pytest.raises(Rejected):
        instagram.prepare(ada, shown(gallery, text="#a " * 31))


def test_the_quota_is_read_and_honoured(serve: Serve, gallery: Gallery) -> None:
    server = serve(StandIn, posts_a_day=1)
    instagram = instagram_at(server.url)
    ada = credentials_of(connected(instagram))
    assert instagram.limits(ada)["posts_a_while"] == 1
    post(instagram, server, ada, shown(gallery))
    with pytest.raises(TryLater) as raised:
        post(instagram, server, ada, shown(gallery, text="Again."))
    assert raised.value.reason == "quota"


def test_a_token_that_no_longer_opens_its_account(instagram: Instagram, ada: Credentials, gallery: Gallery) -> None:
    with pytest.raises(Reconnect):
        instagram.prepare(replace(ada, external_id="17841"), shown(gallery))


def test_a_lost_answer_is_found_again(
    instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery
) -> None:
    first, second = shown(gallery), shown(gallery, text="Others before it.")
    post(instagram, server, ada, first)
    done = prepared(instagram, server, ada, second)
    server.faults.add({"method": "POST", "path": "*/media_publish", "kind": "cut_after"})
    with pytest.raises(Unconfirmed):
        instagram.publish(ada, second, done)
    found = instagram.settle(ada, second, done)
    assert found is not None
    assert found.external_id.partition(":")[0] == server.state.standing()[-1].id


def test_the_same_words_of_long_ago_are_another_post(
    instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery
) -> None:
    share = shown(gallery)
    post(instagram, server, ada, share)
    done = prepared(instagram, server, ada, share)
    instagram.publish(ada, share, done)
    old, new = server.state.standing()
    old.at, new.text = old.at - 3600, "Changed by the member meanwhile."
    found = instagram.settle(ada, share, done)
    assert found is not None
    assert (found.external_id, found.url) == ("", f"{server.url}/{ada.handle}/")


def test_figures_under_our_names(instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery) -> None:
    made = post(instagram, server, ada, shown(gallery))
    figures = {"views": 300, "reach": 200, "likes": 30, "comments": 3, "shares": 2, "saved": 9}
    server.state.posts[made.partition(":")[0]].figures = figures
    values = instagram.measure(ada, made).values
    assert values == {"impressions": 300, "reach": 200, "reactions": 30, "comments": 3, "reshares": 2}


def test_it_cannot_be_deleted_from_here(instagram: Instagram, ada: Credentials) -> None:
    assert not instagram.capabilities.can_remove
    with pytest.raises(Rejected):
        instagram.remove(ada, "1")


def test_a_look_that_fails_loses_no_container(
    instagram: Instagram, server: StandIn, ada: Credentials, gallery: Gallery
) -> None:
    share = shown(gallery)
    server.faults.add({"method": "GET", "path": "/v25.0/*", "kind": "503"})
    waiting = instagram.prepare(ada, share)
    assert not waiting.complete and "container" in waiting.facts
    server.faults.add({"method": "GET", "path": "/v25.0/*", "kind": "503"})
    with pytest.raises(TryLater):
        instagram.prepare(ada, share, Prepared(waiting.facts, complete=False))
    server.clock.advance(5)
    done = instagram.prepare(ada, share, waiting)
    assert done.complete and done.facts["container"] == waiting.facts["container"]
