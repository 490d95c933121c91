"""When a consent ends for good, and telling its person in time: 14, 7 and 1 days before, each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import defer, joinedload

from advocacy.db import db
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.networks.base import Grant
from advocacy.networks.models import Account, AccountState
from advocacy.networks.registry import find_adapter
from advocacy.people.models import Person
from config.settings import get_settings

DAYS = (14, 7, 1)
BATCH = 200
_LONG = timedelta(days=365)


def consent_ends() -> ColumnElement[datetime | None]:
    """Until when the grant can be used or renewed without its person; NULL where no end is known."""
    renewed = func.greatest(Account.expires_at, Account.refresh_expires_at)
    return case(
        (Account.refresh_token.is_(None), Account.expires_at),
        (Account.refresh_expires_at.is_(None), None),
        else_=renewed,
    )


def known_by_connecting(grant: Grant, now: datetime) -> int | None:
    """Which of DAYS need no letter, for a consent that is that short from the start; None for a longer one."""
    ends = (grant.refresh_expires_at or now + _LONG) if grant.refresh_token else grant.expires_at
    return min((days for days in DAYS if ends and ends - now <= timedelta(days=days)), default=None)


def warn_of_endings(now: datetime) -> int:
    """Write to the next people whose consent ends soon; answers how many. The caller commits, and calls again."""
    due = _due(now)
    for account in due:
        _warn(account, now)
    return len(due)


def _due(now: datetime) -> Sequence[Account]:
    """Accounts nearer their end than the last time their person was told; each held by this worker alone."""
    ends = consent_ends()
    steps = [
        and_(ends <= now + timedelta(days=days), or_(Account.warned_days.is_(None), Account.warned_days > days))
        for days in DAYS
    ]
    wanted = (
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Account.state == AccountState.CONNECTED.value, ends > now, or_(*steps), Person.deactivated_at.is_(None))
        .order_by(Account.id)
        .limit(BATCH)
        .with_for_update(of=Account, skip_locked=True)
    )
    hidden = (defer(Account.access_token), defer(Account.refresh_token), defer(Account.key))
    return db.session.scalars(wanted.options(joinedload(Account.person), *hidden)).unique().all()


def _warn(account: Account, now: datetime) -> None:
    ends = max(filter(None, (account.expires_at, account.refresh_expires_at)))
    left = ends - now
    account.warned_days = min(days for days in DAYS if left <= timedelta(days=days))
    adapter, person = find_adapter(account.network), account.person
    if adapter is None:
        return
    label, days = adapter.capabilities.label, max(left.days, 0)
    with speaking(person.language):
        subject = (
            ngettext("%(network)s ends in %(num)d day", "%(network)s ends in %(num)d days", days, network=label)
            if days
            else _("%(network)s ends today", network=label)
        )
    page = f"{get_settings().public_url}/accounts/{account.network}/connect"
    post_mail(person.email, person.language, "ending", subject, network=label, name=person.name, page=page, ends=ends)
