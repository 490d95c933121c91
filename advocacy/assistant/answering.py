"""The rows a worker goes by: taken once, answered once. What a dead worker held has failed, and its person is told."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from advocacy.assistant.material import Material, from_json
from advocacy.assistant.models import AskState, AssistRequest, Kind
from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from config.settings import get_settings

AT_ONCE: Final = 2
"""How many questions are with the assistant at a time, so that other work finds free workers."""
KEPT: Final = timedelta(days=7)
NOT_TAKEN: Final = timedelta(minutes=10)
_LOCK: Final = 0x6173_6B00


@dataclass(frozen=True, slots=True)
class Question:
    """What a worker took on."""

    id: int
    kind: Kind
    material: Material


def claim_next() -> Question | None:
    """Take the oldest question, unless enough are under way; the caller commits before it asks."""
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    running = select(func.count()).select_from(AssistRequest).where(AssistRequest.state == AskState.RUNNING.value)
    if (db.session.scalar(running) or 0) >= AT_ONCE:
        return None
    oldest = select(func.min(AssistRequest.id)).where(AssistRequest.state == AskState.ASKED.value)
    taken = (
        update(AssistRequest)
        .where(AssistRequest.id == oldest.scalar_subquery(), AssistRequest.state == AskState.ASKED.value)
        .values(state=AskState.RUNNING.value, started_at=utcnow())
        .returning(AssistRequest.id, AssistRequest.kind, AssistRequest.material)
    )
    row = db.session.execute(taken).first()
    return Question(row.id, Kind(row.kind), from_json(row.material)) if row else None


def record(question_id: int, texts: list[str]) -> bool:
    """Keep the suggestions; False where the question was given up meanwhile."""
    return _close(question_id, state=AskState.DONE.value, result=texts)


def fail(question_id: int, reason: str, retry_after: int | None = None) -> bool:
    """Keep why there is no suggestion."""
    return _close(question_id, state=AskState.FAILED.value, failure=reason, retry_after=retry_after)


def give_up_lost() -> int:
    """Fail what a worker took and never answered, and what no worker took; how many there were."""
    now, seconds = utcnow(), get_settings()
    lease = timedelta(seconds=2 * seconds.assistant_timeout + seconds.fetch_seconds + 30)
    lost = (AssistRequest.state == AskState.RUNNING.value) & (AssistRequest.started_at < now - lease)
    never = (AssistRequest.state == AskState.ASKED.value) & (AssistRequest.asked_at < now - NOT_TAKEN)
    values = {"state": AskState.FAILED.value, "failure": "lost", "material": {}, "done_at": now}
    return rows_changed(db.session.execute(update(AssistRequest).where(lost | never).values(**values)))


def purge() -> int:
    """Forget what was asked more than a week ago; how many there were."""
    return rows_changed(db.session.execute(delete(AssistRequest).where(AssistRequest.asked_at < utcnow() - KEPT)))


def _close(question_id: int, **values: object) -> bool:
    mine = (AssistRequest.id == question_id) & (AssistRequest.state == AskState.RUNNING.value)
    changed = update(AssistRequest).where(mine).values(material={}, done_at=utcnow(), **values)
    return rows_changed(db.session.execute(changed)) > 0
