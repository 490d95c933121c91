"""Accounts: connected, used, broken, renewed, given up. Networks are called by views and tasks, not from here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.events import announce
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.networks.base import Credentials, Grant, Reconnect
from advocacy.networks.events import AccountBroken, AccountGone, AccountMended
from advocacy.networks.models import Account, AccountState
from advocacy.networks.registry import find_adapter
from advocacy.people.models import Person
from advocacy.sealing import CannotOpen
from config.settings import get_settings

RENEW_AHEAD = timedelta(days=7)
WORTH_IT = timedelta(hours=1)
_WITHOUT_TOKENS = (defer(Account.access_token), defer(Account.refresh_token))
log = structlog.get_logger(__name__)


def accounts_of(person: Person) -> Sequence[Account]:
    """The person's accounts, the oldest first, their tokens left sealed until asked for."""
    wanted = select(Account).where(Account.person_id == person.id).order_by(Account.id)
    return db.session.scalars(wanted.options(*_WITHOUT_TOKENS)).all()


def get_account(person: Person, account_id: int) -> Account:
    """An account of the person's own. Raises NotFound, also for somebody else's."""
    wanted = select(Account).where(Account.id == account_id, Account.person_id == person.id)
    account = db.session.scalar(wanted.options(*_WITHOUT_TOKENS))
    if account is None:
        raise NotFound
    return account


def connect(person: Person, network: str, grant: Grant) -> Account:
    """Keep a grant: a new account, or the person's own one anew. Raises Conflict if the member is somebody else's."""
    now = utcnow()
    values = {
        "name": grant.name,
        "state": AccountState.CONNECTED.value,
        "access_token": grant.access_token,
        "refresh_token": grant.refresh_token,
        "scopes": list(grant.scopes),
        "expires_at": grant.expires_at,
        "refresh_expires_at": grant.refresh_expires_at,
        "connected_at": now,
    }
    identity = {"network": network, "host": grant.host, "external_id": grant.external_id}
    account_id = db.session.scalar(
        insert(Account)
        .values(person_id=person.id, created_at=now, **identity, **values)
        .on_conflict_do_update(index_elements=list(identity), set_=values, where=Account.person_id == person.id)
        .returning(Account.id)
    )
    if account_id is None:
        raise Conflict(_("That account is already connected to another person on Relais. Nothing was changed."))
    account = db.session.get_one(Account, account_id, populate_existing=True)
    announce(AccountMended(account.id, person.id))
    return account


def disconnect(person: Person, account_id: int) -> Credentials | None:
    """Erase the account with its tokens. What to have the network revoke after the commit; None if nothing can be.

    Raises NotFound. Shares stay, without their account.
    """
    account = _locked(get_account(person, account_id).id)
    if account is None:
        raise NotFound
    try:
        credentials = credentials_of(account)
    except (CannotOpen, Reconnect):
        credentials = None
    announce(AccountGone(account.id, person.id))
    db.session.delete(account)
    db.session.flush()
    return credentials


def credentials_of(account: Account) -> Credentials:
    """What an adapter needs to act for the account, detached. Raises Reconnect without a token, CannotOpen."""
    if account.access_token is None:
        raise Reconnect("token")
    return Credentials(
        external_id=account.external_id,
        access_token=account.access_token,
        scopes=tuple(account.scopes),
        host=account.host,
        refresh_token=account.refresh_token,
        refresh_expires_at=account.refresh_expires_at,
    )


def note_use(account_id: int) -> None:
    """The network has just done something for the account."""
    db.session.execute(update(Account).where(Account.id == account_id).values(last_used_at=utcnow()))


def mark_broken(account_id: int, reason: str, tried: Credentials | None = None) -> None:
    """The network refuses the grant. The person is told once a break, by mail; AccountBroken is announced once.

    An access token that merely ended, beside one that renews it, is only put first in line for renewal: the account
    rests meanwhile. With `tried` given, a grant that is newer than it stays untouched.
    """
    account = _locked(account_id)
    if account is None or (tried is not None and account.access_token != tried.access_token):
        return
    broken = account.state == AccountState.RECONNECT.value
    if broken and account.refresh_token is None:
        return
    account.state = AccountState.RECONNECT.value
    if reason == "expired" and renewable_ids([account]):
        account.expires_at = min(account.expires_at or utcnow(), utcnow())
        return
    account.refresh_token = None
    log.info("account_broken", account_id=account_id, reason=reason)
    announce(AccountBroken(account.id, account.person_id))
    _write_to(account)


def due_for_renewal(now: datetime) -> list[int]:
    """Ids of accounts whose access token ends within a week, or ended, and which a renewal would carry further."""
    due = (Account.expires_at <= now + RENEW_AHEAD, _renewable(now))
    return list(db.session.scalars(select(Account.id).where(*due).order_by(Account.expires_at, Account.id)))


def ended_for_good(now: datetime) -> list[int]:
    """Ids of accounts that count as connected though their token has ended and can't be renewed."""
    ended = (Account.state == AccountState.CONNECTED.value, Account.expires_at <= now, not_(_renewable(now)))
    return list(db.session.scalars(select(Account.id).where(*ended).order_by(Account.id)))


def renewable_ids(accounts: Sequence[Account]) -> set[int]:
    """Which of these accounts can be renewed without the person."""
    wanted = select(Account.id).where(Account.id.in_([account.id for account in accounts]), _renewable(utcnow()))
    return set(db.session.scalars(wanted))


def record_renewal(account_id: int, grant: Grant, spent: Credentials) -> bool:
    """Keep what a renewal of `spent` brought; AccountMended if the account rested. False if it changed meanwhile."""
    account = _locked(account_id)
    if account is None or account.access_token != spent.access_token:
        return False
    account.access_token, account.expires_at = grant.access_token, grant.expires_at
    account.refresh_token = grant.refresh_token or spent.refresh_token
    account.refresh_expires_at, account.scopes = grant.refresh_expires_at, list(grant.scopes)
    if account.state == AccountState.RECONNECT.value:
        account.state = AccountState.CONNECTED.value
        announce(AccountMended(account.id, account.person_id))
    return True


def find_credentials(account_id: int) -> tuple[str, Credentials] | None:
    """Network and credentials of an account, or None when it is gone. Raises Reconnect, CannotOpen."""
    account = db.session.get(Account, account_id, populate_existing=True)
    return None if account is None else (account.network, credentials_of(account))


def _renewable(now: datetime) -> ColumnElement[bool]:
    """A renewal token that outlives the access token: near its own end it would only bring the same end again."""
    base = func.greatest(func.coalesce(Account.expires_at, now), now) + WORTH_IT
    lasting = or_(Account.refresh_expires_at.is_(None), Account.refresh_expires_at > base)
    return and_(Account.refresh_token.is_not(None), lasting)


def _locked(account_id: int) -> Account | None:
    wanted = select(Account).where(Account.id == account_id).with_for_update(of=Account)
    return db.session.scalar(wanted.options(*_WITHOUT_TOKENS).execution_options(populate_existing=True))


def _write_to(account: Account) -> None:
    person, adapter = account.person, find_adapter(account.network)
    label = adapter.capabilities.label if adapter else account.network
    with speaking(person.language):
        subject = _("%(network)s asks you to connect again", network=label)
    page = f"{get_settings().public_url}/accounts"
    post_mail(person.email, person.language, "reconnect", subject, network=label, name=person.name, page=page)
