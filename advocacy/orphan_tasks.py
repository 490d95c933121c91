"""Files that nothing mentions go. What is there says what is due; a message is only a nudge."""

import structlog

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.jobs import celery
from advocacy.orphans import mentioned_keys, remove_orphans, shelves, take_turn

log = structlog.get_logger(__name__)


@celery.task(name="orphans.remove")
def remove() -> None:
    """Look through every row, then through the folders; no transaction is open then."""
    now = utcnow()
    if not take_turn():
        db.session.rollback()
        return
    mentioned = mentioned_keys()
    db.session.commit()
    for shelf in shelves():
        removed = remove_orphans(shelf, mentioned, now)
        if removed:
            log.info("orphans_removed", folder=shelf.folder.name, files=removed)
