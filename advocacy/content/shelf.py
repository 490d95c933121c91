"""What a person put aside: kept for later, or not to be seen again. Doing either twice is doing it once."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.content.feed import visible_post
from advocacy.content.models import Dismissal, SavedPost
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID


def save(person: Person, post_id: int) -> None:
    """Keep a post for later. Raises NotFound unless it is visible to the person."""
    _put(SavedPost, person, visible_post(person, post_id).id)


def unsave(person: Person, post_id: int) -> None:
    """Keep a post no longer. Raises NotFound unless it is visible to the person."""
    _remove(SavedPost, person, visible_post(person, post_id).id)


def dismiss(person: Person, post_id: int) -> None:
    """Never show a post to the person again, until they take that back. Raises NotFound unless it is visible to
    them.
    """
    _put(Dismissal, person, visible_post(person, post_id).id)


def restore(person: Person, post_id: int) -> None:
    """Take a dismissal back. Raises NotFound unless the post is visible to the person."""
    _remove(Dismissal, person, visible_post(person, post_id).id)


def has_saved(person: Person, post_id: int) -> bool:
    """Whether the person kept the post for later."""
    query = select(SavedPost.post_id).filter_by(person_id=person.id, post_id=min(post_id, LARGEST_ID))
    return db.session.scalar(query) is not None


def has_dismissed(person: Person, post_id: int) -> bool:
    """Whether the person put the post out of their feed."""
    query = select(Dismissal.post_id).filter_by(person_id=person.id, post_id=min(post_id, LARGEST_ID))
    return db.session.scalar(query) is not None


def _put(shelf: Any, person: Person, post_id: int) -> None:
    row = {"person_id": person.id, "post_id": post_id, "created_at": utcnow()}
    db.session.execute(insert(shelf).values(row).on_conflict_do_nothing())


def _remove(shelf: Any, person: Person, post_id: int) -> None:
    db.session.execute(delete(shelf).where(shelf.person_id == person.id, shelf.post_id == post_id))
