"""Networks are asked over HTTP by their own adapter; what they do not say is unknown, never zero."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.networks.sandbox import serve_in_thread
from advocacy.people.models import Person
from advocacy.sealing import Secret
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share
from advocacy.tracking import measuring, service
from advocacy.tracking.measuring import ages, next_after
from advocacy.tracking.models import Measurement, MeasurementPlan, ShareFigures
from advocacy.tracking.tasks import measure_due
from tests.networks.conftest import Outside
from tests.tracking.clicks import share_of

ANALYTICS = "/rest/memberCreatorPostAnalytics"
FIGURES = {"impressions": 1204, "members_reached": 800, "reactions": 31, "comments": 4, "reshares": 0}


@pytest.fixture(scope="module")
def sandbox():
    with serve_in_thread(analytics_delay=0) as running:
        yield Outside(running)


@pytest.fixture
def network(sandbox, set_environment: Callable[..., None]):
    """The sandbox, and an app that talks to it and asks an hour after publication."""
    sandbox.ask("reset")
    set_environment(
        RELAIS_LINKEDIN_OAUTH_URL=f"{sandbox.url}/oauth/v2",
        RELAIS_LINKEDIN_API_URL=sandbox.url,
        RELAIS_LINKEDIN_SITE_URL=sandbox.url,
        RELAIS_MEASURE_MINUTES="60",
        RELAIS_NETWORK_SECONDS="1",
    )
    return sandbox


@pytest.fixture
def share(ctx, world, network):
    """A share that stands on the sandbox since two hours, planned and due."""
    member = network.member()
    urn = str(network.ask("posts", member=member.sub, commentary="Hello", quiet=True, figures=FIGURES)["urn"])
    programme = world.organisation()
    person = world.person(programme)
    account = world.account(
        person, external_id=member.sub, access_token=Secret(member.credentials.access_token.reveal())
    )
    made = share_of(
        world,
        person,
        world.post(programme),
        account_id=account.id,
        external_id=urn,
        published_at=utcnow() - timedelta(hours=2),
    )
    service.plan_measurement(published(made))
    db.session.commit()
    return made


def published(share, **values: Any) -> SharePublished:
    return SharePublished(
        **{
            "share_id": share.id,
            "person_id": share.person_id,
            "post_id": share.post_id,
            "network": share.network,
            "published_at": share.published_at,
            "alike": 100,
            "rewards_allowed": True,
            "settled_by_person": False,
            **values,
        }
    )


def plan_of(share) -> MeasurementPlan:
    db.session.rollback()
    return db.session.get(MeasurementPlan, share.id, populate_existing=True)


def make_due(share) -> None:
    db.session.execute(update(MeasurementPlan).values(next_at=utcnow() - timedelta(seconds=1)))
    db.session.commit()


def run() -> None:
    measure_due.apply(throw=True)


def test_figures_arrive_with_their_provenance_and_the_next_question_is_planned(share):
    run()
    row = service.figures_of([share.id])[share.id]
    assert (row.impressions, row.reach, row.reactions, row.comments, row.reshares) == (1204, 800, 31, 4, 0)
    assert row.measured_at > utcnow() - timedelta(minutes=1)
    kept = db.session.scalars(select(Measurement)).all()
    assert {entry.metric: entry.value for entry in kept}["reshares"] == 0
    assert {(entry.source, entry.provenance) for entry in kept} == {("linkedin/202608", "measured")}
    assert plan_of(share).next_at == share.published_at + timedelta(hours=3)
    assert plan_of(share).asked == 1
    totals = service.totals_for(share.person_id, utcnow() - timedelta(days=1))
    assert (totals.impressions, totals.reach, totals.measured_shares, totals.published_shares) == (1204, 800, 1, 1)


def test_nothing_is_asked_before_it_is_due(share, network):
    run()
    before = len(network.requests())
    run()
    assert len(network.requests()) == before


def test_silence_is_unknown_and_written_once(share, network):
    network.fault(ANALYTICS, "403", times=-1)
    for _ in range(3):
        make_due(share)
        run()
    row = service.figures_of([share.id])[share.id]
    assert (row.impressions, row.reach, row.reshares, row.measured_at) == (None, None, None, None)
    kept = [(entry.metric, entry.value) for entry in db.session.scalars(select(Measurement))]
    assert len(kept) == 5
    assert {value for _metric, value in kept} == {None}


def test_silence_after_figures_takes_none_away(share, network):
    run()
    network.fault(ANALYTICS, "403", times=-1)
    make_due(share)
    run()
    assert service.figures_of([share.id])[share.id].impressions == 1204


def test_a_busy_network_is_asked_when_it_says(share, network):
    network.fault(ANALYTICS, "429", times=-1)
    run()
    assert plan_of(share).next_at > utcnow()
    assert db.session.scalars(select(ShareFigures)).all() == []


def test_a_grant_that_is_gone_is_marked_and_tried_again_another_day(share, network):
    network.fault(ANALYTICS, "expired_token", times=-1)
    run()
    assert db.session.get(Account, share.account_id, populate_existing=True).state == "reconnect"
    assert plan_of(share).next_at > utcnow() + timedelta(hours=23)
    asked = len(network.requests())
    make_due(share)
    run()
    assert len(network.requests()) == asked
    assert plan_of(share).next_at > utcnow() + timedelta(hours=23)


def second_consent(world, network, share, set_environment) -> int:
    """The person's grant for figures alone, while their first one does not cover them; the id of its account."""
    set_environment(
        RELAIS_LINKEDIN_ANALYTICS_CLIENT_ID="sandbox-analytics",
        RELAIS_LINKEDIN_ANALYTICS_CLIENT_SECRET="sandbox-analytics-secret",
    )
    first = db.session.get(Account, share.account_id)
    first.scopes = ["w_member_social"]
    scopes = ["r_basicprofile", "r_member_postAnalytics"]
    asked = {"member": first.external_id, "scope": " ".join(scopes), "client_id": "sandbox-analytics"}
    token = Secret(network.ask("tokens", **asked)["access_token"])
    person = db.session.get(Person, share.person_id)
    values = {"external_id": "another-id", "access_token": token, "scopes": scopes}
    apart = world.account(person, network="linkedin-analytics", **values)
    db.session.commit()
    return apart.id


