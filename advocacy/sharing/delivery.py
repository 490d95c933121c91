"""What is written down while shares leave the building, batch by batch; each step its own transaction.

Exactly once rests on three conditional updates. Only one worker claims a share. Only the holder of the current attempt
arms it, and arming is committed before the one call that publishes. What was armed and never recorded is unconfirmed:
it is never sent again unless its network says for certain that it is not there.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from celery import Task, current_app
from sqlalchemy import ARRAY, BigInteger, Integer, Table, Text, bindparam, column, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.jobs import nudge
from advocacy.networks.base import Prepared, Published
from advocacy.sharing.claiming import Claim
from advocacy.sharing.models import Share, ShareState

log = structlog.get_logger(__name__)
_SHARES = cast(Table, Share.__table__)  # many rows at once are changed without the detour through objects
SOON = timedelta(seconds=5)
_MAY_BE_OUT = (ShareState.ARMED, ShareState.UNCONFIRMED, ShareState.SCHEDULED)
"""Where a share may be when a worker that was thought dead still brings its answer; it is scheduled where its network
said that it was not there, and nobody has claimed it since.
"""


def nudge_delivery(moment: datetime, now: datetime) -> None:
    """Have a worker look soon, if the moment has come; otherwise the schedule's own look finds it."""
    if moment <= now + SOON:
        nudge(_task("sharing.deliver_now" if moment <= now else "sharing.deliver_due"))


def nudge_removal() -> None:
    """Have a worker look for posts to delete."""
    nudge(_task("sharing.remove_due"))


def _task(name: str) -> "Task[..., Any]":
    task: Task[..., Any] = current_app.tasks[name]
    return task


def keep_prepared(made: Sequence[tuple[Claim, Prepared]]) -> list[tuple[Claim, Prepared]]:
    """Note what was uploaded. Those that may go on now; the others wait, or are no longer ours."""
    told = [(claim, prepared) for claim, prepared in made if prepared != Prepared()]
    plain = [(claim, prepared) for claim, prepared in made if prepared == Prepared()]
    ready = [each for each in told if _is_ready(each[1])]
    waiting = [each for each in told if not _is_ready(each[1])]
    ours = _change_each([claim for claim, _ in ready], (ShareState.CLAIMED,), {}, facts=_facts(ready))
    for claim, prepared in waiting:
        _put_off(claim, prepared)
    return [*plain, *(each for each in ready if each[0].share_id in ours)]


def _is_ready(prepared: Prepared) -> bool:
    return prepared.complete and (prepared.ready_at is None or prepared.ready_at <= utcnow())


def _facts(made: Sequence[tuple[Claim, Prepared]]) -> list[str]:
    return [json.dumps(facts_of(prepared)) for _claim, prepared in made]


def facts_of(prepared: Prepared) -> dict[str, Any]:
    """What an adapter left at its network, as it stands in the row."""
    moment = prepared.ready_at.isoformat() if prepared.ready_at else None
    return {"facts": prepared.facts, "ready_at": moment, "complete": prepared.complete}


def _put_off(claim: Claim, prepared: Prepared) -> None:
    moment = prepared.ready_at or utcnow()
    values = {"prepared": facts_of(prepared), "state": ShareState.SCHEDULED.value, "due_at": moment}
    if _record(claim, (ShareState.CLAIMED,), **values):
        nudge(_task("sharing.deliver_due"), after=max((moment - utcnow()).total_seconds(), 0) + 0.2)


def still_held(claims: Sequence[Claim]) -> None:
    """Uploads take long: this worker is alive and still at it."""
    _change_each(claims, (ShareState.CLAIMED,), {"claimed_at": func.now()})


def arm(claims: Sequence[Claim]) -> set[int]:
    """Write down that the network is about to be called for these: ids of those that are ours, call for no other.

    The commit waits for the disk even where the operator's database does not: a crash must not forget it.
    """
    if claims:
        db.session.execute(text("set local synchronous_commit = on"))
    return _change_each(claims, (ShareState.CLAIMED,), {"state": ShareState.ARMED.value, "armed_at": func.now()})


def record_published(made: Sequence[tuple[Claim, Published]]) -> set[int]:
    """The network has them; ids of those recorded. Also mends a share that was thought lost meanwhile."""
    values = {
        "state": ShareState.PUBLISHED.value,
        "published_at": func.now(),
        "failure": None,
        "failure_detail": None,
        "ask_at": None,
    }
    places = {
        "external_id": [published.external_id for _, published in made],
        "external_url": [published.url for _, published in made],
    }
    return _change_each([claim for claim, _ in made], _MAY_BE_OUT, values, columns=places)


