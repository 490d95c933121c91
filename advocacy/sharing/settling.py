"""What became of a share whose network gave no answer: where it can be asked, a worker asks, up to four times.

That it is there is believed at once. That it is not is believed only when the call is certainly over; then the share is
sent again, at most so many times. All else is left to the person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import joinedload

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.base import (
    Credentials,
    NetworkFailure,
    Outgoing,
    Prepared,
    Published,
    Reconnect,
    TryLater,
)
from advocacy.networks.models import Account, AccountState
from advocacy.sealing import CannotOpen
from advocacy.sharing.claiming import stored
from advocacy.sharing.delivery import told
from advocacy.sharing.models import Priority, Share, ShareState
from advocacy.sharing.outgoing import outgoing_of
from config.settings import get_settings

LEASE = timedelta(minutes=5)
ASK_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""When it is asked, counted from the call."""
MOST_RETURNS = 2
"""How often a share that is certainly not there is sent again by itself."""
ABSENT = "not_there"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Question:
    """An unconfirmed share in a worker's hands."""

    share_id: int
    attempt: int
    network: str
    account_id: int
    armed_at: datetime
    asked: int
    """How often its network was asked since the call."""
    returned: int
    """How many calls before this one brought no answer either."""
    credentials: Credentials
    outgoing: Outgoing
    prepared: Prepared


@dataclass(frozen=True)
class Answer:
    """What the network said: the post; or that it is certainly not there; or, in `said`, that it can't tell."""

    said: str
    detail: str = ""
    published: Published | None = None
    absent: bool = False
    not_before: datetime | None = None


def claim_next() -> Question | None:
    """The next share to ask about, its next turn pushed past the lease; the caller commits."""
    while True:
        due = (
            select(Share.id)
            .join(Account, Account.id == Share.account_id)
            .where(
                Share.ask_at <= utcnow(),
                Share.state == ShareState.UNCONFIRMED.value,
                Account.state == AccountState.CONNECTED.value,
            )
        )
        first = due.order_by(Share.ask_at).limit(1).with_for_update(of=Share, skip_locked=True)
        taken = update(Share).where(Share.id == first.scalar_subquery()).values(ask_at=utcnow() + LEASE)
        share_id = db.session.scalar(taken.returning(Share.id).execution_options(synchronize_session=False))
        if share_id is None:
            return None
        question = _question(share_id)
        if question is not None:
            return question


def _question(share_id: int) -> Question | None:
    tokens = joinedload(Share.account).defer(Account.access_token).defer(Account.refresh_token).defer(Account.key)
    loaded = [joinedload(Share.post), joinedload(Share.person), tokens]
    share = db.session.get_one(Share, share_id, options=loaded, populate_existing=True)
    adapter, account = registry.find_adapter(share.network), share.account
    if adapter is None or account is None or share.armed_at is None:
        share.ask_at = None
        return None
    try:
        credentials = networks.credentials_of(account)
    except (Reconnect, CannotOpen):
        networks.mark_broken(account.id, "token")
        return None
    acts = [line["act"] for line in share.asked]
    return Question(
        share_id=share.id,
        attempt=share.attempt,
        network=share.network,
        account_id=account.id,
        armed_at=share.armed_at,
        asked=acts[::-1].index("publish") if "publish" in acts else len(acts),
        returned=max(acts.count("publish") - 1, 0),
        credentials=credentials,
        outgoing=outgoing_of(share, adapter.capabilities),
        prepared=stored(share.prepared) or Prepared(),
    )


def ask(question: Question) -> Answer:
    """Ask the network; no transaction is open meanwhile."""
    adapter = registry.get_adapter(question.network)
    try:
        found = adapter.settle(question.credentials, question.outgoing, question.prepared)
    except TryLater as later:
        return Answer(later.reason, later.detail, not_before=later.after)
    except Reconnect as broken:
        networks.mark_broken(question.account_id, broken.reason, question.credentials)
        return Answer("reconnect", broken.detail)
    except NetworkFailure as failure:
        return Answer(failure.reason, failure.detail)
    except Exception as crash:
        log.error("settling_crashed", share_id=question.share_id, exc_info=crash)
        return Answer("crashed")
    if found is not None:
        return Answer("there", found.external_id, published=found)
    return Answer(ABSENT, absent=_is_over(question))


def _is_over(question: Question) -> bool:
    """Whether the call that published can no longer arrive: twice the longest wait for an answer has passed."""
    over = utcnow() - question.armed_at > timedelta(seconds=2 * get_settings().network_seconds)
    return over and question.returned < MOST_RETURNS


def record(question: Question, answer: Answer) -> bool:
    """Write down what the network said, unless the person settled it meanwhile."""
    values: dict[str, Any] = {"ask_at": _next(question, answer)}
    if answer.published is not None:
        values = _as_published(question, answer.published)
    elif answer.absent:
        values = {
            "state": ShareState.SCHEDULED.value,
            "due_at": utcnow(),
            "priority": Priority.PLANNED.value,
            "ask_at": None,
        }
    line = bindparam("told", [told("settle", answer.said, answer.detail)], JSONB)
    ours = update(Share).where(
        Share.id == question.share_id,
        Share.attempt == question.attempt,
        Share.state == ShareState.UNCONFIRMED.value,
    )
    changed = ours.values(**values, asked=Share.asked.op("||")(line)).execution_options(synchronize_session=False)
    log.info("share_asked_about", share_id=question.share_id, said=answer.said)
    return rows_changed(db.session.execute(changed)) == 1


def _as_published(question: Question, published: Published) -> dict[str, Any]:
    return {
        "state": ShareState.PUBLISHED.value,
        "published_at": question.armed_at,
        "external_id": published.external_id,
        "external_url": published.url,
        "failure": None,
        "failure_detail": None,
        "ask_at": None,
    }


def _next(question: Question, answer: Answer) -> datetime | None:
    """When to ask again; None: it is for the person now."""
    if question.asked + 1 >= len(ASK_AFTER):
        return None
    planned = question.armed_at + ASK_AFTER[question.asked + 1]
    soonest = max(utcnow() + timedelta(seconds=30), answer.not_before or planned)
    return max(planned, soonest)
