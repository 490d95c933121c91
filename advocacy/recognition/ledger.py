"""The ledger of points: lines are added, once each, and never changed; standings move in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.people.models import Person
from advocacy.recognition import standings
from advocacy.recognition.models import PointEntry
from config import points

PAGE: Final = 50


class Reason(StrEnum):
    """What a line is for."""

    SHARE = "share"
    OWN_WORDS = "own_words"
    READER = "reader"
    PROPOSAL = "proposal"
    CORRECTION = "correction"


class Why(StrEnum):
    """Why a line has no points; stands in its note."""

    WEEK_FULL = "week_full"
    AGAIN = "again"
    DECLARED = "declared"
    NETWORK = "network"
    SHARE_FULL = "share_full"
    BY_RULE = "by_rule"
    OWN_PROPOSAL = "own_proposal"


@dataclass(frozen=True)
class Line:
    """A line to be entered."""

    person_id: int
    reason: Reason
    subject: str
    points: int
    earned_at: datetime
    note: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LedgerPage:
    """Lines newest first, and the sums of what is before and after them."""

    entries: list[PointEntry]
    total: int
    newer: int
    newer_points: int
    older: int
    older_points: int


def hold(person_ids: Collection[int]) -> None:
    """Let one transaction at a time write the ledgers of these people: caps are counted and then filled.

    Always taken in the same order, and before any row is written, so that two transactions never wait for each other.
    """
    db.session.execute(
        text(
            "select pg_advisory_xact_lock(hashtextextended('points of ' || person_id, 0))"
            " from (select unnest(cast(:people as bigint[])) as person_id order by 1) as people"
        ),
        {"people": sorted(set(person_ids))},
    )


def enter(lines: Sequence[Line]) -> int:
    """Add the lines that are not there yet, and move the standings; how many were added.

    Points stay with the organisation the person belongs to now, also when they move to another one later.
    """
    if not lines:
        return 0
    people = {line.person_id for line in lines}
    found = db.session.execute(select(Person.id, Person.organisation_id).where(Person.id.in_(people)))
    homes = dict(found.all())
    rows = [
        {
            "person_id": line.person_id,
            "reason": line.reason.value,
            "subject": line.subject,
            "points": line.points,
            "earned_at": line.earned_at,
            "rules_version": points.VERSION,
            "note": {**line.note, "organisation_id": homes[line.person_id]},
        }
        for line in lines
    ]
    entered = insert(PointEntry).values(rows).on_conflict_do_nothing().returning(PointEntry.id, PointEntry.points)
    added = db.session.execute(entered).all()
    standings.move([row.id for row in added if row.points])
    return len(added)


def page_of(person_id: int, before: int | None = None) -> LedgerPage:
    """A page of a person's lines, newest first, those older than line `before`. Raises NotFound if it is not theirs."""
    mine = PointEntry.person_id == person_id
    key = tuple_(PointEntry.earned_at, PointEntry.id)
    wanted = [mine]
    if before is not None:
        edge = db.session.scalar(select(PointEntry).where(mine, PointEntry.id == before))
        if edge is None:
            raise NotFound
        wanted.append(key < tuple_(edge.earned_at, edge.id))
    query = select(PointEntry).where(*wanted).order_by(PointEntry.earned_at.desc(), PointEntry.id.desc()).limit(PAGE)
    entries = list(db.session.scalars(query))
    return _framed(mine, entries)


def _framed(mine: ColumnElement[bool], entries: list[PointEntry]) -> LedgerPage:
    if not entries:
        return LedgerPage([], 0, 0, 0, 0, 0)
    key = tuple_(PointEntry.earned_at, PointEntry.id)
    newer = key > tuple_(entries[0].earned_at, entries[0].id)
    older = key < tuple_(entries[-1].earned_at, entries[-1].id)
    added_up = func.coalesce(func.sum(PointEntry.points), 0)
    sums = db.session.execute(
        select(
            added_up.label("total"),
            func.count().filter(newer).label("newer"),
            func.coalesce(func.sum(PointEntry.points).filter(newer), 0).label("newer_points"),
            func.count().filter(older).label("older"),
            func.coalesce(func.sum(PointEntry.points).filter(older), 0).label("older_points"),
        ).where(mine)
    ).one()
    return LedgerPage(entries, sums.total, sums.newer, sums.newer_points, sums.older, sums.older_points)
