"""Asking networks for a share's figures: often when young, rarely when old, never with a transaction open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import readers, registry, spending
from advocacy.networks import service as networks
from advocacy.networks.base import METRICS, Adapter, Credentials, Figures, NetworkFailure, Reconnect, TryLater
from advocacy.networks.models import AccountState
from advocacy.sealing import CannotOpen
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.models import Measurement, MeasurementPlan, ShareFigures
from config.settings import get_settings

log = structlog.get_logger(__name__)
LEASE: Final = timedelta(minutes=10)
"""How long a share that is being asked for is left alone; a lost worker's share is asked for again after it."""
PAUSE: Final = timedelta(days=1)
AGES: Final = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440))


@dataclass(frozen=True)
class Question:
    """A share whose network is to be asked, detached from the database."""

    share_id: int
    account_id: int
    published_at: datetime
    external_id: str
    adapter: Adapter
    credentials: Credentials


def ages(minutes: int) -> tuple[timedelta, ...]:
    """Ages at which a share is asked for when the first is `minutes`: that age, doubled up to the hour, then AGES."""
    first = timedelta(minutes=max(0, minutes))
    early, age = [first], max(first, timedelta(minutes=1))
    while age < AGES[0]:
        early.append(age)
        age *= 2
    return tuple(sorted({*early, *(age for age in AGES if age > first)}))


def next_after(published_at: datetime, now: datetime, minutes: int) -> datetime | None:
    """The next moment to ask, what was missed left out; None once the share is old."""
    due = (published_at + age for age in ages(minutes))
    return next((moment for moment in due if moment > now), None)


def plan(event: SharePublished) -> None:
    """Have a share asked for, if its network can tell anything of it."""
    adapter = registry.find_adapter(event.network)
    if adapter is None or not adapter.capabilities.figures or event.settled_by_person:
        return
    first = event.published_at + ages(get_settings().measure_minutes)[0]
    planned = insert(MeasurementPlan).values(share_id=event.share_id, next_at=first, asked=0)
    db.session.execute(planned.on_conflict_do_nothing())


def claim_due() -> int | None:
    """Take the share that is due longest, for LEASE; None when none is. To be committed before it is asked for."""
    due = (
        select(MeasurementPlan.share_id)
        .where(MeasurementPlan.next_at <= utcnow())
        .order_by(MeasurementPlan.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = (
        update(MeasurementPlan)
        .where(MeasurementPlan.share_id == due)
        .values(next_at=utcnow() + LEASE, asked=MeasurementPlan.asked + 1)
        .returning(MeasurementPlan.share_id)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(claimed)


def question_of(share_id: int) -> Question | None:
    """What to ask for a claimed share, or None, and then its plan has moved: to another day, or to its end."""
    share = db.session.get_one(Share, share_id, populate_existing=True)
    external_id, published_at = share.external_id, share.published_at
    try:
        account = share.account
        reader = readers.find_reader(account) if account is not None else None
    except CannotOpen:
        _move(share_id, utcnow() + PAUSE)
        return None
    if account is None or not external_id or published_at is None or share.state != ShareState.PUBLISHED:
        _move(share_id, None)
        return None
    if reader is None or reader[1].state != AccountState.CONNECTED or reader[1].access_token is None:
        _move(share_id, _within_life(published_at, utcnow() + PAUSE))
        return None
    adapter, account = reader
    try:
        spending.take(adapter.capabilities, spending.price(adapter.capabilities, "measure"), external_id)
    except TryLater as later:
        _move(share_id, _within_life(published_at, later.after))
        return None
    credentials = networks.credentials_of(account)
    return Question(share_id, account.id, published_at, external_id, adapter, credentials)


def ask(question: Question) -> Figures | NetworkFailure:
    """The network's answer, or its failure; no transaction may be open meanwhile."""
    try:
        return question.adapter.measure(question.credentials, question.external_id)
    except NetworkFailure as failure:
        log.info("not_measured", share=question.share_id, failure=type(failure).__name__, reason=failure.reason)
        return failure


def record(question: Question, answer: Figures | NetworkFailure) -> None:
    """Keep what the network said, and plan the next question."""
    now = utcnow()
    following = next_after(question.published_at, now, get_settings().measure_minutes)
    following = spending.paced(question.adapter.capabilities, following, now)
    if isinstance(answer, TryLater):
        following = _within_life(question.published_at, max(answer.after, now))
    elif isinstance(answer, Reconnect):
        networks.mark_broken(question.account_id, answer.reason, tried=question.credentials)
        following = _within_life(question.published_at, now + PAUSE)
    elif isinstance(answer, Figures):
        _keep(question.share_id, answer, now)
    _move(question.share_id, following)


def _keep(share_id: int, figures: Figures, now: datetime) -> None:
    values = {metric: figures.values[metric] for metric in METRICS if metric in figures.values}
    silent = _already_silent(share_id)
    rows = [
        Measurement(share_id=share_id, metric=metric, value=value, source=figures.source, measured_at=now)
        for metric, value in values.items()
        if value is not None or metric not in silent
    ]
    db.session.add_all(rows)
    known = {metric: value for metric, value in values.items() if value is not None}
    if known:
        _show(share_id, {**known, "measured_at": now})


def _show(share_id: int, values: Mapping[str, object]) -> None:
    """What the network did not say this time stays as it was: a figure is never put to zero by silence."""
    shown = insert(ShareFigures).values(share_id=share_id, humans=0, repeats=0, robots=0, previews=0, **values)
    db.session.execute(shown.on_conflict_do_update(index_elements=["share_id"], set_=values))


def _already_silent(share_id: int) -> set[str]:
    """Metrics whose last entry is a silence: it is written once."""
    nth = func.row_number().over(partition_by=Measurement.metric, order_by=Measurement.id.desc()).label("nth")
    last = select(Measurement.metric, Measurement.value, nth).where(Measurement.share_id == share_id).subquery()
    return set(db.session.scalars(select(last.c.metric).where(last.c.nth == 1, last.c.value.is_(None))))


def _within_life(published_at: datetime, moment: datetime) -> datetime | None:
    return moment if moment <= published_at + AGES[-1] else None


def _move(share_id: int, moment: datetime | None) -> None:
    db.session.execute(
        update(MeasurementPlan)
        .where(MeasurementPlan.share_id == share_id)
        .values(next_at=moment)
        .execution_options(synchronize_session=False)
    )
