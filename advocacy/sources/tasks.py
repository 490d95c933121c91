"""Reading the sources that are due, and telling when one fails for long. The rows say which; a message is only a
nudge.
"""

import time
from typing import Final

import structlog

from advocacy.db import db
from advocacy.jobs import celery
from advocacy.sources.alarms import warn_next
from advocacy.sources.kinds import read
from advocacy.sources.reading import get_fetcher
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
        reading = read(fetcher, due)
        added = record(due.id, reading)
        db.session.commit()
        log.info("source_read", source=due.id, added=added, failure=reading.failure)


@celery.task(name="sources.warn_of_failing")
def warn_of_failing() -> None:
    """Write to the editors of each source that has failed for days, once."""
    while warn_next():
        db.session.commit()
    db.session.commit()
