"""Accounts as the service keeps them: sealed, one person's own, told once when they break."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from advocacy import events
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.mail import OutgoingMail
from advocacy.networks import service
from advocacy.networks.base import Credentials, Grant
from advocacy.networks.events import AccountBroken, AccountGone, AccountMended
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sealing import Secret
from tests.world import World

GRANT = Grant(
    external_id="m1",
    name="Ada Lark",
    access_token=Secret("token-of-ada"),
    scopes=("openid", "w_member_social"),
    expires_at=utcnow() + timedelta(days=60),
    refresh_token=Secret("renewal-of-ada"),
    refresh_expires_at=utcnow() + timedelta(days=365),
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was announced, in order, to a listener of our own."""
    heard: list[Any] = []
    monkeypatch.setattr(
        events, "_listeners", {kind: [heard.append] for kind in (AccountBroken, AccountMended, AccountGone)}
    )
    yield heard


@pytest.fixture
def ada(world: World, ctx: Flask) -> Person:
    return db.session.get_one(Person, world.person(world.organisation()).id)


@pytest.fixture
def bo(world: World, ctx: Flask) -> Person:
    return db.session.get_one(Person, world.person(world.organisation()).id)


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(db.select(OutgoingMail)))


def test_tokens_are_ciphertext_in_the_database(ada: Person) -> None:
    account = service.connect(ada, "linkedin", GRANT)
    db.session.commit()
    row = db.session.execute(text("select access_token, refresh_token, account::text from account")).one()
    assert all("token-of-ada" not in column and "renewal-of-ada" not in column for column in row)
    assert "token-of-ada" not in repr(account) + repr(service.credentials_of(account))
    assert service.credentials_of(account).access_token.reveal() == "token-of-ada"


def test_connecting_again_is_the_same_account(ada: Person, told: list[Any]) -> None:
    first = service.connect(ada, "linkedin", GRANT)
    service.mark_broken(first.id, "revoked")
    again = service.connect(ada, "linkedin", replace(GRANT, access_token=Secret("another"), name="Ada L."))
    assert [each.id for each in service.accounts_of(ada)] == [first.id] == [again.id]
    assert (again.state, again.name) == ("connected", "Ada L.")
    assert service.credentials_of(again).access_token.reveal() == "another"
    assert [type(each) for each in told] == [AccountMended, AccountBroken, AccountMended]


def test_a_member_belongs_to_one_person(ada: Person, bo: Person) -> None:
    mine = service.connect(ada, "linkedin", GRANT)
    with pytest.raises(Conflict) as refused:
        service.connect(bo, "linkedin", replace(GRANT, access_token=Secret("stolen")))
    assert ada.name not in str(refused.value.sentence) and "Ada" not in str(refused.value.sentence)
    db.session.refresh(mine)
    assert mine.person_id == ada.id
    assert service.credentials_of(mine).access_token.reveal() == "token-of-ada"
    assert service.accounts_of(bo) == []


def test_disconnecting_erases(ada: Person, bo: Person, told: list[Any]) -> None:
    account = service.connect(ada, "linkedin", GRANT)
    with pytest.raises(NotFound):
        service.disconnect(bo, account.id)
    credentials = service.disconnect(ada, account.id)
    assert credentials is not None and credentials.access_token.reveal() == "token-of-ada"
    assert db.session.scalar(db.select(Account)) is None
    assert told[-1] == AccountGone(account.id, ada.id)
    with pytest.raises(NotFound):
        service.disconnect(ada, account.id)


def test_an_account_whose_key_is_lost_can_still_be_seen_left_and_connected_again(ada: Person) -> None:
    person_id, number = ada.id, service.connect(ada, "linkedin", GRANT).id

    def lose_the_key() -> Person:
        db.session.execute(text("update account set access_token = 'spoiled', refresh_token = 'spoiled'"))
        db.session.commit()
        db.session.expunge_all()
        return db.session.get_one(Person, person_id)

    assert [each.id for each in service.accounts_of(lose_the_key())] == [number]
    assert service.connect(lose_the_key(), "linkedin", GRANT).id == number
    assert service.disconnect(lose_the_key(), number) is None
    assert db.session.scalar(db.select(Account.id)) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_break_is_told_once(ada: Person, told: list[Any], language: str) -> None:
    ada.language = language
    account = service.connect(ada, "linkedin", GRANT)
    for reason in ("revoked", "expired", "revoked"):
        service.mark_broken(account.id, reason)
    [mail] = mails()
    assert mail.recipient == ada.email and "LinkedIn" in mail.subject
    assert "http://relais.test/accounts" in (mail.text or "") and "http://relais.test/accounts" in (mail.html or "")
    assert told[1:] == [AccountBroken(account.id, ada.id)]
    service.connect(ada, "linkedin", GRANT)
    service.mark_broken(account.id, "revoked")
    assert len(mails()) == 2, "another break is another mail"


def test_a_key_that_only_ended_rests_until_it_is_renewed(ada: Person, told: list[Any]) -> None:
    account = service.connect(ada, "linkedin", GRANT)
    spent = service.credentials_of(account)
    service.mark_broken(account.id, "expired")
    assert (account.state, mails()) == ("reconnect", [])
    assert service.due_for_renewal(utcnow()) == [account.id]
    fresh = replace(GRANT, access_token=Secret("fresh"), refresh_token=None)
    assert service.record_renewal(account.id, fresh, spent)
    assert account.state == "connected" and service.credentials_of(account).refresh_token == GRANT.refresh_token
    assert [type(each) for each in told] == [AccountMended, AccountMended]


def test_a_refusal_of_an_older_key_breaks_nothing(ada: Person) -> None:
    account = service.connect(ada, "linkedin", GRANT)
    older = Credentials("m1", Secret("older"))
    service.mark_broken(account.id, "revoked", older)
    assert not service.record_renewal(account.id, replace(GRANT, access_token=Secret("late")), older)
    db.session.refresh(account)
    assert account.state == "connected" and service.credentials_of(account).access_token == GRANT.access_token
    service.mark_broken(account.id + 1, "revoked")


@pytest.mark.parametrize(
    ("ends", "renewal_ends", "due", "over"),
    [
        (timedelta(days=8), timedelta(days=300), False, False),
        (timedelta(days=6), timedelta(days=300), True, False),
        (timedelta(days=6), None, False, False),
        (timedelta(days=3), timedelta(days=3), False, False),
        (-timedelta(hours=1), timedelta(days=300), True, False),
        (-timedelta(hours=1), -timedelta(hours=1), False, True),
        (-timedelta(hours=1), None, False, True),
        (None, None, False, False),
    ],
)
def test_what_is_due(
    world: World, ada: Person, ends: timedelta | None, renewal_ends: timedelta | None, due: bool, over: bool
) -> None:
    now = utcnow()
    account = world.account(
        ada,
        expires_at=ends if ends is None else now + ends,
        refresh_token=Secret("renewal") if renewal_ends else None,
        refresh_expires_at=now + renewal_ends if renewal_ends else None,
    )
    assert (service.due_for_renewal(now) == [account.id]) is due
    assert (service.ended_for_good(now) == [account.id]) is over


def test_use_is_noted(world: World, ada: Person) -> None:
    account = world.account(ada)
    service.note_use(account.id)
    assert service.get_account(ada, account.id).last_used_at is not None
