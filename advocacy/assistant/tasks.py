"""Workers ask the assistant. No transaction is open while it thinks; a question is asked once."""

import time
from typing import Final

import structlog

from advocacy.assistant import answering
from advocacy.assistant.answering import Question
from advocacy.assistant.answers import Unreadable, suggestions_in
from advocacy.assistant.material import with_page
from advocacy.assistant.models import Kind
from advocacy.assistant.prompts import messages_for
from advocacy.completions import NoAnswer, complete
from advocacy.db import db
from advocacy.jobs import celery

log = structlog.get_logger(__name__)
LONGEST_RUN: Final = 45.0


@celery.task(name="assistant.answer_waiting")
def answer_waiting() -> None:
    """Answer questions one after the other, for LONGEST_RUN seconds at most; the next run goes on."""
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        question = answering.claim_next()
        db.session.commit()
        if question is None:
            return
        _answer(question)
        db.session.commit()


@celery.task(name="assistant.sweep")
def sweep() -> None:
    """Give up what was lost with its worker, and forget old questions."""
    lost = answering.give_up_lost()
    answering.purge()
    db.session.commit()
    if lost:
        log.warning("assistant_lost", questions=lost)


def _answer(question: Question) -> None:
    """Ask, and write down what came; never raises what the assistant did."""
    began = time.monotonic()
    outcome: str = "done"
    try:
        material = with_page(question.material) if question.kind is Kind.WORDINGS else question.material
        texts = suggestions_in(complete(messages_for(question.kind, material)), question.kind, material)
    except NoAnswer as error:
        outcome = error.reason
        answering.fail(question.id, error.reason, error.retry_after)
    except Unreadable:
        outcome = "unreadable"
        answering.fail(question.id, "unreadable")
    else:
        answering.record(question.id, texts)
    seconds = round(time.monotonic() - began, 1)
    log.info("assistant_asked", question=question.id, kind=question.kind.value, outcome=outcome, seconds=seconds)
