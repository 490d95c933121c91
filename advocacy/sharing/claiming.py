"""Which shares a worker takes next: those a person waits for first, then the bodies in turn, one share an account.

Claims are made one after the other, by a lock that is held for the length of one statement, so that no two workers see
an account free at the same time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from advocacy.clock import utcnow
from advocacy.content.models import Post, PostState
from advocacy.db import db, rows_changed
from advocacy.networks import service as networks
from advocacy.networks.apps import apps_of
from advocacy.networks.base import Adapter, ClientApp, Credentials, Outgoing, Prepared, Reconnect
from advocacy.networks.models import Account
from advocacy.networks.pacing import place_of
from advocacy.networks.rereading import is_stale
from advocacy.people.models import Person
from advocacy.sealing import CannotOpen
from advocacy.sharing.keeping_back import keep_back
from advocacy.sharing.models import Priority, Share, ShareState
from advocacy.sharing.outgoing import Known, known_of, outgoing_of

AFTER_CRASH = timedelta(minutes=10)
MOST_ATTEMPTS = 40
FEWEST_OF_A_BODY = 8
MOST_LOOKS = 8
"""How often it looks for others where all that were due have to wait."""
_LOCK = 7_283_001
_OF_PERSON = (Person.organisation_id, Person.deactivated_at)
_OF_SHARE = (
    Share.code,
    Share.person_id,
    Share.post_id,
    Share.account_id,
    Share.network,
    Share.text,
    Share.language,
    Share.link,
    Share.reshare_of,
    Share.state,
    Share.priority,
    Share.attempt,
    Share.prepared,
    Share.uncertain,
    Share.created_at,
)
"""What sending reads of a share; anything else is read when it is asked for."""
log = structlog.get_logger(__name__)
CLAIM = """
with recursive body as (
    (select organisation_id as id from share
      where state = 'scheduled' and organisation_id is not null order by organisation_id limit 1)
  union all
    select (select next.organisation_id from share next
             where next.state = 'scheduled' and next.organisation_id > body.id
             order by next.organisation_id limit 1)
      from body where body.id is not null
), turn as (
    select body.id, urgency.priority, count(*) over () as turns
      from body cross join (values (0), (1)) as urgency(priority)
     cross join lateral (select from share where state = 'scheduled' and organisation_id = body.id
                            and priority = urgency.priority and due_at <= now() order by due_at, id limit 1) as due
     where body.id is not null and urgency.priority <= :priority
), candidate as (
    select found.id, found.account_id, found.due_at, turn.priority,
           row_number() over (partition by turn.id, turn.priority order by found.due_at, found.id) as place,
           row_number() over (partition by found.account_id order by turn.priority, found.due_at, found.id) as nth
      from turn cross join lateral (
        select waiting.id, waiting.account_id, waiting.due_at
          from share waiting join account on account.id = waiting.account_id
         where waiting.state = 'scheduled' and waiting.organisation_id = turn.id
           and waiting.priority = turn.priority and waiting.due_at <= now()
           and account.state = 'connected'
           and (account.network || '|' || account.host) <> all (cast(:without as text[]))
           and (cast(:only as text) is null or (account.network || '|' || account.host) = :only)
           and not exists (select 1 from share flying
                            where flying.account_id = waiting.account_id and flying.state in ('claimed', 'armed'))
         order by waiting.due_at, waiting.id
         limit greatest(:few, ceil(2.0 * :most / turn.turns)::int)
      ) as found
), chosen as (
    select share.id from share join (
        select id, row_number() over (order by priority, place, due_at, id) as rank from candidate where nth = 1
         order by rank limit :most
    ) as first on first.id = share.id
     where share.state = 'scheduled'
     order by first.rank
       for update of share skip locked
)
update share set state = 'claimed', claimed_at = now(), attempt = attempt + 1
  from chosen where share.id = chosen.id
returning share.id, share.priority, share.network
"""


@dataclass(frozen=True)
class Claim:
    """A share in a worker's hands, detached from the database; `attempt` fences workers thought dead."""

    share_id: int
    attempt: int
    network: str
    place: str
    account_id: int
    credentials: Credentials
    ends_soon: bool
    """Whether the access token has to be renewed, or the limits read again, before it is used."""
    outgoing: Outgoing
    prepared: Prepared | None
    uncertain: bool
    waited_for: bool
    """Whether somebody looks at a page until it is out."""


def claim(
    most: int, *, without: Collection[str] = (), only: str | None = None, waited_for_only: bool = False
) -> list[int]:
    """Ids of up to so many due shares, taken for this worker; the caller commits before anything else happens.

    Shares of accounts that wait for their person, of places in `without` (or not in `only`), and of accounts of which a
    share is on its way stay where they are; those without money or room today are put off (`keeping_back`).
    """
    db.session.execute(text("set local idle_in_transaction_session_timeout = '20s'"))
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    highest = Priority.WAITED_FOR if waited_for_only else Priority.PLANNED
    asked = {"priority": highest.value, "without": list(without), "only": only, "few": FEWEST_OF_A_BODY, "most": most}
    for _ in range(MOST_LOOKS):
        taken = db.session.execute(text(CLAIM), asked).all()
        kept_back = keep_back({row.id: row.network for row in taken})
        going = [row for row in taken if row.id not in kept_back]
        if going or not kept_back:
            break
    return [row.id for row in sorted(going, key=lambda row: (row.priority, row.id))]