def record_later(claim: Claim, after: datetime, reason: str, detail: str, *, forget_prepared: bool = False) -> bool:
    """Certainly not published; to be tried again `after`."""
    values: dict[str, Any] = {"prepared": None} if forget_prepared else {}
    return _record(
        claim,
        (ShareState.CLAIMED, ShareState.ARMED),
        state=ShareState.SCHEDULED.value,
        due_at=after,
        failure=reason,
        failure_detail=detail or None,
        **values,
    )


def record_failed(claim: Claim, reason: str, detail: str) -> bool:
    """Certainly not published, and not to be tried again by itself."""
    return _record(
        claim,
        (ShareState.CLAIMED, ShareState.ARMED),
        state=ShareState.FAILED.value,
        failure=reason,
        failure_detail=detail or None,
        prepared=None,
    )


def record_unconfirmed(claim: Claim, reason: str, detail: str, ask_at: datetime | None = None) -> bool:
    """It may be out there: the network is asked at `ask_at`, or the person settles it."""
    return _record(
        claim,
        (ShareState.ARMED,),
        state=ShareState.UNCONFIRMED.value,
        failure=reason,
        failure_detail=detail or None,
        uncertain=True,
        ask_at=ask_at,
        asked=Share.asked.op("||")(bindparam("told", [told("publish", reason, detail)], JSONB)),
    )


def told(act: str, said: str, detail: str = "") -> dict[str, str]:
    """A line of what was asked of a network and what it said."""
    return {"at": utcnow().isoformat(timespec="seconds"), "act": act, "said": said, "detail": detail}


def delay_account(account_id: int, after: datetime, reason: str) -> None:
    """The network wants nothing more from this account before then."""
    due = (Share.account_id == account_id, Share.state == ShareState.SCHEDULED.value, Share.due_at < after)
    later = update(Share).where(*due).values(due_at=after, failure=reason, failure_detail=None)
    db.session.execute(later.execution_options(synchronize_session=False))


def _record(claim: Claim, states: tuple[ShareState, ...], **values: Any) -> bool:
    """Change the share if this worker's attempt still holds it in one of `states`."""
    ours = update(Share).where(
        Share.id == claim.share_id, Share.attempt == claim.attempt, Share.state.in_([state.value for state in states])
    )
    changed = ours.values(**values).execution_options(synchronize_session=False)
    held = rows_changed(db.session.execute(changed)) == 1
    if not held:
        log.warning("share_no_longer_held", share_id=claim.share_id, attempt=claim.attempt, wanted=sorted(values))
    return held


def _change_each(
    claims: Sequence[Claim],
    states: tuple[ShareState, ...],
    values: Mapping[str, Any],
    *,
    columns: Mapping[str, Sequence[str]] | None = None,
    facts: Sequence[str] | None = None,
) -> set[int]:
    """The same for many shares in one statement: ids of those whose attempt still holds them.

    `values` are the same for all; `columns` and `facts` (for `prepared`) hold one for each claim.
    """
    if not claims:
        return set()
    given: dict[str, Sequence[str]] = {**(columns or {}), **({"prepared": facts} if facts is not None else {})}
    mine = _rows(claims, given)
    each = {name: mine.c[name].cast(JSONB) if name == "prepared" else mine.c[name] for name in given}
    ours = (
        update(_SHARES)
        .where(
            _SHARES.c.id == mine.c.id,
            _SHARES.c.attempt == mine.c.attempt,
            _SHARES.c.state.in_([state.value for state in states]),
        )
        .values(**values, **each)
        .returning(_SHARES.c.id)
    )
    held = set(db.session.scalars(ours))
    for claim in claims:
        if claim.share_id not in held:
            log.warning("share_no_longer_held", share_id=claim.share_id, attempt=claim.attempt, wanted=sorted(values))
    return held


def _rows(claims: Sequence[Claim], given: Mapping[str, Sequence[str]]) -> TableValuedAlias:
    """The claims as a table: id, attempt, and what is given for each."""
    arrays: list[Any] = [
        bindparam(None, [claim.share_id for claim in claims], ARRAY(BigInteger)),
        bindparam(None, [claim.attempt for claim in claims], ARRAY(Integer)),
        *(bindparam(None, list(values), ARRAY(Text)) for values in given.values()),
    ]
    names: list[Any] = [column("id", BigInteger), column("attempt", Integer), *(column(name, Text) for name in given)]
    return func.unnest(*arrays).table_valued(*names, name="mine").render_derived()


def find_share(share_id: int) -> Share | None:
    """The share as it stands now."""
    return db.session.scalar(select(Share).where(Share.id == share_id).execution_options(populate_existing=True))
