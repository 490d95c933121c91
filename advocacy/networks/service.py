"""Accounts: connected, used, broken, renewed, given up. Networks are called by views and tasks, not from here."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

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
from advocacy.networks.apps import find_app
from advocacy.networks.base import ClientApp, Credentials, Grant, Reconnect
from advocacy.networks.endings import known_by_connecting
from advocacy.networks.events import AccountBroken, AccountGone, AccountMended
from advocacy.networks.models import Account, AccountState
from advocacy.networks.registry import find_adapter, telling_figures
from advocacy.people.models import Person
from advocacy.sealing import CannotOpen
from config.settings import get_settings

RENEW_AHEAD = timedelta(days=7)
USE_AHEAD = timedelta(minutes=2)
WORTH_IT = timedelta(hours=1)
A_LITTLE = timedelta(days=1)
_WITHOUT_TOKENS = (defer(Account.access_token), defer(Account.refresh_token), defer(Account.key))
log = structlog.get_logger(__name__)


def accounts_of(person: Person) -> Sequence[Account]:
    """The accounts that the person may publish on, the oldest first, their tokens left sealed until asked for."""
    apart = {adapter.capabilities.name for adapter in telling_figures()}
    return [account for account in all_accounts_of(person) if account.network not in apart]


def all_accounts_of(person: Person) -> Sequence[Account]:
    """The same, with those that only tell figures."""
    wanted = select(Account).where(Account.person_id == person.id).order_by(Account.id)
    return db.session.scalars(wanted.options(*_WITHOUT_TOKENS)).all()


def get_account(person: Person, account_id: int) -> Account:
    """An account of the person's own. Raises NotFound, also for somebody else's."""
    wanted = select(Account).where(Account.id == account_id, Account.person_id == person.id)
    account = db.session.scalar(wanted.options(*_WITHOUT_TOKENS))
    if account is None:
        raise NotFound
    return account


def connect(
    person: Person,
    network: str,
    grant: Grant,
    limits: Mapping[str, Any] | None = None,
    agreed_at: datetime | None = None,
) -> Account:
    """Keep a grant: a new account, or the person's own one anew. Raises Conflict if the member is somebody else's.

    `limits`: what the network says of them; `agreed_at`: when the person agreed to the match, where terms ask for that.
    """
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
        "handle": grant.handle,
        "key": grant.key,
        "renew_at": grant.renew_at,
        "limits": dict(limits or {}),
        "limits_at": now,
        "warned_days": known_by_connecting(grant, now),
        "broken_at": None,
        "broken_reason": None,
        "matching_agreed_at": agreed_at or find_agreement(person, network),
    }
    identity = {"network": network, "host": grant.host, "external_id": grant.external_id}
    anew = {**values, "matching_agreed_at": func.coalesce(Account.matching_agreed_at, values["matching_agreed_at"])}
    account_id = db.session.scalar(
        insert(Account)
        .values(person_id=person.id, created_at=now, **identity, **values)
        .on_conflict_do_update(index_elements=list(identity), set_=anew, where=Account.person_id == person.id)
        .returning(Account.id)
    )
    if account_id is None:
        raise Conflict(_("That account is already connected to another person on Relais. Nothing was changed."))
    account = db.session.get_one(Account, account_id, populate_existing=True)
    announce(AccountMended(account.id, person.id))
    return account


def find_agreement(person: Person, network: str) -> datetime | None:
    """When the person said yes to the match of names there; None while they did not, or withdrew it by leaving."""
    mine = (Account.person_id == person.id, Account.network == network)
    return db.session.scalar(select(func.min(Account.matching_agreed_at)).where(*mine))


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


def is_needed_elsewhere(person: Person, network: str, credentials: Credentials) -> bool:
    """Whether another account of the person's stands on the same consent, so that giving it back would break that."""
    adapter = find_adapter(network)
    for other in all_accounts_of(person) if adapter is not None else ():
        try:
            if other.network == network and adapter and adapter.is_one_consent(credentials, credentials_of(other)):
                return True
        except (CannotOpen, Reconnect):
            continue
    return False


def credentials_of(account: Account, apps: Mapping[str, ClientApp | None] | None = None) -> Credentials:
    """What an adapter needs to act for the account, detached. Raises Reconnect without a token, CannotOpen.

    `apps`: those of the network's servers by host, where they were read before.
    """
    if account.access_token is None:
        raise Reconnect("token")
    return Credentials(
        external_id=account.external_id,
        access_token=account.access_token,
        scopes=tuple(account.scopes),
        host=account.host,
        refresh_token=account.refresh_token,
        refresh_expires_at=account.refresh_expires_at,
        handle=account.handle,
        key=account.key,
        app=_app_of(account, apps) if account.host else None,
        limits=account.limits,
    )


def _app_of(account: Account, apps: Mapping[str, ClientApp | None] | None) -> ClientApp | None:
    return apps[account.host] if apps and account.host in apps else find_app(account.network, account.host)


def note_use(*account_ids: int) -> None:
    """The network has just done something for the accounts; they are held in the order of their ids."""
    held = select(Account.id).where(Account.id.in_(account_ids)).order_by(Account.id).with_for_update(key_share=True)
    used = update(Account).where(Account.id.in_(held)).values(last_used_at=utcnow())
    db.session.execute(used.execution_options(synchronize_session=False))


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
        account.renew_at = utcnow()
        return
    account.refresh_token, account.renew_at = None, None
    account.broken_at, account.broken_reason = utcnow(), reason
    log.info("account_broken", account_id=account_id, reason=reason)
    announce(AccountBroken(account.id, account.person_id))
    _write_to(account)


def due_for_renewal(now: datetime) -> list[int]:
    """Ids of accounts whose grant should be renewed now, and which a renewal would carry further: at the moment the
    network's rules suggest, else a week before the access token ends.
    """
    by_week = and_(Account.renew_at.is_(None), Account.expires_at <= now + RENEW_AHEAD)
    due = (or_(Account.renew_at <= now, by_week), _renewable(now))
    return list(db.session.scalars(select(Account.id).where(*due).order_by(Account.expires_at, Account.id)))


def needs_renewal(account_id: int, now: datetime) -> bool:
    """Whether the account's access token ends too soon to be used, and a renewal would carry it further."""
    due = (Account.id == account_id, Account.expires_at <= now + USE_AHEAD, _renewable(now))
    return db.session.scalar(select(Account.id).where(*due)) is not None


def ends_soon(account: Account, now: datetime) -> bool:
    """Whether the account's access token ends too soon to be used, and may be renewed (`renewing` looks closer)."""
    renewable = account.refresh_token is not None
    return renewable and account.expires_at is not None and account.expires_at <= now + USE_AHEAD


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
    before, account.refresh_expires_at = account.refresh_expires_at, grant.refresh_expires_at
    account.scopes = list(grant.scopes)
    account.renew_at, account.key = grant.renew_at, grant.key or spent.key
    account.broken_at, account.broken_reason = None, None
    if not before or not grant.refresh_expires_at or grant.refresh_expires_at > before + A_LITTLE:
        account.warned_days = None  # where the end of it all has not moved, what was said of it stands
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