def claims_of(
    share_ids: Sequence[int],
    adapters: Mapping[str, Adapter],
    disclosures: dict[int, dict[str | None, str]] | None = None,
) -> list[Claim]:
    """What is needed to send these claimed shares. What may no longer go is failed here, with a reason.

    `disclosures`: what shares end with, by body, as a round has read it so far.
    """
    shares = {share.id: share for share in _shares(share_ids)}
    going: list[Share] = []
    for share in (shares[share_id] for share_id in share_ids if share_id in shares):
        refusal = _why_not(share, adapters, utcnow())
        if refusal is None:
            going.append(share)
        else:
            share.state, share.failure = ShareState.FAILED.value, refusal
    apps, known = apps_of(share.account for share in going), known_of(going, disclosures)
    made = (_claim_of(share, share.account, apps, adapters, known) for share in going)
    return [claim for claim in made if claim is not None]


def _shares(share_ids: Sequence[int]) -> Sequence[Share]:
    """The shares with their accounts, whose tokens are opened now; where one can't be, all are left sealed."""
    wanted = select(Share).where(Share.id.in_(share_ids), Share.state == ShareState.CLAIMED.value)
    person = joinedload(Share.person).options(load_only(*_OF_PERSON), lazyload("*"))
    loaded = wanted.options(load_only(*_OF_SHARE), selectinload(Share.post).lazyload("*"), person)
    account = joinedload(Share.account)
    sealed = account.defer(Account.access_token).defer(Account.refresh_token).defer(Account.key)
    try:
        return _read(loaded.options(account))
    except CannotOpen:
        return _read(loaded.options(sealed))


def _read(wanted: Select[Share]) -> Sequence[Share]:
    return db.session.scalars(wanted.execution_options(populate_existing=True)).unique().all()


def _why_not(share: Share, adapters: Mapping[str, Adapter], now: datetime) -> str | None:
    """Machine word of why the share may no longer go, or None."""
    post: Post = share.post
    if post.state != PostState.PUBLISHED.value or (post.expires_at and post.expires_at <= now):
        return "post_gone"
    if not share.person.is_active:
        return "person_gone"
    if share.attempt > MOST_ATTEMPTS:
        return "gave_up"
    return None if share.network in adapters else "network_gone"


def _claim_of(
    share: Share,
    account: Account | None,
    apps: Mapping[str, Mapping[str, ClientApp | None]],
    adapters: Mapping[str, Adapter],
    known: Known,
) -> Claim | None:
    try:
        if account is None:
            raise Reconnect("disconnected")
        credentials = networks.credentials_of(account, apps.get(account.network))
        now = utcnow()
        ends_soon = networks.ends_soon(account, now) or is_stale(account, adapters[account.network].capabilities, now)
    except (Reconnect, CannotOpen):
        share.state, share.failure = ShareState.SCHEDULED.value, "reconnect"
        networks.mark_broken(share.account_id or 0, "token")
        return None
    try:
        outgoing = outgoing_of(share, adapters[share.network].capabilities, known)
    except Exception as crash:
        log.error("share_unreadable", share_id=share.id, exc_info=crash)
        share.state, share.failure, share.due_at = ShareState.SCHEDULED.value, "crashed", utcnow() + AFTER_CRASH
        return None
    return Claim(
        share_id=share.id,
        attempt=share.attempt,
        network=share.network,
        place=place_of(account.network, account.host),
        account_id=account.id,
        credentials=credentials,
        ends_soon=ends_soon,
        outgoing=outgoing,
        prepared=stored(share.prepared),
        uncertain=share.uncertain,
        waited_for=share.priority == Priority.WAITED_FOR,
    )


def stored(prepared: dict[str, Any] | None) -> Prepared | None:
    """What an adapter left at its network, as it stands in the row."""
    if prepared is None:
        return None
    ready_at = prepared.get("ready_at")
    moment = datetime.fromisoformat(ready_at) if ready_at else None
    return Prepared(prepared["facts"], moment, prepared.get("complete", True))


def give_bodies() -> int:
    """Shares without a body, as an earlier release made them, get their person's; answers how many."""
    without = select(Share.id).where(Share.state == ShareState.SCHEDULED.value, Share.organisation_id.is_(None))
    mended = update(Share).where(Share.id.in_(without.limit(5000).with_for_update(skip_locked=True)))
    body = select(Person.organisation_id).where(Person.id == Share.person_id).scalar_subquery()
    given = mended.values(organisation_id=body).execution_options(synchronize_session=False)
    return rows_changed(db.session.execute(given))
