"""Facebook Pages: a person's Pages, proofs of the app, photos, posts, insights as they are since June 2026."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from advocacy.clock import utcnow
from advocacy.networks.base import (
    BadCallback,
    Credentials,
    Grant,
    NetworkFailure,
    Outgoing,
    Prepared,
    Reconnect,
    Rejected,
    TryLater,
    Unsettled,
)
from advocacy.networks.facebook import Facebook, offer
from advocacy.networks.standins.facebook import Facebook as StandIn
from tests.networks.conftest import outgoing
from tests.networks.consenting import consent
from tests.networks.contract.samples import jpeg
from tests.networks.contract.stage import picture_of
from tests.networks.meta.conftest import CALLBACK, Serve, connected, credentials_of, facebook_at, settings_of


@pytest.fixture
def server(serve: Serve) -> StandIn:
    found: StandIn = serve(StandIn)
    return found


@pytest.fixture
def facebook(server: StandIn) -> Facebook:
    return facebook_at(server.url)


@pytest.fixture
def works(facebook: Facebook) -> Credentials:
    return credentials_of(connected(facebook))


def pages(facebook: Facebook, **choice: str) -> list[Grant]:
    answer = consent(facebook.depart(CALLBACK, "a state").url, **{"name": "Ada Lark", **choice})
    return list(facebook.arrive_all(CALLBACK, answer, {}))


def post(facebook: Facebook, page: Credentials, share: Outgoing) -> str:
    return facebook.publish(page, share, facebook.prepare(page, share)).external_id


def test_it_is_offered_where_there_is_an_app() -> None:
    assert offer(settings_of()) is None
    found = offer(settings_of(facebook_client_id="1"))
    assert found is not None and found.capabilities.professional_only


def test_what_is_asked_for(facebook: Facebook, server: StandIn) -> None:
    address = urlsplit(facebook.depart(CALLBACK, "a state").url)
    assert address.path == "/v25.0/dialog/oauth"
    assert set(parse_qs(address.query)["scope"][0].split(",")) <= server.all_scopes


def test_a_grant_is_of_the_page(facebook: Facebook, server: StandIn) -> None:
    [grant] = pages(facebook)
    assert (grant.name, grant.refresh_token, grant.renew_at) == ("Ada Lark Works 1", None, None)
    assert server.state.tokens[grant.access_token.reveal()].member == grant.external_id
    assert grant.expires_at is not None and timedelta(89) < grant.expires_at - utcnow() <= timedelta(90)
    assert facebook.renew(credentials_of(grant)) is None
    assert facebook.allows(grant.scopes) == {"publish", "measure"}


def test_every_page_through_all_lists(serve: Serve) -> None:
    facebook = facebook_at(serve(StandIn, pages_each=7).url)
    found = pages(facebook)
    assert [grant.name for grant in found] == [f"Ada Lark Works {number}" for number in range(1, 8)]
    assert len({grant.access_token for grant in found}) == 7


def test_a_person_without_a_page(serve: Serve) -> None:
    with pytest.raises(BadCallback) as raised:
        pages(facebook_at(serve(StandIn, pages_each=0).url))
    assert raised.value.reason == "no_page"


def test_a_page_where_they_may_not_post_is_left_out(serve: Serve) -> None:
    server = serve(StandIn, pages_each=2)
    facebook = facebook_at(server.url)
    first, _second = pages(facebook)
    server.state.members[first.external_id].facts["tasks"] = ["ANALYZE"]
    person = next(member for member in server.state.members.values() if member.name == "Ada Lark")
    [left] = pages(facebook, name="", sub=person.id)
    assert left.external_id != first.external_id


def test_scopes_that_were_declined(facebook: Facebook) -> None:
    [grant] = pages(facebook, without="read_insights,pages_manage_posts")
    assert facebook.allows(grant.scopes) == frozenset()
    with pytest.raises(Reconnect) as raised:
        facebook.prepare(credentials_of(grant), outgoing("Words."))
    assert (raised.value.reason, raised.value.detail) == ("scope", "pages_manage_posts")


def test_calls_prove_that_they_come_from_the_app(facebook: Facebook, server: StandIn, works: Credentials) -> None:
    mistaken = facebook_at(server.url, facebook_client_secret="another")
    with pytest.raises(TryLater) as raised:
        post(mistaken, works, outgoing("Words."))
    assert (raised.value.reason, raised.value.scope) == ("client", "app")
    post(facebook, works, outgoing("Words."))


def test_revoking_ends_all_tokens_of_the_person(serve: Serve) -> None:
    facebook = facebook_at(serve(StandIn, pages_each=2).url)
    first, second = (credentials_of(grant) for grant in pages(facebook))
    facebook.revoke(first)
    for page in (first, second):
        with pytest.raises(Reconnect) as raised:
            post(facebook, page, outgoing("Words."))
        assert raised.value.reason == "revoked"
    facebook.revoke(second)


def test_the_same_words_again_are_refused(facebook: Facebook, works: Credentials) -> None:
    post(facebook, works, outgoing("Words."))
    with pytest.raises(Rejected) as raised:
        post(facebook, works, outgoing("Words."))
    assert raised.value.reason == "duplicate"


def test_photos_belong_to_one_post(facebook: Facebook, server: StandIn, works: Credentials) -> None:
    share = outgoing("Look.", pictures=(picture_of(jpeg()), picture_of(jpeg("#d9480f"), "An orange one")))
    done = facebook.prepare(works, share)
    assert server.state.standing() == []
    facebook.publish(works, share, done)
    with pytest.raises(Rejected) as raised:
        facebook.publish(works, share, done)
    assert raised.value.reason == "duplicate"
    assert server.state.standing()[0].facts["pictures"] == ["A square", "An orange one"]


def test_its_own_addresses_are_no_links(facebook: Facebook, works: Credentials) -> None:
    with pytest.raises(Rejected) as raised:
        post(facebook, works, outgoing("Look.", link="https://www.facebook.com/somebody"))
    assert raised.value.reason == "link_refused"


def test_an_unknown_outcome_is_for_a_person(facebook: Facebook, works: Credentials) -> None:
    with pytest.raises(Unsettled):
        facebook.settle(works, outgoing("Words."), Prepared())


@pytest.mark.parametrize(("views", "impressions"), [("post_media_view", 90), ("", None)])
def test_figures_with_and_without_views(serve: Serve, views: str, impressions: int | None) -> None:
    server = serve(StandIn, views=views)
    facebook = facebook_at(server.url)
    page = credentials_of(connected(facebook))
    made = post(facebook, page, outgoing("Words."))
    said = {"post_media_view": 90, "post_total_media_view_unique": 70, "post_reactions_by_type_total": 5}
    server.state.posts[made].figures = said
    values = facebook.measure(page, made).values
    assert values == {"impressions": impressions, "reach": 70, "reactions": 5, "comments": None, "reshares": None}


def test_a_post_that_is_gone_has_no_figures(facebook: Facebook, works: Credentials) -> None:
    made = post(facebook, works, outgoing("Words."))
    facebook.remove(works, made)
    with pytest.raises(NetworkFailure) as raised:
        facebook.measure(works, made)
    assert raised.value.reason == "gone"
