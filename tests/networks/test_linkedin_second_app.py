"""Figures by a consent apart: LinkedIn gives its analytics to an app that does nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import readers, registry, service
from advocacy.networks.base import Credentials, Grant, NetworkFailure, Prepared, Reconnect, Rejected, TryLater
from advocacy.networks.linkedin import LinkedIn, LinkedInAnalytics, offer_analytics
from advocacy.networks.models import Account, AccountState
from advocacy.networks.tasks import look_after
from advocacy.people.models import Person
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.conftest import SECOND_CALLBACK, Member, Outside, outgoing
from tests.networks.consenting import consent
from tests.visitor import Visitor, words
from tests.visitor import page as page_of
from tests.world import World

POSTING = "email openid profile w_member_social"
READING = ("r_basicprofile", "r_member_postAnalytics")
SECOND = {
    "RELAIS_LINKEDIN_ANALYTICS_CLIENT_ID": "sandbox-analytics",
    "RELAIS_LINKEDIN_ANALYTICS_CLIENT_SECRET": "sandbox-analytics-secret",
}


@pytest.fixture
def analytics(make_settings: Callable[..., Settings]) -> LinkedInAnalytics:
    return LinkedInAnalytics(
        make_settings(
            linkedin_analytics_client_id="sandbox-analytics",
            linkedin_analytics_client_secret="sandbox-analytics-secret",
        )
    )


@pytest.fixture
def writer(network: Outside) -> Member:
    """Somebody whose first consent does not cover figures."""
    return network.member("Ada Lark", POSTING)


def reading(network: Outside, sub: str) -> Credentials:
    """The second consent of a member, without the dance."""
    scope = " ".join(READING)
    tokens = network.ask("tokens", member=sub, scope=scope, client_id="sandbox-analytics")
    return Credentials(
        "elsewhere", Secret(tokens["access_token"]), READING, refresh_token=Secret(tokens["refresh_token"])
    )


def test_it_is_offered_with_a_second_app_alone(make_settings: Callable[..., Settings]) -> None:
    assert offer_analytics(make_settings()) is None
    assert offer_analytics(make_settings(linkedin_analytics_client_id="a")) is None
    both = make_settings(linkedin_analytics_client_id="a", linkedin_analytics_client_secret="b")
    assert offer_analytics(both) is not None


def test_a_consent_apart(analytics: LinkedInAnalytics, linkedin: LinkedIn, network: Outside, writer: Member) -> None:
    departure = analytics.depart(SECOND_CALLBACK, "a-state")
    assert "scope=r_basicprofile%20r_member_postAnalytics" in departure.url
    grant = analytics.arrive(SECOND_CALLBACK, consent(departure.url, sub=writer.sub), {})
    assert grant.name == "Ada Lark"
    assert grant.external_id != writer.sub, "a person's id is another one in each app"
    assert analytics.allows(grant.scopes) == {"measure"}
    post = linkedin.publish(writer.credentials, outgoing(), Prepared())
    kept = Credentials(grant.external_id, grant.access_token, grant.scopes)
    assert set(analytics.measure(kept, post.external_id).values.values()) == {0}
    assert set(linkedin.measure(writer.credentials, post.external_id).values.values()) == {None}


def test_the_second_consent_leaves_the_first_alone(
    analytics: LinkedInAnalytics, linkedin: LinkedIn, writer: Member
) -> None:
    consent(analytics.depart(SECOND_CALLBACK, "s").url, sub=writer.sub)
    assert linkedin.publish(writer.credentials, outgoing(), Prepared()).external_id


def test_it_renews_and_ends_by_its_own_app(
    analytics: LinkedInAnalytics, linkedin: LinkedIn, network: Outside, writer: Member
) -> None:
    held = reading(network, writer.sub)
    with pytest.raises(Reconnect, match="not_renewed"):
        linkedin.renew(held)
    grant = analytics.renew(held)
    assert grant is not None and grant.scopes == READING
    analytics.revoke(held)
    with pytest.raises(Reconnect):
        analytics.measure(held, "urn:li:share:1")
    assert linkedin.publish(writer.credentials, outgoing(), Prepared()).external_id


def test_nothing_is_published_there(analytics: LinkedInAnalytics, network: Outside, writer: Member) -> None:
    held = reading(network, writer.sub)
    for act in (
        lambda: analytics.prepare(held, outgoing()),
        lambda: analytics.publish(held, outgoing(), Prepared()),
        lambda: analytics.remove(held, "urn:li:share:1"),
    ):
        with pytest.raises(Rejected, match="not_offered"):
            act()
    assert network.requests() == []


def test_somebody_elses_post_has_no_figures_for_us(
    analytics: LinkedInAnalytics, linkedin: LinkedIn, network: Outside, writer: Member
) -> None:
    post = linkedin.publish(writer.credentials, outgoing(), Prepared()).external_id
    other = reading(network, network.member("Bo").sub)
    assert set(analytics.measure(other, post).values.values()) == {None}


@pytest.mark.parametrize(("kind", "failure"), [("429", TryLater), ("500", TryLater), ("expired_token", Reconnect)])
def test_figures_that_do_not_come(
    analytics: LinkedInAnalytics, network: Outside, writer: Member, kind: str, failure: type[NetworkFailure]
) -> None:
    network.fault("/rest/memberCreatorPostAnalytics", kind)
    with pytest.raises(failure):
        analytics.measure(reading(network, writer.sub), "urn:li:share:1")


def test_without_the_scope_only_the_person_can_mend_it(analytics: LinkedInAnalytics) -> None:
    with pytest.raises(Reconnect, match="scope"):
        analytics.measure(Credentials("m", Secret("t"), ("r_basicprofile",)), "urn:li:share:1")


@pytest.mark.parametrize("kind", ["403", "500", "malformed", "cut_before"])
def test_without_an_identity_nothing_is_kept(
    analytics: LinkedInAnalytics, network: Outside, writer: Member, kind: str
) -> None:
    answer = consent(analytics.depart(SECOND_CALLBACK, "s").url, sub=writer.sub)
    network.fault("/rest/me", kind)
    with pytest.raises(TryLater):
        analytics.arrive(SECOND_CALLBACK, answer, {})


def somebody(world: World) -> Person:
    """A person, attached."""
    return db.session.merge(world.person(world.organisation()))


def account(person: Person, network: str, scopes: tuple[str, ...], name: str = "Ada Lark", **values: Any) -> Account:
    grant = Grant(f"{network}-{name}", name, Secret("t0ken"), scopes, utcnow() + timedelta(days=30))
    made = service.connect(person, network, grant)
    for field, value in values.items():
        setattr(made, field, value)
    db.session.commit()
    return made


@pytest.fixture
def second_app(offered: Outside, set_environment: Callable[..., None]) -> Outside:
    set_environment(**SECOND)
    return offered


def test_who_tells_the_figures(ctx: Flask, second_app: Outside) -> None:
    person = somebody(World(ctx))
    mine = account(person, "linkedin", tuple(POSTING.split()))
    assert found(mine) == ("linkedin", mine.id), "nobody else, yet"
    other = account(person, "linkedin-analytics", READING, "Another Name")
    assert found(mine) == ("linkedin-analytics", other.id)
    same = account(person, "linkedin-analytics", READING)
    assert found(mine) == ("linkedin-analytics", same.id)
    same.state = AccountState.RECONNECT.value
    assert found(mine) == ("linkedin-analytics", other.id)
    mine.scopes = [*POSTING.split(), "r_member_postAnalytics"]
    assert found(mine) == ("linkedin", mine.id), "its own grant comes first"


def test_nobody_tells_the_figures_of_somebody_elses_account(ctx: Flask, second_app: Outside) -> None:
    world = World(ctx)
    mine = account(somebody(world), "linkedin", tuple(POSTING.split()))
    account(somebody(world), "linkedin-analytics", READING)
    assert found(mine) == ("linkedin", mine.id)


def test_where_the_network_is_gone_nobody_tells(ctx: Flask, second_app: Outside) -> None:
    assert readers.find_reader(account(somebody(World(ctx)), "gone", ())) is None


def found(mine: Account) -> tuple[str, int] | None:
    reader = readers.find_reader(mine)
    return None if reader is None else (reader[0].capabilities.name, reader[1].id)


def test_it_is_no_place_to_publish(ctx: Flask, second_app: Outside) -> None:
    person = somebody(World(ctx))
    mine = account(person, "linkedin", tuple(POSTING.split()))
    apart = account(person, "linkedin-analytics", READING)
    assert [each.id for each in service.accounts_of(person)] == [mine.id]
    assert [each.id for each in service.all_accounts_of(person)] == [mine.id, apart.id]
    assert "linkedin-analytics" not in [each.capabilities.name for each in registry.offered()]
    assert registry.find_adapter("linkedin-analytics") is not None


def test_the_walk_through_the_pages(
    second_app: Outside, world: World, visit: Callable[..., Visitor], set_environment: Callable[..., None]
) -> None:
    visitor = visit(world.person(world.organisation(), name="Ada Lark"))
    set_environment(RELAIS_LINKEDIN_SCOPES=POSTING)
    assert "LinkedIn Analytics" not in words(visitor.get("/accounts")), "only beside an account of the first app"
    connected(visitor, "linkedin", name="Ada Lark")
    shown = words(visitor.get("/accounts"))
    assert "a consent apart" in shown
    assert "does not read the figures of those posts" in shown
    [member] = requests.get(f"{second_app.url}/_sandbox/members", timeout=10).json()
    connected(visitor, "linkedin-analytics", sub=member["sub"])
    shown = words(visitor.get("/accounts"))
    assert "reads the figures of your posts, and does nothing else" in shown
    assert shown.count("reads the figures of those posts") == 1, "by the consent apart"


def connected(visitor: Visitor, network: str, **choice: str) -> None:
    """Leave for the consent page and come back with a yes; the member there is who there is."""
    answer = visitor.post(f"/accounts/{network}/connect", {})
    assert answer.status_code == 200, answer.text
    [refresh] = [each.attributes["content"] or "" for each in page_of(answer).css("meta[http-equiv=refresh]")]
    there = consent(refresh.removeprefix("0;url="), **choice)
    back = visitor.get(f"/accounts/{network}/callback", query_string=there)
    assert back.status_code == 302, back.text


def test_what_ends_soon_is_told_in_the_log(
    ctx: Flask, set_environment: Callable[..., None], caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    set_environment(RELAIS_LINKEDIN_VERSION=utcnow().strftime("%Y%m"))
    assert look_after() == 0
    set_environment(RELAIS_LINKEDIN_VERSION="202401")
    assert look_after() == 1
    assert "version 202401" in caplog.text + capsys.readouterr().out
