"""The version history of a post: after each act, everything typed is written down. Rows are only added.

What other parts keep beside a post (attachments) joins by `also_keep`; columns of Post and Wording are kept by
themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import DateTime, func, select

from advocacy.content.aims import aim_of
from advocacy.content.models import Post, PostVersion, Wording
from advocacy.db import db
from advocacy.people.models import Person

EDITED: Final = "edited"
PUBLISHED: Final = "published"
WITHDRAWN: Final = "withdrawn"
MOVED: Final = "moved"
RESTORED: Final = "restored"
BEFORE: Final = "before"
"""What a post was when its history began."""
_NOT_TYPED: Final = frozenset(
    {
        "id",
        "organisation_id",
        "author_id",
        "state",
        "created_at",
        "updated_at",
        "version",
        "proposed_by_id",
        "credits_person",
    }
)
_OF_WORDING: Final = frozenset({"id", "post_id", "position"})

Snapshot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """Something kept beside a post: how it is read as JSON, and put back (`person` is who asks)."""

    read: Callable[[Post], Any]
    put_back: Callable[[Person, Post, Any], None]


_beside: dict[str, Beside] = {}


def also_keep(name: str, read: Callable[[Post], Any], put_back: Callable[[Person, Post, Any], None]) -> None:
    """Have the history keep something that is no column of Post, under `name`."""
    _beside[name] = Beside(read, put_back)


def kept_beside() -> dict[str, Beside]:
    """What joined, by name."""
    return dict(_beside)


def columns_kept() -> list[str]:
    """Names of the columns of Post that hold what was typed."""
    return [column.name for column in Post.__table__.columns if column.name not in _NOT_TYPED]


def snapshot_of(post: Post) -> Snapshot:
    """Everything typed of a post, fit for JSON; moments are ISO texts."""
    aim = aim_of(post)
    names = [column.name for column in Wording.__table__.columns if column.name not in _OF_WORDING]
    found: Snapshot = {name: _plain(getattr(post, name)) for name in columns_kept()}
    found["wordings"] = [{name: _plain(getattr(one, name)) for name in names} for one in post.wordings]
    found["topic_ids"] = sorted(topic.id for topic in post.topics)
    found["organisation_ids"] = sorted(aim.organisation_ids)
    found["group_ids"] = sorted(aim.group_ids)
    found["beside"] = {name: beside.read(post) for name, beside in _beside.items()}
    found["state"] = post.state
    return found


def value_of(name: str, plain: Any) -> Any:
    """What a column of Post holds, from what a snapshot holds of it."""
    is_moment = isinstance(Post.__table__.columns[name].type, DateTime)
    return datetime.fromisoformat(plain) if is_moment and plain is not None else plain


def record(post: Post, actor: Person | None, what: str, *, assisted: bool = False) -> PostVersion:
    """Write down what the post is now, after `actor` did `what` (None for a rule), `assisted` where they took a
    suggestion of the assistant. A save that changed nothing adds nothing. Belongs into the act's transaction.
    """
    db.session.flush()
    last, snapshot = find_last(post), snapshot_of(post)
    if last is not None and what == EDITED and last.snapshot == snapshot:
        return last
    found = PostVersion(
        post_id=post.id,
        number=last.number + 1 if last else 1,
        version=post.version,
        person_id=actor.id if actor else None,
        what=what,
        snapshot=snapshot,
        assisted=assisted,
    )
    db.session.add(found)
    db.session.flush()
    return found


def begin(post: Post) -> None:
    """Write down what a post is before its first recorded change, if there is something to write."""
    if (post.title or post.summary or post.link or post.wordings) and find_last(post) is None:
        moment = post.updated_at
        first = PostVersion(post_id=post.id, number=1, version=post.version, person_id=post.author_id, what=BEFORE)
        first.snapshot, first.created_at = snapshot_of(post), moment
        db.session.add(first)
        db.session.flush()


def versions_of(post: Post, before: int | None = None, limit: int = 50) -> list[PostVersion]:
    """The versions of a post, newest first, those below number `before` only."""
    query = select(PostVersion).where(PostVersion.post_id == post.id).order_by(PostVersion.number.desc()).limit(limit)
    return list(db.session.scalars(query if before is None else query.where(PostVersion.number < before)))


def find_last(post: Post) -> PostVersion | None:
    """The newest version of a post; None where nothing was written down."""
    found = versions_of(post, limit=1)
    return found[0] if found else None


def find_version(post: Post, number: int) -> PostVersion | None:
    """The version of a post that has this number."""
    if not 0 < number < 2**31:
        return None
    return db.session.scalar(select(PostVersion).filter_by(post_id=post.id, number=number))


def find_as_of(post: Post, version: int) -> PostVersion | None:
    """What the post was for somebody who opened it at its counter `version`."""
    newest = func.max(PostVersion.number)
    number = db.session.scalar(
        select(newest).where(PostVersion.post_id == post.id, PostVersion.version <= min(version, 2**31 - 1))
    )
    return find_version(post, number) if number else None


def since(post: Post, version: int) -> list[PostVersion]:
    """What happened to the post after its counter was `version`, oldest first."""
    query = select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.version > min(version, 2**31 - 1))
    return list(db.session.scalars(query.order_by(PostVersion.number).limit(50)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
