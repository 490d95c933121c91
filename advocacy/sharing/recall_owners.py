"""Whose shares a recall has left: told to editors only where their programme says so, only while they are online."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Person
from advocacy.sharing.models import Recall, Share, ShareState

SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody whose share is still online: who, where, when they were asked, and whether it is being deleted."""

    name: str
    network: str
    asked_at: datetime | None
    being_deleted: bool


def owners_left(post: Post, found: Recall) -> list[Owner] | None:
    """The owners of shares that a recall asked about and that are still online, SHOWN at most, those asked first
    before others. None where the programme does not show names."""
    if not people.names_in_recalls(post.organisation):
        return None
    online = (Share.recall_id == found.id, Share.state == ShareState.PUBLISHED.value)
    query = select(Person.name, Share.network, Share.recall_asked_at, Share.remove_due_at.is_not(None))
    query = query.join(Person, Person.id == Share.person_id).where(*online)
    rows = db.session.execute(query.order_by(Share.recall_asked_at, Share.id).limit(SHOWN))
    return [Owner(name, network, asked_at, leaving) for name, network, asked_at, leaving in rows]
