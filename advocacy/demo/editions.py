"""Writes what some posts were before they were what they are: their history of versions."""

from datetime import timedelta

from advocacy.content import versions
from advocacy.content.models import PostState
from advocacy.db import db
from advocacy.demo.desk import Desk


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
