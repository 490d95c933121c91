"""Reading the pages behind proposed links. The rows say which; a message is only a nudge."""

import time
from typing import Final

from advocacy.content.learning import linked_page
from advocacy.content.proposal_links import claim_unread, record_page
from advocacy.db import db
from advocacy.jobs import celery

LONGEST_RUN: Final = 45.0


@celery.task(name="content.read_proposed_links")
def read_proposed_links() -> None:
    """Read what is due, one after the other, for LONGEST_RUN seconds at most; the next run goes on."""
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        due = claim_unread()
        db.session.commit()
        if due is None:
            return
        proposal_id, link = due
        page = linked_page(link)
        record_page(proposal_id, link, page)
        db.session.commit()
