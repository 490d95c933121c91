"""Boards as a person sees them: the first ten, a gap, and their own place between its neighbours.

People who left the boards are on nobody's; they can still see their own place. A pen name shows no picture, and the
keys of rows tell nothing of who it is.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from advocacy.db import db
from advocacy.people.models import BoardName, Person
from advocacy.recognition.models import Standing
from advocacy.recognition.standings import Period
from config.settings import get_settings

TOP: Final = 10
AROUND: Final = 2


@dataclass(frozen=True)
class BoardRow:
    """A row as templates/parts/board.html shows it; a `rank` of None is a gap."""

    rank: int | None
    name: str = ""
    kind: str = "person"
    score: int | Decimal = 0
    bar: int = 0
    move: int = 0
    me: str = ""
    key: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class Place:
    """Where the person who looks stands; `private` when nobody else can see it."""

    rank: int
    score: int
    private: bool


@dataclass(frozen=True)
class Board:
    """A board for one reader. `total` counts whom it ranks, `aliases` those among them under a pen name."""

    rows: list[BoardRow]
    total: int
    aliases: int = 0
    mine: Place | None = None
    grouped: int = 0
    """Organisations that are too small for a row of their own."""


def board_of_people(person: Person, period: Period, starts_on: date) -> Board:
    """The board of the person's programme; the first day names the period. One index range for each part of it."""
    on_board = and_(
        Standing.root_id == person.organisation.root_id,
        Standing.kind == "person",
        Standing.period == period.value,
        Standing.starts_on == starts_on,
        Standing.score > 0,
    )
    shown = and_(on_board, Person.board_name != BoardName.HIDDEN.value, Person.deactivated_at.is_(None))
    first = db.session.execute(_rows(shown).order_by(Standing.rank_key.desc(), Standing.member_id).limit(TOP)).all()
    mine = db.session.execute(_rows(on_board).where(Standing.member_id == person.id)).first()
    ranked: dict[int, Row[Any]] = dict(enumerate(first, 1))
    place = None
    if mine is not None:
        hidden = person.board_name == BoardName.HIDDEN.value
        place = Place(_rank(shown, mine), mine.score, private=hidden)
        if not hidden:
            ranked |= _neighbours(shown, mine, place.rank)
    total, aliases = _sums(shown)
    return Board(_laid_out(ranked, person), total, aliases, place)


def with_gaps(rows: Mapping[int, BoardRow]) -> list[BoardRow]:
    """The rows by rank, with a gap wherever ranks are left out."""
    laid: list[BoardRow] = []
    for rank in sorted(rows):
        if laid and laid[-1].rank != rank - 1:
            laid.append(BoardRow(None))
        laid.append(rows[rank])
    return laid


def row_key(kind: str, member_id: int) -> str:
    """A stable key that can't be traced back to the member."""
    secret = get_settings().secret_key.get_secret_value().encode()
    return hmac.digest(secret, f"board {kind} {member_id}".encode(), hashlib.sha256).hex()[:12]


def last_day(period: Period, starts_on: date) -> date:
    """The last day of a week, month or quarter."""
    days = {Period.WEEK: 7, Period.MONTH: 31, Period.QUARTER: 92}[period]
    following = starts_on + timedelta(days=days)
    return period.start(following) - timedelta(days=1)


def _rows(where: ColumnElement[bool]) -> Any:
    return (
        select(
            Standing.member_id,
            Standing.score,
            Standing.rank_key,
            Person.name,
            Person.board_name,
            Person.alias,
            Person.photo,
        )
        .join(Person, Person.id == Standing.member_id)
        .where(where)
    )


def _rank(shown: ColumnElement[bool], mine: Row[Any]) -> int:
    ahead = or_(Standing.rank_key > mine.rank_key, Standing.member_id < mine.member_id)
    query = select(func.count()).select_from(Standing).join(Person, Person.id == Standing.member_id)
    return 1 + (db.session.scalar(query.where(shown, Standing.rank_key >= mine.rank_key, ahead)) or 0)


def _neighbours(shown: ColumnElement[bool], mine: Row[Any], rank: int) -> dict[int, Row[Any]]:
    """Two arms along the index from one's own place; the second condition only parts those of the same second."""
    key, member = Standing.rank_key, Standing.member_id
    above = _rows(shown).where(key >= mine.rank_key, or_(key > mine.rank_key, member < mine.member_id))
    below = _rows(shown).where(key <= mine.rank_key, or_(key < mine.rank_key, member > mine.member_id))
    up = db.session.execute(above.order_by(key, member.desc()).limit(AROUND)).all()
    down = db.session.execute(below.order_by(key.desc(), member).limit(AROUND)).all()
    around = {rank: mine}
    around |= {rank - n: row for n, row in enumerate(up, 1)}
    return around | {rank + n: row for n, row in enumerate(down, 1)}


def _sums(shown: ColumnElement[bool]) -> tuple[int, int]:
    aliases = func.count().filter(Person.board_name == BoardName.ALIAS.value)
    query = select(func.count(), aliases).select_from(Standing).join(Person, Person.id == Standing.member_id)
    total, under_alias = db.session.execute(query.where(shown)).one()
    return total, under_alias


def _laid_out(ranked: Mapping[int, Row[Any]], person: Person) -> list[BoardRow]:
    best = ranked[1].score if ranked else 1
    return with_gaps({rank: _row(rank, row, best, person) for rank, row in ranked.items()})


def _row(rank: int, row: Row[Any], best: int, person: Person) -> BoardRow:
    under_alias = row.board_name == BoardName.ALIAS.value
    return BoardRow(
        rank=rank,
        name=(row.alias or _("A colleague")) if under_alias else row.name,
        kind="alias" if under_alias else "person",
        score=row.score,
        bar=row.score * 100 // best,
        me=_("you") if row.member_id == person.id else "",
        key=row_key("person", row.member_id),
        photo=None if under_alias else row.photo,
    )


def neighbourhood(own: int | None, length: int) -> Sequence[int]:
    """Ranks that are shown of a board of `length`: the first ten and those around rank `own`."""
    around = range(own - AROUND, own + AROUND + 1) if own else range(0)
    return sorted({rank for rank in (*range(1, TOP + 1), *around) if 1 <= rank <= length})
