"""The editorial board: posts in columns by where they stand, the newest of each, for the editors of their bodies.

However many posts there are: one query finds the tickets of all columns, one counts, two load.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select, tuple_, union_all
from sqlalchemy.orm import joinedload, lazyload

from advocacy.content.cursor import Cursor
from advocacy.content.listing import Filters, Standing, bodies_of, conditions, moments
from advocacy.content.models import Post
from advocacy.content.moves import NeedsMoment, move, moves_from
from advocacy.content.search import query_of, rank
from advocacy.db import db
from advocacy.people.models import Organisation, Person

__all__ = ["Board", "Column", "Filters", "NeedsMoment", "board_for", "columns_for", "move", "moves_from", "search"]

PAGE: Final = 20
MOST_FOUND: Final = 50
USUAL: Final = (Standing.DRAFT, Standing.REVIEW, Standing.SCHEDULED, Standing.LIVE, Standing.EXPIRED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its newest posts (its best, when words are looked for), how many it holds in all, and where it
    goes on (None at its end)."""

    standing: Standing
    posts: list[Post]
    count: int
    next_cursor: Cursor | None


@dataclass(frozen=True, slots=True)
class Board:
    """The columns asked for, and how many posts there are in every standing."""

    columns: list[Column]
    counts: dict[Standing, int]


def columns_for(actor: Person, filters: Filters, standings: Sequence[Standing] = USUAL) -> list[Column]:
    """The columns of `standings` for an editor, PAGE posts each."""
    return board_for(actor, filters, standings).columns


def board_for(
    actor: Person,
    filters: Filters,
    standings: Sequence[Standing] = USUAL,
    *,
    before: Cursor | None = None,
    bodies: list[Organisation] | None = None,
) -> Board:
    """The board of an editor, those posts after `before` only; `bodies` (where `actor` is editor) if already known."""
    bodies = bodies_of(actor) if bodies is None else bodies
    wanted = conditions(actor, bodies, filters)
    numbers = _counts(wanted)
    rows = _newest(wanted, standings, before, query_of(filters.words))
    by_id = _load([row.id for row in rows])
    found = []
    for standing in standings:
        ids = [row.id for row in rows if row.standing == standing.value and row.id in by_id]
        posts = [by_id[one] for one in ids[:PAGE]]
        last = Cursor(posts[-1].updated_at, posts[-1].id) if len(ids) > PAGE else None
        found.append(Column(standing, posts, numbers[standing], last))
    return Board(found, numbers)


def search(actor: Person, filters: Filters) -> list[Post]:
    """The MOST_FOUND posts that match the words and the filters best, the best first, whatever their standing."""
    query = query_of(filters.words)
    if query is None:
        return []
    order = (rank(query).desc(), Post.updated_at.desc(), Post.id.desc())
    ids = select(Post.id).where(*conditions(actor, bodies_of(actor), filters)).order_by(*order).limit(MOST_FOUND)
    found = list(db.session.scalars(ids))
    by_id = _load(found)
    return [by_id[one] for one in found]


def _counts(wanted: list[ColumnElement[bool]]) -> dict[Standing, int]:
    known = moments()
    columns = [func.count().filter(condition) for condition in known.values()]
    numbers = db.session.execute(select(*columns).select_from(Post).where(*wanted)).one()
    return dict(zip(known, numbers, strict=True))


def _newest(
    wanted: list[ColumnElement[bool]],
    standings: Sequence[Standing],
    before: Cursor | None,
    query: ColumnElement[Any] | None,
) -> Sequence[Any]:
    """Standing and id of the first posts of each column, one more than a page."""
    after = [] if before is None else [tuple_(Post.updated_at, Post.id) < tuple_(before.at, before.id)]
    newest = (Post.updated_at.desc(), Post.id.desc())
    order = newest if query is None or before is not None else (rank(query).desc(), *newest)
    known = moments()
    parts = []
    for standing in standings:
        place = func.row_number().over(order_by=order).label("place")
        one = select(literal(standing.value).label("standing"), Post.id.label("id"), place)
        one = one.where(*wanted, known[standing], *after).order_by(*order).limit(PAGE + 1)
        inner = one.subquery()
        parts.append(select(inner.c.standing, inner.c.id, inner.c.place))
    both = union_all(*parts).subquery()
    return db.session.execute(select(both).order_by(both.c.standing, both.c.place)).all()


def _load(ids: Sequence[int]) -> dict[int, Post]:
    options = (joinedload(Post.author), lazyload(Post.audiences), lazyload(Post.wordings))
    query = select(Post).where(Post.id.in_(ids)).options(*options)
    return {post.id: post for post in db.session.scalars(query).unique()}
