"""The repair desk: deliveries of the bodies somebody looks after, by state and reason; what is safe is tried again.

An admin sees which share of which content is where, and what its network said; never its words, and the person's name
only where they look after that person's body.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError

from advocacy.clock import utcnow
from advocacy.content.models import Post, PostState
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, NotFound
from advocacy.networks.models import Account, AccountState
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sharing import delivery
from advocacy.sharing.models import Priority, Share, ShareState
from advocacy.sharing.sweeping import LONGEST_WAIT

PAGE = 25
LOOKS_BACK = timedelta(days=30)
GROUPS: dict[str, tuple[ShareState, ...]] = {
    "unconfirmed": (ShareState.UNCONFIRMED,),
    "failed": (ShareState.FAILED,),
    "held": (ShareState.HELD,),
    "waiting": (ShareState.SCHEDULED,),
    "leaving": (ShareState.CLAIMED, ShareState.ARMED),
}
"""What is shown side by side; waiting: past its moment, or put off."""
NOT_BY_TRYING = frozenset(
    {"duplicate", "not_online", "post_gone", "person_gone", "disconnected", "too_long", "not_reshareable", "cashtags"}
)
"""Reasons of failures that another try would not mend, or that are for the person to judge."""


@dataclass(frozen=True)
class Filter:
    """What is looked at: `bodies` are those the actor is admin of, or the one among them that was chosen."""

    bodies: Sequence[int]
    group: str = "unconfirmed"
    network: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Line:
    """A delivery as the desk shows it."""

    share: Share
    title: str
    body: str
    person: str | None
    """None where the person now belongs to a body that the actor does not look after."""
    may_retry: bool
    is_recent: bool
    """Whether a retry sends it; otherwise it goes back to its person, who says when."""


def my_bodies(actor: Person) -> list[Organisation]:
    """The bodies whose deliveries the actor sees. Raises Forbidden without any."""
    people.require_anywhere(actor, Role.ADMIN)
    return people.organisations_where(actor, Role.ADMIN)


def counts(bodies: Sequence[int], now: datetime) -> dict[str, dict[str, int]]:
    """How many there are, by group and reason ("" for none)."""
    found: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for group in GROUPS:
        reasons = _of(Filter(bodies, group), now).with_only_columns(
            func.coalesce(Share.failure, ""), func.count(), maintain_column_froms=True
        )
        for reason, count in db.session.execute(reasons.group_by(Share.failure)):
            found[group][reason] = count
    return found


def lines(actor: Person, chosen: Filter, before: int | None, now: datetime) -> tuple[list[Line], bool]:
    """A page of deliveries, newest first, and whether there are more; `before` is the id of the last one seen."""
    wanted = _of(chosen, now).join(Post, Post.id == Share.post_id).join(Person, Person.id == Share.person_id)
    wanted = wanted.join(Organisation, Organisation.id == Share.organisation_id)
    wanted = wanted.outerjoin(Account, Account.id == Share.account_id)
    if before is not None:
        wanted = wanted.where(Share.id < before)
    rows = wanted.with_only_columns(
        Share, Post.title, Post.state, Organisation.name, Person.name, Person.organisation_id, Account.state
    )
    mine = {body.id for body in people.organisations_where(actor, Role.ADMIN)}
    found = db.session.execute(rows.order_by(Share.id.desc()).limit(PAGE + 1)).all()
    made = [
        Line(
            share=share,
            title=title,
            body=body,
            person=name if organisation_id in mine else None,
            may_retry=_may_retry(share, post_state, account_state),
            is_recent=share.wanted_at > now - LONGEST_WAIT,
        )
        for share, title, post_state, body, name, organisation_id, account_state in found[:PAGE]
    ]
    return made, len(found) > PAGE


def networks_seen(bodies: Sequence[int], now: datetime) -> list[str]:
    """Networks that any of these deliveries is on."""
    seen: set[str] = set()
    for group in GROUPS:
        names = _of(Filter(bodies, group), now).with_only_columns(Share.network, maintain_column_froms=True)
        seen |= set(db.session.scalars(names.distinct()))
    return sorted(seen)


def retry(actor: Person, share_id: int) -> bool:
    """Send a failed share again where that is safe: True. One whose moment is a day ago is given back to its person
    instead: False. Raises NotFound for another body's, Conflict where it is not safe.
    """
    share = db.session.get(Share, share_id) if 0 < share_id <= LARGEST_ID else None
    bodies = {body.id for body in my_bodies(actor)}
    if share is None or share.organisation_id not in bodies:
        raise NotFound
    account_state = share.account.state if share.account else None
    if not _may_retry(share, share.post.state, account_state):
        raise Conflict(_("Trying this one again is not safe, or would not help."))
    now = utcnow()
    recent = share.wanted_at > now - LONGEST_WAIT
    values = {
        "state": (ShareState.SCHEDULED if recent else ShareState.HELD).value,
        "failure": None if recent else "given_back",
        "failure_detail": None,
        "due_at": now,
        "priority": Priority.PLANNED.value,
    }
    again = update(Share).where(Share.id == share.id, Share.state == ShareState.FAILED.value).values(**values)
    try:
        with db.session.begin_nested():
            done = rows_changed(db.session.execute(again))
    except IntegrityError:
        raise Conflict(_("Another share of this content is on its way to this account.")) from None
    if not done:
        raise Conflict(_("This share has moved on meanwhile."))
    if recent:
        delivery.nudge_delivery(now, now)
    return recent


def _may_retry(share: Share, post_state: str, account_state: str | None) -> bool:
    return (
        share.state == ShareState.FAILED.value
        and share.failure not in NOT_BY_TRYING
        and not share.uncertain
        and post_state == PostState.PUBLISHED.value
        and account_state == AccountState.CONNECTED.value
    )


def _of(chosen: Filter, now: datetime) -> Select[Share]:
    states = [state.value for state in GROUPS[chosen.group]]
    wanted = select(Share).where(
        Share.organisation_id.in_(chosen.bodies), Share.state.in_(states), Share.due_at > now - LOOKS_BACK
    )
    if chosen.group == "waiting":
        wanted = wanted.where((Share.due_at <= now) | Share.failure.is_not(None))
    if chosen.network:
        wanted = wanted.where(Share.network == chosen.network)
    if chosen.reason is not None:
        wanted = wanted.where(func.coalesce(Share.failure, "") == chosen.reason)
    return wanted
