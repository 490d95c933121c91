"""Recalls followed to their end: begun where a post expired, late shares asked about, reminders, closed when done."""

from celery import shared_task
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.sharing import recall
from advocacy.sharing.models import Recall, Share, ShareState

BATCH = 200


@shared_task(name="sharing.follow_recalls")
def follow_recalls() -> dict[str, int]:
    """Every few minutes; answers how many were begun, asked, reminded and closed. Each post is a transaction."""
    told = {"begun": _begin(), "asked": 0, "reminded": 0, "closed": 0}
    now = utcnow()
    for recall_id in db.session.scalars(select(Recall.id).where(Recall.closed_at.is_(None)).order_by(Recall.id)).all():
        wanted = select(Recall).where(Recall.id == recall_id, Recall.closed_at.is_(None))
        found = db.session.scalars(wanted.with_for_update(skip_locked=True)).first()
        if found is not None:
            told["asked"] += recall.gather(found)
            told["reminded"] += recall.remind(found, now)
            told["closed"] += recall.close_if_done(found)
        db.session.commit()
    return told


def _begin() -> int:
    now = utcnow()
    online = select(Share.id).where(Share.post_id == Post.id, Share.state == ShareState.PUBLISHED.value)
    recalled = select(Recall.id).where(Recall.post_id == Post.id, Recall.at >= Post.expires_at)
    over = (
        select(Post.id)
        .where(Post.expires_at <= now, Post.expires_at > now - recall.EXPIRED_WITHIN)
        .where(Post.state == PostState.PUBLISHED.value, online.exists(), ~recalled.exists())
    )
    begun = 0
    for post_id in db.session.scalars(over.order_by(Post.id).limit(BATCH)).all():
        again = over.where(Post.id == post_id).with_only_columns(Post).with_for_update(of=Post, skip_locked=True)
        post = db.session.scalars(again).unique().first()
        if post is not None and recall.find_open(post.id) is None:
            recall.recall_expired(post)
            begun += 1
        db.session.commit()
    return begun
