"""Rows by COPY, within the session's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import text

from advocacy.db import db

Row = Sequence[Any]
_QUOTE: Final = '"'


def copy_rows(model: Any, columns: str, rows: Iterable[Row]) -> int:
    """Write the rows into the model's table; `columns` are their names with spaces between; how many it were."""
    names = columns.split()
    unknown = set(names) - set(model.__table__.columns.keys())
    if unknown:
        raise ValueError(f"{model.__tablename__} has no {', '.join(sorted(unknown))}")
    command = f"copy {_quoted(model.__tablename__)} ({', '.join(map(_quoted, names))}) from stdin"
    written = 0
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def follow_ids(*models: Any) -> None:
    """Have the next row of each model get an id of its own, after the highest that was written."""
    for model in models:
        table = _quoted(model.__tablename__)
        query = f"select setval(pg_get_serial_sequence(:name, 'id'), (select max(id) from {table}))"  # noqa: S608
        db.session.execute(text(query), {"name": table})


def _quoted(name: str) -> str:
    return f"{_QUOTE}{name}{_QUOTE}"
