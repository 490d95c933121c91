"""Words that were kept for somebody who never came back for them."""

from typing import Final

import structlog

from advocacy.clock import utcnow
from advocacy.content.autosave import forget_old
from advocacy.db import db
from advocacy.jobs import celery

log = structlog.get_logger(__name__)
BATCH: Final = 500


@celery.task(name="content.forget_old_words")
def forget_old_words() -> None:
    """Forget what is too old, batch by batch."""
    forgotten = 0
    while True:
        done = forget_old(utcnow(), BATCH)
        db.session.commit()
        forgotten += done
        if done < BATCH:
            break
    if forgotten:
        log.info("words_forgotten", autosaves=forgotten)
