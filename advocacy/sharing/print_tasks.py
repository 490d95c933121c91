"""Prints of texts are kept for 30 days."""

import structlog
from celery import shared_task

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sharing import nearness

log = structlog.get_logger(__name__)


@shared_task(name="sharing.forget_prints")
def forget_prints() -> int:
    """Each hour: drop the prints of texts that went out more than 30 days ago; answers how many bands."""
    gone = 0
    while batch := nearness.forget_old(utcnow()):
        db.session.commit()
        gone += batch
    db.session.commit()
    if gone:
        log.info("prints_forgotten", bands=gone)
    return gone
