"""Saved posts that could go into the queue, each with one wording to start from."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.content.feed import feed_for
from advocacy.content.models import Post, Wording
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.sharing import service as sharing
from advocacy.sharing.models import Share, ShareState

MOST = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved post, and the wording that is suggested for it (None: there is none)."""

    post: Post
    wording: Wording | None

    @property
    def label(self) -> str:
        """What the box to tick is called."""
        return str(_("Queue “%(title)s”", title=self.post.title))


def saved_for(person: Person) -> list[Kept]:
    """The newest saved posts that the person has not shared yet, MOST of them, with the least used wording each."""
    posts = feed_for(person, tab="saved", limit=MOST).posts
    shared = sharing.shared_posts(person, [post.id for post in posts])
    left = [post for post in posts if post.id not in shared]
    used = _used([wording.id for post in left for wording in post.wordings])
    return [Kept(post, _wording(person, post, used)) for post in left]


def _wording(person: Person, post: Post, used: dict[int, int]) -> Wording | None:
    fitting = [one for one in post.wordings if one.network is None] or list(post.wordings)
    return min(
        fitting,
        key=lambda one: (one.language not in person.languages, used.get(one.id, 0), one.position),
        default=None,
    )


def _used(wording_ids: list[int]) -> dict[int, int]:
    query = (
        select(Share.wording_id, func.count(Share.person_id.distinct()))
        .where(
            Share.wording_id.in_(wording_ids),
            Share.alike >= sharing.SAME_WORDS,
            Share.state == ShareState.PUBLISHED.value,
        )
        .group_by(Share.wording_id)
    )
    return {wording_id: count for wording_id, count in db.session.execute(query) if wording_id is not None}
