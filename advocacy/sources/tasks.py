"""Reading the sources that are due, and telling when one fails for long. The rows say which; a message is only a
nudge.
"""

import time
from typing import Final

import structlog
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.db import db
from advocacy.jobs import celery, nudge
from advocacy.sources.alarms import warn_next
from advocacy.sources.kinds import read
from advocacy.sources.reading import get_fetcher
from advocacy.sources.service import claim_due, is_due, record
from config.settings import get_settings

log = structlog.get_logger(__name__)
LONGEST_RUN: Final = 45.0
_AGAIN: Final = "sources:again"


@celery.task(name="sources.read_due")
def read_due() -> None:
    """Read due sources one after the other, for LONGEST_RUN seconds at most; the next run goes on."""
    fetcher = get_fetcher()
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        due = claim_due()
        db.session.commit()
        if due is None:
            _come_back()
            return
        reading = read(fetcher, due)
        added = record(due.id, reading)
        db.session.commit()
        log.info("source_read", source=due.id, added=added, failure=reading.failure)


def _come_back() -> None:
    """Look again once the sites were left in peace, if sources wait only for that. One such look waits at a time: the
    mark ends when it is due."""
    seconds = get_settings().fetch_host_seconds
    waits = seconds > 0 and is_due()
    try:
        if waits and get_redis().set(_AGAIN, 1, nx=True, px=int(seconds * 1000)):
            nudge(read_due, after=seconds)
    except RedisError as error:
        log.info("look_not_planned", error=type(error).__name__)
    db.session.commit()


@celery.task(name="sources.warn_of_failing")
def warn_of_failing() -> None:
    """Write to the editors of each source that has failed for days, once."""
    while warn_next():
        db.session.commit()
    db.session.commit()
