"""Writes the history of the posts: what some were before they were what they are, and how all others came to be."""

from datetime import timedelta
from typing import Final

from advocacy.content import versions
from advocacy.content.models import PostState
from advocacy.db import db
from advocacy.demo.desk import Desk

_LAST_ACT: Final = {
    PostState.REVIEW.value: versions.MOVED,
    PostState.PUBLISHED.value: versions.PUBLISHED,
    PostState.WITHDRAWN.value: versions.WITHDRAWN,
}


def write_editions(desk: Desk) -> None:
    """Have the posts that were edited go through what they were, up to what they are."""
    for facts in desk.facts["edited"]:
        post = desk.post(facts["page"])
        final = {name: getattr(post, name) for name in ("title", "summary", "state", "publish_at")}
        post.state, post.publish_at = PostState.DRAFT.value, None
        for place, before in enumerate(facts["before"]):
            post.title, post.summary = before["title"], before["summary"]
            edition = versions.record(post, post.author, versions.EDITED)
            edition.created_at = post.created_at + timedelta(minutes=80 * place)
        for name, value in final.items():
            setattr(post, name, value)
        versions.record(post, post.author, versions.PUBLISHED).created_at = post.updated_at
    db.session.flush()


def write_first_editions(desk: Desk) -> None:
    """Give the posts that have no history yet the one they would have: saved as a draft, then put where they stand."""
    for post in desk.posts:
        if versions.find_last(post) is not None:
            continue
        written = versions.record(post, post.author, versions.EDITED)
        written.created_at, done = post.created_at, _LAST_ACT.get(post.state)
        if done is not None:
            written.snapshot = {**written.snapshot, "state": PostState.DRAFT.value, "publish_at": None}
            versions.record(post, post.author, done).created_at = post.updated_at
    db.session.flush()
