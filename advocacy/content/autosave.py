"""Words typed in a draft and not saved yet, kept for the person who typed them. They never change the post."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.content.models import Post, PostAutosave, PostState
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, Invalid
from advocacy.people import service as people
from advocacy.people.models import Person, Role

LARGEST: Final = 400_000
KEPT: Final = timedelta(days=30)
_NOT_WORDS: Final = frozenset({"csrf_token", "act", "version", "picture", "file", "name"})


def keep(actor: Person, post: Post, version: int, typed: Mapping[str, Iterable[str]]) -> PostAutosave:
    """Keep what `actor` typed since `version`, in place of what was kept before. Raises Conflict for a post that is
    no draft, Invalid for far too many words.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    if post.state != PostState.DRAFT:
        raise Conflict
    words = {name: list(values) for name, values in typed.items() if name not in _NOT_WORDS}
    if len(json.dumps(words)) > LARGEST:
        raise Invalid
    fresh = {"version": version, "typed": words, "at": utcnow()}
    statement = insert(PostAutosave).values(post_id=post.id, person_id=actor.id, **fresh)
    statement = statement.on_conflict_do_update(index_elements=["post_id", "person_id"], set_=fresh)
    found = db.session.scalars(statement.returning(PostAutosave), execution_options={"populate_existing": True})
    return found.one()


def find_kept(actor: Person, post: Post) -> PostAutosave | None:
    """What `actor` typed in this draft and did not save."""
    if post.state != PostState.DRAFT:
        return None
    found = db.session.get(PostAutosave, (post.id, actor.id))
    return found if found is not None and found.at > utcnow() - KEPT else None


def drop(actor: Person, post_id: int) -> None:
    """Forget it: it was saved, or is not wanted. Nothing there is fine."""
    mine = (PostAutosave.post_id == post_id) & (PostAutosave.person_id == actor.id)
    db.session.execute(delete(PostAutosave).where(mine))


def forget_old(now: datetime, most: int) -> int:
    """Forget up to `most` of what was typed longer ago than KEPT; how many. What somebody is saving is left alone."""
    old = select(PostAutosave.post_id, PostAutosave.person_id).where(PostAutosave.at <= now - KEPT)
    claimed = old.order_by(PostAutosave.at).limit(most).with_for_update(skip_locked=True)
    row = tuple_(PostAutosave.post_id, PostAutosave.person_id)
    return rows_changed(db.session.execute(delete(PostAutosave).where(row.in_(claimed))))
