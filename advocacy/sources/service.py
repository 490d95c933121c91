"""Sources: feeds, channels and accounts that are read at intervals for an organisation, by whoever is editor there."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, aliased

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sources.keeping import keep
from advocacy.sources.models import Source
from advocacy.sources.reading import LONGEST_URL, Reading, Wanted
from advocacy.sources.reasons import said
from config.settings import get_settings

EVERY: Final = timedelta(minutes=30)
AFTER_FAILURE: Final = timedelta(minutes=15)
AT_MOST: Final = timedelta(hours=24)
LEASE: Final = timedelta(minutes=5)
_CLAIMING: Final = 0x50ACE
_LONGEST_VALIDATOR: Final = 1000
_WANTED: Final = tuple(field.name for field in fields(Wanted))


def sources_of(actor: Person) -> list[Source]:
    """The sources of the bodies where `actor` is editor, by title."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    query = select(Source).where(Source.organisation_id.in_(bodies))
    return list(db.session.scalars(query.order_by(func.lower(Source.title), Source.id)))


def get_source(actor: Person, source_id: int, *, locked: bool = False) -> Source:
    """The source, for an editor of its organisation. Raises NotFound for one of another programme, Forbidden for
    others.
    """
    query = select(Source).where(Source.id == source_id)
    if locked:
        query = query.with_for_update(of=Source).execution_options(populate_existing=True)
    source = db.session.scalar(query) if source_id <= LARGEST_ID else None
    if source is None:
        raise NotFound
    people.require(actor, Role.EDITOR, source.organisation)
    return source


def add_source(actor: Person, organisation: Organisation, reading: Reading) -> Source:
    """A new source of the organisation, from a first reading that went well, with its items. Raises Invalid with
    the reason when it did not go well, Conflict when the organisation has this source.
    """
    people.require(actor, Role.EDITOR, organisation)
    if reading.failure or reading.feed is None:
        raise Invalid(said(reading.failure or "feed_empty"))
    url = reading.moved_to or reading.url
    if len(url) > LONGEST_URL:
        raise Invalid(said("too_long"))
    now = utcnow()
    row = {"organisation_id": organisation.id, "kind": reading.kind.value, "url": url, "title": "", "failures": 0}
    added = insert(Source).values(**row, created_at=now, next_read_at=now).on_conflict_do_nothing()
    source_id = db.session.scalar(added.returning(Source.id))
    if source_id is None:
        raise Conflict(_("This is among your sources already."))
    record(source_id, reading)
    return get_source(actor, source_id)


def remove_source(actor: Person, source_id: int) -> None:
    """Forget a source and what it brought into the inbox; posts made of it stay."""
    db.session.delete(get_source(actor, source_id, locked=True))
    db.session.flush()


def pause(actor: Person, source_id: int) -> None:
    """Have the source not be read until it is resumed."""
    source = get_source(actor, source_id, locked=True)
    source.disabled_at = source.disabled_at or utcnow()
    db.session.flush()


def resume(actor: Person, source_id: int) -> None:
    """Have the source be read again, from now on."""
    source = get_source(actor, source_id, locked=True)
    source.disabled_at, source.failures, source.next_read_at = None, 0, utcnow()
    source.failure, source.failing_since, source.warned_at = None, None, None
    db.session.flush()


def claim_due() -> Wanted | None:
    """Take the source that is due the longest of those whose site was left in peace for `fetch_host_seconds`: nobody
    else gets it within LEASE. Commit before it is read."""
    # One claim after the other, so that two never set out to one site at once.
    db.session.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    now = utcnow()
    first = (
        select(Source.id)
        .where(Source.disabled_at.is_(None), Source.next_read_at <= now, ~_pressed(now))
        .order_by(Source.next_read_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = update(Source).where(Source.id == first).values(next_read_at=now + LEASE, asked_at=now)
    columns = (getattr(Source, name) for name in _WANTED)
    row = db.session.execute(claimed.returning(*columns), execution_options={"synchronize_session": False}).first()
    return Wanted(*row) if row else None


def is_due() -> bool:
    """Whether a source waits to be read, be it only for its site's peace."""
    due = select(Source.id).where(Source.disabled_at.is_(None), Source.next_read_at <= utcnow())
    return db.session.scalar(due.limit(1)) is not None


def _pressed(now: datetime) -> ColumnElement[bool]:
    """Whether another source of the same site was set out to a moment ago."""
    peace = timedelta(seconds=get_settings().fetch_host_seconds)
    other = aliased(Source)
    same = host_of(other.url) == host_of(Source.url)
    asked = select(other.id).where(same, other.asked_at > now - peace, other.id != Source.id)
    return asked.correlate(Source).exists()


def host_of(url: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The site that an address is at, with its port, as the index has it."""
    return func.split_part(url, literal_column("'/'"), literal_column("3"))


def wanted_of(source: Source) -> Wanted:
    """What is needed to read a source at once."""
    return Wanted(*(getattr(source, name) for name in _WANTED))


def record(source_id: int, reading: Reading) -> int:
    """Keep what a reading brought: new items (their number is the answer), and when to read next. A source that was
    removed meanwhile is no error.
    """
    query = select(Source).where(Source.id == source_id).with_for_update(of=Source)
    source = db.session.scalar(query.execution_options(populate_existing=True))
    if source is None:
        return 0
    now = utcnow()
    source.last_read_at, source.failure = now, reading.failure
    if reading.failure is not None:
        source.failures += 1
        source.failing_since = source.failing_since or now
        source.next_read_at = now + (reading.retry_after or _patience(source.failures))
        if reading.failure == "gone":
            source.disabled_at = now
        db.session.flush()
        return 0
    source.failures, source.next_read_at = 0, now + EVERY
    source.failing_since, source.warned_at = None, None
    source.external_id = reading.external_id or source.external_id
    source.newest_id = reading.newest_id or source.newest_id
    source.etag = _validator(reading.etag) or (source.etag if reading.feed is None else None)
    source.last_modified = _validator(reading.last_modified) or (source.last_modified if reading.feed is None else None)
    if reading.moved_to is not None and not _is_taken(source.organisation_id, reading.moved_to):
        source.url = reading.moved_to
    added = keep(source, reading.feed) if reading.feed is not None else 0
    db.session.flush()
    return added


def _is_taken(organisation_id: int, url: str) -> bool:
    return db.session.scalar(select(Source.id).filter_by(organisation_id=organisation_id, url=url)) is not None


def _patience(failures: int) -> timedelta:
    """Twice as long each time: 15 minutes, half an hour … a day."""
    return min(AFTER_FAILURE * int(2 ** min(failures - 1, 12)), AT_MOST)


def _validator(text: str | None) -> str | None:
    return text if text and len(text) <= _LONGEST_VALIDATOR and "\x00" not in text else None
