"""What runs by the clock: counting the journal, asking for figures, forgetting salts. Running twice harms nothing."""

import time
from dataclasses import replace
from typing import Final

from advocacy.db import db
from advocacy.jobs import celery
from advocacy.networks.renewing import freshened
from advocacy.tracking import counting, measuring, salts
from advocacy.tracking.journal import journal_folder
from config.settings import get_settings

MEASURING_SECONDS: Final = 25
"""A run stops after this time; the next one goes on."""


@celery.task(name="tracking.count_clicks")
def count_clicks() -> None:
    """Move all whole lines of all journals to the database, and put finished journals away."""
    for journal in counting.journals(journal_folder(get_settings().var)):
        try:
            while counting.count_next(journal):
                db.session.commit()
            db.session.rollback()
            if counting.put_away(journal):
                db.session.commit()
        except FileNotFoundError:
            db.session.rollback()


@celery.task(name="tracking.measure_due")
def measure_due() -> None:
    """Ask for the figures of every share that is due, one after the other."""
    until = time.monotonic() + MEASURING_SECONDS
    while time.monotonic() < until:
        share_id = measuring.claim_due()
        db.session.commit()
        if share_id is None:
            return
        question = measuring.question_of(share_id)
        db.session.commit()
        if question is not None:
            question = replace(question, credentials=freshened(question.account_id, question.credentials))
            answer = measuring.ask(question)
            measuring.record(question, answer)
            db.session.commit()


@celery.task(name="tracking.forget_salts")
def forget_salts() -> None:
    """Delete the keys of past days' visitor hashes."""
    salts.forget_old_salts()
    db.session.commit()
