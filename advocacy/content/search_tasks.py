"""Posts that were written before there was a search are indexed bit by bit; new ones are indexed as they are saved."""

from typing import Final

import structlog

from advocacy.content.search import index_posts
from advocacy.db import db
from advocacy.jobs import celery

log = structlog.get_logger(__name__)
BATCH: Final = 500


@celery.task(name="content.index_posts")
def index_missing() -> None:
    """One batch of posts that were never indexed."""
    done = index_posts(BATCH)
    db.session.commit()
    if done:
        log.info("posts_indexed", posts=done)
