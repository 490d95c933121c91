"""The record of a post: appended to, read, verified; never changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from advocacy.approval.models import PostRecord, RecordHead
from advocacy.approval.snapshot import canonical, content_of
from advocacy.clock import utcnow
from advocacy.content.events import PostChanged
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person

START: Final = "0" * 64
AT_A_TIME: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the names of those in it; None for who was forgotten, or for a rule of the programme."""

    entry: PostRecord
    who: str | None
    instead_of: str | None


def append(
    post: Post, what: str, person_id: int | None, note: str = "", for_person_id: int | None = None
) -> PostRecord:
    """Write down what was done to the post as it stands now. `what` is submitted, approved, sent_back, void,
    edited, published, withdrawn, expired or recalled."""
    start = insert(RecordHead).values(post_id=post.id, number=0, digest=START).on_conflict_do_nothing()
    db.session.execute(start)
    wanted = select(RecordHead).where(RecordHead.post_id == post.id).with_for_update()
    head = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
    entry = PostRecord(
        post_id=post.id,
        number=head.number + 1,
        at=utcnow(),
        what=what,
        person_id=person_id,
        for_person_id=for_person_id,
        version=post.version,
        note=note,
        content=content_of(post),
        previous=head.digest,
    )
    entry.digest = digest_of_entry(entry)
    db.session.add(entry)
    head.number, head.digest = entry.number, entry.digest
    db.session.flush()
    return entry


def digest_of_entry(entry: PostRecord) -> str:
    """The digest that the entry should carry: over all it says and the entry before."""
    facts = [
        entry.previous, entry.post_id, entry.number, entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.what, entry.person_id, entry.for_person_id, entry.version, entry.note, entry.content,
    ]  # fmt: skip
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def note_change(event: PostChanged) -> None:
    """Enter that a post went live or was taken back. Edits stand in its history of versions."""
    if event.what != "edited":
        append(db.session.get_one(Post, event.post_id), event.what, event.person_id)


def record_of(post_id: int, last: int | None = None) -> list[Line]:
    """The record of a post, or its `last` entries, oldest first, with the names of today."""
    if last is None:
        return list(lines_of(post_id))
    newest = _lines(post_id).order_by(PostRecord.number.desc()).limit(last)
    return [Line(*row) for row in reversed(db.session.execute(newest).all())]


def lines_of(post_id: int) -> Iterator[Line]:
    """The same one by one, by one query: few are held at a time, however long the record is."""
    query = _lines(post_id).order_by(PostRecord.number).execution_options(yield_per=AT_A_TIME)
    for entry, who, instead_of in db.session.execute(query):
        yield Line(entry, who, instead_of)


def _lines(post_id: int) -> Select[PostRecord, str | None, str | None]:
    who, instead_of = aliased(Person), aliased(Person)
    query = select(PostRecord, who.name, instead_of.name).where(PostRecord.post_id == post_id)
    query = query.outerjoin(who, who.id == PostRecord.person_id)
    return query.outerjoin(instead_of, instead_of.id == PostRecord.for_person_id)


def faults_of(post_id: int) -> list[str]:
    """What does not add up in the record of a post, in words for an operator; nothing when it is whole."""
    faults, number, previous = [], 0, START
    wanted = select(PostRecord).where(PostRecord.post_id == post_id).order_by(PostRecord.number)
    for entry in db.session.scalars(wanted.execution_options(yield_per=AT_A_TIME)):
        number += 1
        if entry.number != number:
            faults.append(f"post {post_id}: entry {number} is missing")
            number = entry.number
        if entry.previous != previous or entry.digest != digest_of_entry(entry):
            faults.append(f"post {post_id}: entry {entry.number} was changed")
        previous = entry.digest
    head = db.session.get(RecordHead, post_id)
    if (head.number, head.digest) != (number, previous) if head else number:
        faults.append(f"post {post_id}: the record does not end where it should")
    return faults


def recorded_posts() -> Iterator[int]:
    """Ids of all posts that have a record, or should."""
    heads, entries = select(RecordHead.post_id), select(PostRecord.post_id)
    yield from db.session.scalars(heads.union(entries).order_by("post_id"))
