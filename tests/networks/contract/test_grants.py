"""The life of a grant at every network: renewed, refused, ended."""

from dataclasses import replace

import pytest

from advocacy.networks.base import Credentials, Grant, NetworkFailure, Reconnect, TryLater
from tests.networks.contract.networks import broken, does, has, lacks, needs
from tests.networks.contract.stage import Stage
from tests.networks.contract.test_failures import failure_of


def renewed(stage: Stage, spent: Credentials) -> tuple[Credentials, Grant]:
    """What a renewal brings, as it is kept."""
    grant = stage.adapter.renew(spent)
    assert grant is not None
    kept = replace(
        spent,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token or spent.refresh_token,
        scopes=grant.scopes,
        key=grant.key or spent.key,
    )
    return kept, grant


@needs(broken, does("renew"))
def test_a_renewal_brings_a_token_that_works(stage: Stage, member: Credentials) -> None:
    stage.ripen(member)
    fresh, grant = renewed(stage, member)
    assert fresh.access_token.reveal() != member.access_token.reveal()
    assert grant.external_id == member.external_id
    assert set(grant.scopes) == set(member.scopes)
    assert grant.expires_at is not None
    stage.publish(fresh, stage.outgoing("Still here."))
    stage.ripen(fresh)
    again, _ = renewed(stage, fresh)
    stage.publish(again, stage.outgoing("And again."))


@needs(broken, does("renew"), has("ROTATES"))
def test_an_old_renewal_token_is_dead(stage: Stage, member: Credentials) -> None:
    fresh, _ = renewed(stage, member)
    assert fresh.refresh_token is not None
    assert member.refresh_token is not None
    assert fresh.refresh_token.reveal() != member.refresh_token.reveal()
    assert isinstance(failure_of(lambda: stage.adapter.renew(member)), Reconnect)


@needs(broken, does("renew"))
def test_a_renewal_refused_is_for_the_person_to_mend(stage: Stage, member: Credentials) -> None:
    stage.revoke(member)
    assert isinstance(failure_of(lambda: stage.adapter.renew(member)), Reconnect)


@needs(broken, does("renew"))
@pytest.mark.parametrize("kind", ["cut_before", "hang_before", "500", "503", "429", "malformed"])
def test_a_renewal_without_a_clear_answer_is_tried_later(stage: Stage, member: Credentials, kind: str) -> None:
    stage.fault("renew", kind, then="drop")
    failure = failure_of(lambda: stage.adapter.renew(member))
    assert isinstance(failure, TryLater), failure
    stage.ask("faults/release")


@needs(lacks("renew"))
def test_where_nothing_renews_there_is_no_renewal(stage: Stage, member: Credentials) -> None:
    assert stage.adapter.renew(member) is None


@needs(does("revoke"))
def test_what_is_given_back_is_dead(stage: Stage, member: Credentials) -> None:
    stage.adapter.revoke(member)
    with pytest.raises(NetworkFailure) as raised:
        stage.publish(member, stage.outgoing("From beyond."))
    assert isinstance(raised.value, Reconnect)
    stage.adapter.revoke(member)


@needs(broken, does("revoke"), does("renew"))
def test_what_is_given_back_cannot_be_renewed(stage: Stage, member: Credentials) -> None:
    stage.adapter.revoke(member)
    assert isinstance(failure_of(lambda: stage.adapter.renew(member)), Reconnect)


@needs(lacks("revoke"))
def test_where_nothing_can_be_given_back_nothing_is_said(stage: Stage, member: Credentials) -> None:
    before = stage.look("requests")
    stage.adapter.revoke(member)
    assert stage.look("requests") == before
