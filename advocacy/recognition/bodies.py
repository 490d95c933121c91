"""The board of organisations: points per ten people, so that small ones have a chance; the smallest share a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.db import db
from advocacy.people.models import Organisation, Person
from advocacy.recognition.leaderboard import Board, BoardRow, Place, neighbourhood, row_key, with_gaps
from advocacy.recognition.models import Standing
from advocacy.recognition.standings import Period

SMALLEST: Final = 8
"""People an organisation needs for a row of its own."""


@dataclass(frozen=True)
class Body:
    """An organisation right below the root, or several small ones together (then `id` is 0)."""

    id: int
    name: str
    people: int
    points: int
    reached_at: datetime

    @property
    def tenths(self) -> int:
        """Points per ten people, in tenths, rounded to the nearest."""
        return (self.points * 200 + self.people) // (2 * self.people) if self.people else 0


def board_of_organisations(person: Person, period: Period, starts_on: date) -> Board:
    """The organisations right below the root of the person's programme, those without points left out."""
    bodies = _bodies(person.organisation.root_id, period, starts_on)
    large = [body for body in bodies if body.people >= SMALLEST]
    small = [body for body in bodies if body.people < SMALLEST]
    together = _together(small)
    listed = [body for body in [*large, *together] if body.points > 0]
    listed.sort(key=lambda body: (-body.tenths, body.reached_at, body.id))
    own_ids = {*person.organisation.lineage[1:2]}
    if own_ids & {body.id for body in small}:
        own_ids = {0}
    own = next((rank for rank, body in enumerate(listed, 1) if body.id in own_ids), None)
    place = Place(own, listed[own - 1].points, private=False) if own else None
    rows = {rank: _row(rank, listed, own) for rank in neighbourhood(own, len(listed))}
    return Board(with_gaps(rows), len(listed), mine=place, grouped=len(small) if together else 0)


def _bodies(root_id: int, period: Period, starts_on: date) -> list[Body]:
    body_id = Organisation.lineage[2]
    headcounts = (
        select(body_id.label("id"), func.count().label("people"))
        .select_from(Person)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Organisation.lineage.contains([root_id]), Person.deactivated_at.is_(None), body_id.is_not(None))
        .group_by(body_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, headcounts.c.people, Standing.score, Standing.reached_at)
        .join(headcounts, headcounts.c.id == Organisation.id)
        .outerjoin(
            Standing,
            (Standing.root_id == root_id)
            & (Standing.kind == "organisation")
            & (Standing.period == period.value)
            & (Standing.starts_on == starts_on)
            & (Standing.member_id == Organisation.id),
        )
        .where(Organisation.parent_id == root_id)
    ).all()
    never = datetime.max.replace(tzinfo=UTC)
    return [Body(row.id, row.name, row.people, row.score or 0, row.reached_at or never) for row in rows]


def _together(small: Sequence[Body]) -> list[Body]:
    """The small ones as one, unless even together they are too few to be shown."""
    people = sum(body.people for body in small)
    if people < SMALLEST:
        return []
    reached_at = max(body.reached_at for body in small)
    return [Body(0, _("Other organisations"), people, sum(body.points for body in small), reached_at)]


def _row(rank: int, listed: Sequence[Body], own: int | None) -> BoardRow:
    body, best = listed[rank - 1], max(listed[0].tenths, 1)
    return BoardRow(
        rank=rank,
        name=body.name,
        kind="team",
        score=Decimal(body.tenths) / 10,
        bar=body.tenths * 100 // best,
        me=_("yours") if rank == own else "",
        key=row_key("organisation", body.id),
    )
