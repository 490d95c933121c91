"""The editorial board: posts in columns by where they stand, the newest of each, for the editors of their bodies.

However many posts there are: one query finds the tickets of all columns, one counts, two load; and none of them
reads more than it may have to show. So counting stops at MOST_COUNTED, and of the posts that hold the words looked for
the newest MOST_RANKED of a column are counted and put in order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, null, select, tuple_, union_all
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
MOST_COUNTED: Final = 1000
"""Beyond this a column says that it holds more, and not how many."""
MOST_RANKED: Final = 100
"""The same where words are looked for; what is older is found with more words, or by filters."""
USUAL: Final = (Standing.DRAFT, Standing.REVIEW, Standing.SCHEDULED, Standing.LIVE, Standing.EXPIRED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its newest posts (its best, when words are looked for), how many it holds in all, as far as they
    are counted, and where it goes on (None at its end)."""

    standing: Standing
    posts: list[Post]
    count: int
    more: bool
    """Whether it holds more than `count` says."""
    next_cursor: Cursor | None
    next_place: int | None = None
    """Where words are looked for, a column goes on after this place of its order; None at its end."""


@dataclass(frozen=True, slots=True)
class Board:
    """The columns asked for, and how many posts there are in every standing; counting stops beyond `most`."""

    columns: list[Column]
    counts: dict[Standing, int]
    most: int


def columns_for(actor: Person, filters: Filters, standings: Sequence[Standing] = USUAL) -> list[Column]:
    """The columns of `standings` for an editor, PAGE posts each."""
    return board_for(actor, filters, standings).columns


def board_for(
    actor: Person,
    filters: Filters,
    standings: Sequence[Standing] = USUAL,
    *,
    before: Cursor | None = None,
    after_place: int = 0,
    bodies: list[Organisation] | None = None,
) -> Board:
    """The board of an editor, those posts after `before` only, or after that place where words are looked for;
    `bodies` (where `actor` is editor) if already known.
    """
    bodies = bodies_of(actor) if bodies is None else bodies
    wanted, query = conditions(actor, bodies, filters), query_of(filters.words)
    if query is None:
        numbers, most = _counts(wanted), MOST_COUNTED
        rows = _tickets({one: _first(some, PAGE + 1) for one, some in _lists(wanted, standings, before).items()})
    else:
        lists, limit = _lists(wanted, Standing, None), after_place + PAGE + 1
        rows, most = _tickets({one: _best(some, query, limit) for one, some in lists.items()}), MOST_RANKED
        numbers = {row.standing: row.number for row in rows}
    skipped = after_place if query is not None else 0
    by_id = _load([row.id for row in rows if row.standing in standings and row.place > skipped])
    found = []
    for standing in standings:
        ids = [row.id for row in rows if row.standing == standing.value and row.id in by_id]
        posts, goes_on = [by_id[one] for one in ids[:PAGE]], len(ids) > PAGE
        last = Cursor(posts[-1].updated_at, posts[-1].id) if goes_on and query is None else None
        place = skipped + PAGE if goes_on and query is not None else None
        count = numbers.get(standing, 0)
        found.append(Column(standing, posts, min(count, most), count > most, last, place))
    return Board(found, {one: numbers.get(one, 0) for one in Standing}, most)


def search(actor: Person, filters: Filters) -> list[Post]:
    """The MOST_FOUND posts that match the words and the filters best, the best first, whatever their standing."""
    query = query_of(filters.words)
    if query is None:
        return []
    wanted = conditions(actor, bodies_of(actor), filters)
    found = list(db.session.scalars(_best(select(Post.id).where(*wanted), query, MOST_FOUND)))
    by_id = _load(found)
    return [by_id[one] for one in found]


def _counts(wanted: list[ColumnElement[bool]]) -> dict[Standing, int]:
    known = moments()
    numbers = []
    for condition in known.values():
        some = select(literal(1)).select_from(Post).where(*wanted, condition).limit(MOST_COUNTED + 1).subquery()
        numbers.append(select(func.count()).select_from(some).scalar_subquery())
    return dict(zip(known, db.session.execute(select(*numbers)).one(), strict=True))


def _lists(
    wanted: list[ColumnElement[bool]], standings: Iterable[Standing], before: Cursor | None
) -> dict[Standing, Select[Any]]:
    """The posts of each standing, all of them after `before`."""
    after = [] if before is None else [tuple_(Post.updated_at, Post.id) < tuple_(before.at, before.id)]
    known = moments()
    return {one: select(Post.id).where(*wanted, known[one], *after) for one in standings}


def _first(some: Select[Any], limit: int) -> Select[Any]:
    """The newest of some posts, with their places."""
    order = (Post.updated_at.desc(), Post.id.desc())
    place = func.row_number().over(order_by=order).label("place")
    return some.add_columns(place, null().label("number")).order_by(*order).limit(limit)


def _best(some: Select[Any], query: ColumnElement[Any], limit: int) -> Select[Any]:
    """Those of the newest of some posts that match best, with their places and how many match."""
    newest = _first(some, MOST_RANKED + 1).subquery()
    order = (rank(query, newest.c.id).desc(), newest.c.place)
    place, number = func.row_number().over(order_by=order), func.count().over()
    return select(newest.c.id, place.label("place"), number.label("number")).order_by(*order).limit(limit)


def _tickets(lists: dict[Standing, Select[Any]]) -> Sequence[Any]:
    """The first posts of each column, in one question."""
    parts = []
    for standing, some in lists.items():
        one = some.subquery()
        parts.append(select(literal(standing.value).label("standing"), one.c.id, one.c.place, one.c.number))
    both = union_all(*parts).subquery()
    return db.session.execute(select(both).order_by(both.c.standing, both.c.place)).all()


def _load(ids: Sequence[int]) -> dict[int, Post]:
    """The posts as tickets show them. Their bodies are those of the editor, who is known with them already."""
    author = joinedload(Post.author).options(lazyload(Person.organisation), lazyload(Person.grants))
    bare = (lazyload(Post.organisation), lazyload(Post.campaign), lazyload(Post.audiences), lazyload(Post.wordings))
    query = select(Post).where(Post.id.in_(ids)).options(author, *bare)
    return {post.id: post for post in db.session.scalars(query).unique()}
