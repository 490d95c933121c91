"""Files that nothing mentions any more: pictures sent with a form that was never saved, files whose row is gone.

What is mentioned is asked of the whole schema, so that a new table is safe without anybody thinking of it: a key that
stands in any text of any row keeps its file. A file is young for a day after it was last put; what is removed is moved
aside first, so that whoever puts the same bytes at that moment finds them or writes them anew.
"""

import contextlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ARRAY, Table, Text, cast, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from advocacy.db import db
from config.settings import get_settings

KEPT: Final = timedelta(hours=24)
_TURN: Final = 0x72656C6169730009
_MENTIONED: Final = r"\m[0-9a-f]{40}\M|\m[0-9a-f]{64}\M"
_keyless: set[str] = set()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of files that are named by their content; `name` finds the key in the name of a file."""

    folder: Path
    name: re.Pattern[str]


def spare(*tables: str) -> None:
    """Do not look into these tables: they are large, and nothing in them names a file."""
    _keyless.update(tables)


def shelves() -> list[Shelf]:
    """The instance's pictures and files."""
    var = get_settings().var.absolute()
    return [
        Shelf(var / "media", re.compile(r"([0-9a-f]{40})\.webp")),
        Shelf(var / "files", re.compile(r"([0-9a-f]{64})")),
    ]


def take_turn() -> bool:
    """Whether nobody else is at it; holds until the transaction ends, in which the whole schema is read as of now."""
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return bool(db.session.scalar(sql("select pg_try_advisory_xact_lock(:turn)"), {"turn": _TURN}))


def mentioned_keys() -> set[str]:
    """Every key that stands somewhere in a row."""
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if _holds_text(column.type)]
        if columns and table.name not in _keyless:
            found.update(_mentioned_in(table, columns))
    return found


def remove_orphans(shelf: Shelf, mentioned: Collection[str], now: datetime) -> int:
    """Remove the files of a shelf that nothing mentions and that nobody put for KEPT; how many. Safe to repeat, and
    beside another run.
    """
    before = (now - KEPT).timestamp()
    return sum(_judge(path, shelf, mentioned, before) for path in _files_in(shelf.folder))


def _holds_text(kind: Any) -> bool:
    return isinstance(kind, Text | JSONB) or (isinstance(kind, ARRAY) and isinstance(kind.item_type, Text))


def _mentioned_in(table: Table, columns: list[Any]) -> Iterator[str]:
    whole = func.concat_ws(" ", *(cast(column, Text) for column in columns))
    matches = select(func.regexp_matches(whole, _MENTIONED, "g").label("found")).select_from(table).subquery()
    yield from db.session.scalars(select(sql("found[1]")).select_from(matches).distinct())


def _files_in(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            yield Path(place) / name


def _judge(path: Path, shelf: Shelf, mentioned: Collection[str], before: float) -> bool:
    """Whether this file was removed."""
    aside = re.fullmatch(r"\.(.+)\.gone", path.name)
    known = shelf.name.fullmatch(aside[1] if aside else path.name)
    if known is None:
        return path.name.endswith(".part") and _is_older(path, before) and _unlink(path)
    if aside:
        return _settle(path, path.with_name(aside[1]), keep=known[1] in mentioned, before=before)
    if known[1] in mentioned or not _is_older(path, before):
        return False
    gone = path.with_name(f".{path.name}.gone")
    try:
        path.rename(gone)
    except FileNotFoundError:
        return False
    return _settle(gone, path, keep=False, before=before)


def _settle(gone: Path, place: Path, *, keep: bool, before: float) -> bool:
    """What was moved aside goes for good, or back where somebody wants it again."""
    if keep or not _is_older(gone, before):
        with contextlib.suppress(FileNotFoundError):
            gone.replace(place)
        return False
    return _unlink(gone)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _unlink(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
