"""How far the first readings of an imported list have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, or_, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Organisation
from advocacy.sources.models import Source

SHOWN_FOR: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the sources of one list: how many were read by now (or are read no more), and how many of these failed."""

    body: Organisation
    read: int
    failed: int
    total: int


def imports_under_way(bodies: Sequence[Organisation]) -> list[Progress]:
    """The lists of the last days of which a source is still to be read for the first time, newest first."""
    done = or_(Source.last_read_at.is_not(None), Source.disabled_at.is_not(None))
    read, total = func.count().filter(done), func.count()
    failed = func.count().filter(Source.failure.is_not(None))
    query = select(Source.organisation_id, read, failed, total)
    query = query.where(
        Source.organisation_id.in_([body.id for body in bodies]), Source.imported_at > utcnow() - SHOWN_FOR
    )
    query = query.group_by(Source.organisation_id, Source.imported_at).having(read < total)
    named = {body.id: body for body in bodies}
    rows = db.session.execute(query.order_by(Source.imported_at.desc()))
    return [Progress(named[body_id], *numbers) for body_id, *numbers in rows]
