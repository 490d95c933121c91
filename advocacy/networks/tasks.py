"""The schedule's side of connections."""

import structlog
from celery import shared_task

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import endings, registry, rereading, service
from advocacy.networks.renewing import renew_account

MOST_READ = 500
log = structlog.get_logger(__name__)


@shared_task(name="networks.renew_due")
def renew_due() -> int:
    """Renew every grant that ends soon, mark those that ended for good; answers how many were renewed."""
    for account_id in service.ended_for_good(utcnow()):
        service.mark_broken(account_id, "ended")
    due = service.due_for_renewal(utcnow())
    db.session.commit()
    return sum(renew_account(account_id) for account_id in due)


@shared_task(name="networks.read_limits")
def read_limits() -> int:
    """Read anew what networks say of their limits, where that was long ago; answers how many said something."""
    due = rereading.stale_ids(utcnow(), MOST_READ)
    db.session.commit()
    return sum(rereading.reread(account_id) for account_id in due)


@shared_task(name="networks.look_after")
def look_after() -> int:
    """Tell the operator, in the log, what has to be seen to soon; answers how much there was."""
    told = 0
    for adapter in (*registry.offered(), *registry.telling_figures()):
        for concern, detail in adapter.concerns(utcnow()).items():
            log.warning("network_concern", network=adapter.capabilities.name, concern=concern, detail=detail)
            told += 1
    return told


@shared_task(name="networks.warn_of_endings")
def warn_of_endings() -> int:
    """Write to everybody whose consent ends in 14, 7 or 1 days; answers how many mails were written."""
    written = 0
    while batch := endings.warn_of_endings(utcnow()):
        db.session.commit()
        written += batch
    db.session.commit()
    return written
