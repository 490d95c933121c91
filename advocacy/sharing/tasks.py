"""Workers' side of sharing. A message is a nudge and carries nothing: the rows say what is due.

Each share goes claim, commit, prepare, commit, arm, commit, publish, record, commit, announce, commit; no transaction
is open while a network answers, and a process may die on any of these lines. One message sends a batch (`rounds`).
"""

from dataclasses import replace

import structlog
from celery import Task, shared_task

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.jobs import nudge
from advocacy.networks import circuits
from advocacy.networks.renewing import freshened
from advocacy.sharing import announcing, settling, sweeping
from advocacy.sharing.removing import Removing
from advocacy.sharing.rounds import Round, insist

log = structlog.get_logger(__name__)
BATCH = 200
ANNOUNCED_TOGETHER = 50
ANNOUNCED_AT_ONCE = 500


@shared_task(name="sharing.deliver_due")
def deliver_due() -> int:
    """Send every due share, side by side; answers how many were taken. May run side by side with itself."""
    return _deliver(Round(), deliver_due)


@shared_task(name="sharing.deliver_now")
def deliver_now() -> int:
    """The same for those alone that a person waits for: it has a queue of its own."""
    return _deliver(Round(waited_for_only=True), deliver_now)


def _deliver(turn: Round, again: "Task[..., int]") -> int:
    taken = turn.run()
    if turn.unfinished:
        insist(lambda: nudge(again))
    if turn.answers.untold:
        insist(lambda: nudge(announce_due))
    return taken


@shared_task(name="sharing.announce_due")
def announce_due() -> int:
    """Tell the other slices of what is published and untold; answers how many shares that were. Sending goes first, so
    that after so many the rest is left to the next message.
    """
    told, last = 0, 0
    while shares := announcing.announce_next(last, ANNOUNCED_TOGETHER):
        db.session.commit()
        told, last = told + len(shares), shares[-1]
        if told >= ANNOUNCED_AT_ONCE:
            nudge(announce_due)
            break
    db.session.commit()
    return told


@shared_task(name="sharing.settle_due")
def settle_due() -> int:
    """Ask networks what became of shares that got no answer; answers how many were asked about."""
    for taken in range(BATCH):
        question = settling.claim_next()
        db.session.commit()
        if question is None:
            return taken
        question = replace(question, credentials=freshened(question.account_id, question.credentials))
        answer = settling.ask(question)
        settling.record(question, answer)
        db.session.commit()
        if answer.published is not None:
            nudge(announce_due)
        if answer.absent:
            nudge(deliver_due)
        db.session.commit()
    nudge(settle_due)
    db.session.commit()
    return BATCH


@shared_task(name="sharing.sweep")
def sweep() -> dict[str, int]:
    """Each minute: put right what dead workers left, and tell what they did not announce."""
    now = utcnow()
    found = sweeping.sweep(now)
    db.session.commit()
    found["network_down"] = sweeping.mark_waiting(circuits.open_places().keys(), now)
    db.session.commit()
    found["announced"] = announce_due()
    if any(found.values()):
        log.info("swept", **found)
    if found["claimed_again"] or found["given_bodies"]:
        nudge(deliver_due)
    if found["unconfirmed"]:
        nudge(settle_due)
    db.session.commit()
    return found


@shared_task(name="sharing.remove_due")
def remove_due() -> int:
    """Delete at their networks the posts whose people asked for it, side by side; answers how many were taken."""
    turn = Removing()
    taken = turn.run()
    if turn.unfinished:
        insist(lambda: nudge(remove_due))
    return taken
