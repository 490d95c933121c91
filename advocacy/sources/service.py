"""Sources: feeds that are read at intervals for an organisation, by whoever is editor there."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sources.entries import Entry, Feed
from advocacy.sources.links import canonical_link
from advocacy.sources.models import Item, ItemState, Source
from advocacy.sources.reading import LONGEST_URL, Reading
from advocacy.sources.reasons import said

EVERY: Final = timedelta(minutes=30)
AFTER_FAILURE: Final = timedelta(minutes=15)
AT_MOST: Final = timedelta(hours=24)
LEASE: Final = timedelta(minutes=5)
_LONGEST_VALIDATOR: Final = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """A source that was claimed, and what is needed to read it."""

    id: int
    url: str
    etag: str | None
    last_modified: str | None


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
    row = {"organisation_id": organisation.id, "url": url, "title": "", "failures": 0, "created_at": utcnow()}
    added = insert(Source).values(**row, next_read_at=utcnow()).on_conflict_do_nothing().returning(Source.id)
    source_id = db.session.scalar(added)
    if source_id is None:
        raise Conflict(_("This feed is among your sources already."))
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
    db.session.flush()


def claim_due() -> Due | None:
    """Take the source that is due the longest: nobody else gets it within LEASE. Commit before it is read."""
    now = utcnow()
    first = (
        select(Source.id)
        .where(Source.disabled_at.is_(None), Source.next_read_at <= now)
        .order_by(Source.next_read_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = update(Source).where(Source.id == first).values(next_read_at=now + LEASE)
    columns = (Source.id, Source.url, Source.etag, Source.last_modified)
    row = db.session.execute(claimed.returning(*columns), execution_options={"synchronize_session": False}).first()
    return Due(*row) if row else None


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
        source.next_read_at = now + (reading.retry_after or _patience(source.failures))
        if reading.failure == "gone":
            source.disabled_at = now
        db.session.flush()
        return 0
    source.failures, source.next_read_at = 0, now + EVERY
    source.etag = _validator(reading.etag) or (source.etag if reading.feed is None else None)
    source.last_modified = _validator(reading.last_modified) or (source.last_modified if reading.feed is None else None)
    if reading.moved_to is not None and not _is_taken(source.organisation_id, reading.moved_to):
        source.url = reading.moved_to
    added = _keep(source, reading.feed) if reading.feed is not None else 0
    db.session.flush()
    return added


def _keep(source: Source, feed: Feed) -> int:
    now = utcnow()
    source.title = feed.title or source.title
    source.language = feed.language or source.language
    # Two sources of one body may bring the same page at the same moment: one after the other, so that it comes once.
    db.session.execute(
        select(Organisation.id).where(Organisation.id == source.organisation_id).with_for_update(key_share=True)
    )
    rows = [_row(source, entry) for entry in reversed(feed.entries)]
    elsewhere = _links_elsewhere(source, [row["link"] for row in rows])
    fresh = [row for row in rows if row["link"] not in elsewhere]
    if not fresh:
        return 0
    statement = insert(Item).values(fresh).on_conflict_do_nothing(index_elements=["source_id", "guid"])
    added = len(db.session.scalars(statement.returning(Item.id)).all())
    if added:
        source.last_item_at = now
    return added


def _row(source: Source, entry: Entry) -> dict[str, Any]:
    now = utcnow()
    return {
        "organisation_id": source.organisation_id,
        "source_id": source.id,
        "guid": entry.guid,
        "link": canonical_link(entry.link),
        "title": entry.title,
        "summary": entry.summary,
        "image_url": entry.image_url,
        "language": source.language,
        "published_at": entry.published_at,
        "found_at": now,
        "state": ItemState.NEW.value,
        "created_at": now,
    }


def _links_elsewhere(source: Source, links: Sequence[str]) -> set[str]:
    """Those of the links that the organisation has from another source, or pasted."""
    hashes = [hashlib.md5(link.encode(), usedforsecurity=False).hexdigest() for link in links]
    query = select(Item.link).where(
        Item.organisation_id == source.organisation_id,
        func.md5(Item.link).in_(hashes),
        Item.source_id.is_distinct_from(source.id),
    )
    return {link for link in db.session.scalars(query) if link is not None} if links else set()


def _is_taken(organisation_id: int, url: str) -> bool:
    return db.session.scalar(select(Source.id).filter_by(organisation_id=organisation_id, url=url)) is not None


def _patience(failures: int) -> timedelta:
    """Twice as long each time: 15 minutes, half an hour … a day."""
    return min(AFTER_FAILURE * int(2 ** min(failures - 1, 12)), AT_MOST)


def _validator(text: str | None) -> str | None:
    return text if text and len(text) <= _LONGEST_VALIDATOR and "\x00" not in text else None