def test_figures_come_by_a_consent_apart(share, network, world, set_environment):
    second_consent(world, network, share, set_environment)
    run()
    assert service.figures_of([share.id])[share.id].impressions == 1204


def test_it_is_the_consent_apart_that_ends(share, network, world, set_environment):
    apart = second_consent(world, network, share, set_environment)
    network.fault(ANALYTICS, "expired_token", times=-1)
    run()
    assert db.session.get(Account, apart, populate_existing=True).state == "reconnect"
    assert db.session.get(Account, share.account_id, populate_existing=True).state == "connected"
    asked = len(network.requests())
    make_due(share)
    run()
    assert len(network.requests()) == asked, "the first consent does not cover figures: nothing is asked"


@pytest.mark.parametrize(
    "values", [{"account_id": None}, {"external_id": None}, {"state": "removed"}, {"published_at": None}]
)
def test_what_can_no_longer_be_asked_for_is_not(share, network, values):
    db.session.execute(update(Share).where(Share.id == share.id).values(**values))
    db.session.commit()
    run()
    assert plan_of(share).next_at is None
    assert [each for each in network.requests() if each["path"] == ANALYTICS] == []


def test_no_transaction_is_open_while_the_network_answers(share, network):
    """Whoever asks the database meanwhile finds nothing held."""
    claimed = measuring.claim_due()
    db.session.commit()
    question = measuring.question_of(claimed)
    db.session.commit()
    assert not db.session().in_transaction()
    answer = measuring.ask(question)
    assert not db.session().in_transaction()
    measuring.record(question, answer)
    db.session.commit()


def test_a_share_is_claimed_once(share):
    assert measuring.claim_due() == share.id
    db.session.commit()
    assert measuring.claim_due() is None
    assert plan_of(share).next_at > utcnow() + measuring.LEASE / 2


def test_only_what_its_network_can_tell_is_planned(ctx, world, network):
    programme = world.organisation()
    person = world.person(programme)
    unknown, declared, twice = (share_of(world, person, world.post(programme)) for _ in range(3))
    service.plan_measurement(published(unknown, network="elsewhere"))
    service.plan_measurement(published(declared, settled_by_person=True))
    service.plan_measurement(published(twice))
    service.plan_measurement(published(twice))
    db.session.commit()
    plans = db.session.scalars(select(MeasurementPlan)).all()
    assert [plan.share_id for plan in plans] == [twice.id]
    assert plans[0].next_at == twice.published_at + timedelta(hours=1)


def test_ages_decay_from_the_first_to_two_months():
    hours = [age / timedelta(hours=1) for age in ages(60)]
    assert hours == [1, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440]
    minutes = [age / timedelta(minutes=1) for age in ages(0)[:8]]
    assert minutes == [0, 1, 2, 4, 8, 16, 32, 60]
    assert [age / timedelta(hours=1) for age in ages(240)[:3]] == [4, 6, 12]


@given(st.integers(0, 10_000), st.integers(0, 100 * 86400))
def test_the_next_question_is_always_later_and_there_is_a_last_one(minutes, seconds):
    published_at = datetime(2026, 1, 1, tzinfo=UTC)
    now = published_at + timedelta(seconds=seconds)
    following = next_after(published_at, now, minutes)
    if following is None:
        assert now >= published_at + ages(minutes)[-1]
    else:
        assert now < following <= published_at + ages(minutes)[-1]
    assert list(ages(minutes)) == sorted(set(ages(minutes)))
