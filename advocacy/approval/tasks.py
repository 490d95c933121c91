"""Reminding those whose yes is missing: once a working day from the deadline on, until the round is over."""

from celery import shared_task
from sqlalchemy import select

from advocacy.approval.models import ApprovalRound, RoundState, RoundStep
from advocacy.approval.service import remind_step
from advocacy.approval.working_days import is_working_day
from advocacy.clock import utcnow
from advocacy.db import db


@shared_task(name="approval.remind_due")
def remind_due() -> int:
    """Ask again wherever the deadline has passed; answers in how many steps. Side by side with itself, once each."""
    now = utcnow()
    due = (
        select(RoundStep.id)
        .join(ApprovalRound, ApprovalRound.id == RoundStep.round_id)
        .where(ApprovalRound.state == RoundState.OPEN, RoundStep.done_at.is_(None), RoundStep.due_at <= now)
    )
    reminded = 0
    for step_id in db.session.scalars(due.order_by(RoundStep.due_at)).all():
        wanted = select(RoundStep).where(RoundStep.id == step_id, RoundStep.done_at.is_(None))
        step = db.session.scalars(wanted.with_for_update(of=RoundStep, skip_locked=True)).first()
        fine = step is not None and step.round.state == RoundState.OPEN
        if step is not None and fine and is_working_day(now, step.chain.organisation.time_zone):
            reminded += remind_step(step, now)
        db.session.commit()
    return reminded
