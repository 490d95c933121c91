"""When the person was here last, kept in their own session: nobody else can read it, and nothing of it is stored."""

from datetime import UTC, datetime
from typing import Final

from flask import session

from advocacy.clock import local_day, utcnow
from advocacy.people.models import Person

_PLACE: Final = "seen"
_OFTEN_ENOUGH: Final = 3600
"""Seconds for which a visit is not written down again."""


def note_visit(person: Person) -> datetime | None:
    """Remember that the person is here now; the last moment they were here on an earlier day of theirs, if known."""
    now = utcnow()
    seen, before = _kept(person)
    if seen is None:
        _keep(person, now, None)
        return None
    zone = person.time_zone
    another_day = local_day(seen, zone) < local_day(now, zone)
    if another_day:
        before = seen
    if another_day or (now - seen).total_seconds() >= _OFTEN_ENOUGH:
        _keep(person, now, before)
    return before


def _keep(person: Person, seen: datetime, before: datetime | None) -> None:
    session[_PLACE] = [person.id, int(seen.timestamp()), int(before.timestamp()) if before else 0]


def _kept(person: Person) -> tuple[datetime | None, datetime | None]:
    """What the session says of this very person; a device may be shared."""
    kept = session.get(_PLACE)
    if not isinstance(kept, list) or len(kept) != 3 or kept[0] != person.id:
        return None, None
    seen, before = (datetime.fromtimestamp(moment, UTC) if moment else None for moment in kept[1:])
    return seen, before
