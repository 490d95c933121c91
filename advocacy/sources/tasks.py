"""Reading the sources that are due. The rows say which; a message is only a nudge."""

import time
from typing import Final

import structlog

from advocacy.db import db
from advocacy.jobs import celery
from advocacy.sources.reading import get_fetcher, read_feed
from advocacy.sources.service import claim_due, record

log = structlog.get_logger(__name__)
LONGEST_RUN: Final = 45.0


@celery.task(name="sources.read_due")
def read_due() -> None:
    """Read due sources one after the other, for LONGEST_RUN seconds at most; the next run goes on."""
    fetcher = get_fetcher()
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        due = claim_due()
        db.session.commit()
        if due is None:
            return
        reading = read_feed(fetcher, due.url, etag=due.etag, last_modified=due.last_modified)
        added = record(due.id, reading)
        db.session.commit()
        log.info("source_read", source=due.id, added=added, failure=reading.failure)
