"""From the click journal to PostgreSQL: whole lines in batches, readers told apart from repeats, robots and previews.

A batch, how far it reaches, the sums and what follows from it are one transaction. Each visit has an id of its own, so
that reading a journal twice adds nothing.
"""

import fcntl
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from advocacy.db import db
from advocacy.events import announce
from advocacy.sharing.models import ShareState
from advocacy.tracking.agents import classify
from advocacy.tracking.events import Reader, ReadersCounted
from advocacy.tracking.journal import Visit, read_line
from advocacy.tracking.models import ClickKind, JournalMark, ShareFigures

log = structlog.get_logger(__name__)
BATCH: Final = 5000
CHUNK: Final = 8 * 1024 * 1024
OUT_STATES: Final = (
    ShareState.ARMED,
    ShareState.PUBLISHED,
    ShareState.UNCONFIRMED,
    ShareState.REMOVED,
    ShareState.OPENED,
)
"""States of shares that readers can have seen; visits of other shares' links are somebody's test and are left out."""
_TURN: Final = 0x72656C6169730001
_COLUMNS: Final = {
    ClickKind.HUMAN: "humans",
    ClickKind.REPEAT: "repeats",
    ClickKind.ROBOT: "robots",
    ClickKind.PREVIEW: "previews",
}

_TABLE = text(
    "create temp table visit (id uuid, share_id bigint, at timestamptz, day date, visitor bytea, kind text, agent text)"
    " on commit drop"
)
_FORGET = text(
    "delete from visit v where not exists (select 1 from share s where s.id = v.share_id and s.state = any(:out))"
)
_READERS = text(
    "insert into click (id, share_id, at, day, visitor, kind)"
    " select id, share_id, at, day, visitor, kind from ("
    "   select distinct on (share_id, day, visitor) * from visit where kind = 'human'"
    "   order by share_id, day, visitor, at, id) first"
    " order by share_id, at, id on conflict do nothing returning id, share_id, at, kind"
)
_OTHERS = text(
    "insert into click (id, share_id, at, day, visitor, kind, agent)"
    " select id, share_id, at, day, visitor, case kind when 'human' then 'repeat' else kind end, agent from visit"
    " order by share_id, at, id on conflict do nothing returning share_id, kind"
)


def journals(folder: Path) -> list[Path]:
    """The journals there are, oldest first."""
    return sorted(folder.glob("*.log"))


def count_next(path: Path, limit: int = BATCH) -> bool:
    """Count the next visits of a journal within the caller's transaction.

    False when no whole line is left, or when somebody else is counting at this moment.
    """
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(_TURN))):
        return False
    start = _reached(path)
    lines, end = _whole_lines(path, start, limit)
    if end == start:
        return False
    visits = [visit for line in lines if (visit := read_line(line)) is not None]
    if damaged := len(lines) - len(visits):
        log.warning("journal_lines_damaged", journal=path.name, lines=damaged)
    if visits:
        _enter(visits)
    marked = insert(JournalMark).values(name=path.name, offset=end)
    db.session.execute(marked.on_conflict_do_update(index_elements=["name"], set_={"offset": end}))
    return True


def put_away(path: Path) -> bool:
    """Delete a journal that nobody writes any more and that is counted to its last whole line; True if it was."""
    with path.open("rb") as journal:
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        start = _reached(path)
        if _whole_lines(path, start, 1)[1] != start:
            return False
        path.unlink()
    db.session.execute(delete(JournalMark).where(JournalMark.name == path.name))
    return True


def _reached(path: Path) -> int:
    return db.session.scalar(select(JournalMark.offset).where(JournalMark.name == path.name)) or 0


def _whole_lines(path: Path, start: int, limit: int) -> tuple[list[bytes], int]:
    """Up to `limit` lines from `start` that end in a line feed, and where they end."""
    with path.open("rb") as journal:
        journal.seek(start)
        chunk = journal.read(CHUNK)
    whole = chunk.rfind(b"\n") + 1
    if not whole and len(chunk) == CHUNK:
        return [], start + CHUNK
    taken = chunk[:whole].split(b"\n")[:-1][:limit]
    return taken, start + sum(map(len, taken)) + len(taken)


def _enter(visits: Sequence[Visit]) -> None:
    db.session.execute(_TABLE)
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("copy visit from stdin") as copy:
        for visit in visits:
            copy.write_row(_row(visit))
    db.session.execute(_FORGET, {"out": [state.value for state in OUT_STATES]})
    readers = db.session.execute(_READERS).all()
    others = db.session.execute(_OTHERS).all()
    db.session.execute(text("drop table visit"))
    _add_up([*readers, *others])
    if readers:
        announce(ReadersCounted(tuple(Reader(row.id, row.share_id, row.at) for row in readers)))


def _row(visit: Visit) -> tuple[Any, ...]:
    kind, agent = classify(visit.agent)
    at = datetime.fromtimestamp(visit.at_ms / 1000, UTC)
    return visit.id, visit.share_id, at, at.date(), visit.visitor, kind.value, agent


def _add_up(rows: Iterable[Row[Any]]) -> None:
    """Move each share's sums by what was really entered."""
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row.share_id][_COLUMNS[ClickKind(row.kind)]] += 1
    if not found:
        return
    names = tuple(_COLUMNS.values())
    values = [{"share_id": share, **{name: found[share][name] for name in names}} for share in sorted(found)]
    added = insert(ShareFigures).values(values)
    sums = {name: getattr(ShareFigures, name) + getattr(added.excluded, name) for name in names}
    db.session.execute(added.on_conflict_do_update(index_elements=["share_id"], set_=sums))
