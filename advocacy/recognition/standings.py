"""Standings: what boards are read from. They move with the ledger and can be made anew from it at any time.

One SELECT says what ledger lines add to which boards; moving and rebuilding both use it, so they can't disagree. The
`reached_at` of a score is the moment of the latest line that changed it, in whatever order the lines came in.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import text

from advocacy.clock import start_of_month, start_of_quarter, start_of_week
from advocacy.db import db, rows_changed

ALL_TIME: Final = date(1970, 1, 1)
"""First day of the board that never ends."""


class Period(StrEnum):
    """How long a board runs, in days of the programme's time zone."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    ALL = "all"

    def start(self, day: date) -> date:
        """The first day of the period that `day` is in."""
        match self:
            case Period.WEEK:
                return start_of_week(day)
            case Period.MONTH:
                return start_of_month(day)
            case Period.QUARTER:
                return start_of_quarter(day)
            case Period.ALL:
                return ALL_TIME


_SUMS: Final = """
select line.root_id, member.kind, board.period, board.starts_on, member.member_id,
       sum(line.points)::integer as score, max(line.earned_at) as reached_at
  from (select e.points, e.earned_at, e.person_id, o.lineage, o.lineage[1] as root_id,
               e.earned_at at time zone r.time_zone as wall
          from point_entry e
          join person p on p.id = e.person_id
          join organisation o on o.id = coalesce((e.note->>'organisation_id')::bigint, p.organisation_id)
          join organisation r on r.id = o.lineage[1]
         where e.points <> 0 and ({which})) as line
 cross join lateral (values
        ('week', date_trunc('week', line.wall)::date),
        ('month', date_trunc('month', line.wall)::date),
        ('quarter', date_trunc('quarter', line.wall)::date),
        ('all', date '1970-01-01')) as board(period, starts_on)
 cross join lateral (select 'person', line.person_id union all select 'organisation', unnest(line.lineage))
        as member(kind, member_id)
 group by 1, 2, 3, 4, 5
 order by 1, 2, 3, 4, 5
"""
_INTO: Final = "insert into standing (root_id, kind, period, starts_on, member_id, score, reached_at) "
_MOVE = text(
    _INTO
    + _SUMS.format(which="e.id = any(:entries)")
    + " on conflict (root_id, kind, period, starts_on, member_id) do update"
    " set score = standing.score + excluded.score, reached_at = greatest(standing.reached_at, excluded.reached_at)"
)
_COMPUTE = text("create temp table rebuilt on commit drop as" + _SUMS.format(which="true"))
_DIFFERENCES = text(
    "select count(*) from rebuilt r full join standing s using (root_id, kind, period, starts_on, member_id)"
    " where r.score is distinct from s.score or r.reached_at is distinct from s.reached_at"
)
_REPLACE = text(_INTO + "table rebuilt")


def move(entry_ids: Sequence[int]) -> int:
    """Add new lines of the ledger to every board they count on, rows in one order; how many standings moved."""
    return rows_changed(db.session.execute(_MOVE, {"entries": list(entry_ids)})) if entry_ids else 0


def rebuild() -> int:
    """Make all standings anew from the ledger, which nobody may write meanwhile; how many rows differed."""
    db.session.execute(text("lock table point_entry in share mode"))
    db.session.execute(text("drop table if exists rebuilt"))
    db.session.execute(_COMPUTE)
    differences = int(db.session.scalar(_DIFFERENCES) or 0)
    if differences:
        db.session.execute(text("delete from standing"))
        db.session.execute(_REPLACE)
    db.session.expire_all()
    return differences
