"""The person's place on this week's leaderboard between its neighbours, in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Row, text

from advocacy.clock import local_day, start_of_week, utcnow
from advocacy.db import db
from advocacy.people.models import BoardName, Organisation, Person
from advocacy.recognition.leaderboard import BoardRow, row_key

SHOWN: Final = 3
_AROUND: Final = """
with board as not materialized (
       select s.member_id, s.score, s.rank_key, p.name, p.alias, p.photo, p.board_name
         from standing s join person p on p.id = s.member_id
        where s.root_id = :root and s.kind = 'person' and s.period = 'week' and s.starts_on = :monday and s.score > 0
          and p.board_name <> 'hidden' and p.deactivated_at is null),
     mine as (select * from board where member_id = :person),
     up as (select b.* from mine m cross join lateral (
              select * from board b where b.rank_key >= m.rank_key
                 and (b.rank_key > m.rank_key or b.member_id < m.member_id)
               order by b.rank_key, b.member_id desc limit 2) b),
     down as (select b.* from mine m cross join lateral (
              select * from board b where b.rank_key <= m.rank_key
                 and (b.rank_key < m.rank_key or b.member_id > m.member_id)
               order by b.rank_key desc, b.member_id limit 2) b)
select around.*,
       (select score from board order by rank_key desc, member_id limit 1) as best,
       (select count(*) from board b, mine m where b.rank_key >= m.rank_key
           and (b.rank_key > m.rank_key or b.member_id < m.member_id)) as ahead
  from (select * from up union all select * from mine union all select * from down) around
 order by rank_key desc, member_id
"""


@dataclass(frozen=True, slots=True)
class MyPlace:
    """Three rows of the board around the person's own, and their rank; no rows for who has no points this week."""

    rank: int | None
    rows: list[BoardRow]


def my_place(person: Person, programme: Organisation) -> MyPlace | None:
    """The person's place among the people of the programme this week, by its calendar; None for who left the boards."""
    if person.board_name == BoardName.HIDDEN.value:
        return None
    monday = start_of_week(local_day(utcnow(), programme.time_zone))
    around = _around(person, programme, monday)
    at = next((index for index, row in enumerate(around) if row.member_id == person.id), None)
    if at is None:
        return MyPlace(None, [])
    rank = int(around[at].ahead) + 1
    first = max(0, min(at - SHOWN // 2, len(around) - SHOWN))
    shown = [_row(row, rank - at + index, person) for index, row in enumerate(around)]
    return MyPlace(rank, shown[first : first + SHOWN])


def _around(person: Person, programme: Organisation, monday: date) -> Sequence[Row[Any]]:
    """The person's standing with two on each side at most, the best first."""
    given = {"root": programme.id, "monday": monday, "person": person.id}
    return db.session.execute(text(_AROUND), given).all()


def _row(row: Row[Any], rank: int, person: Person) -> BoardRow:
    under_alias = row.board_name == BoardName.ALIAS.value
    return BoardRow(
        rank=rank,
        name=(row.alias or _("A colleague")) if under_alias else row.name,
        kind="alias" if under_alias else "person",
        score=row.score,
        bar=row.score * 100 // max(row.best, 1),
        me=_("you") if row.member_id == person.id else "",
        key=row_key("person", row.member_id),
        photo=None if under_alias else row.photo,
    )
