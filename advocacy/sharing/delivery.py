"""How a share leaves the building: claimed, armed, sent, recorded, announced; each step its own transaction.

Exactly once rests on three conditional updates. Only one worker claims a share. Only the holder of the current attempt
arms it, and arming is committed before the one call that publishes. What was armed and never recorded is unconfirmed:
it is shown to the person and never sent again by itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import Task, current_app
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import joinedload

from advocacy.approval.disclosure import disclosure_for
from advocacy.clock import utcnow
from advocacy.content.crops import Cut, crop_for, cut_for
from advocacy.content.models import Post, PostState
from advocacy.db import db, rows_changed
from advocacy.events import announce
from advocacy.jobs import nudge
from advocacy.media import get_image_store
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.base import Credentials, Outgoing, Prepared, Published, Reconnect
from advocacy.networks.models import Account, AccountState
from advocacy.sealing import CannotOpen
from advocacy.sharing.events import SharePublished
from advocacy.sharing.links import short_url
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.words import with_disclosure
from config.settings import get_settings

log = structlog.get_logger(__name__)
LONGEST_WAIT = timedelta(hours=24)
MOST_ATTEMPTS = 40
SOON = timedelta(seconds=5)


@dataclass(frozen=True)
class Claim:
    """A share in a worker's hands, detached from the database; `attempt` fences workers thought dead."""

    share_id: int
    attempt: int
    network: str
    account_id: int
    credentials: Credentials
    outgoing: Outgoing
    image_key: str | None
    cut: Cut | None
    """How the picture is cut for the network; None for whole."""
    prepared: Prepared | None
    uncertain: bool

    def with_image(self) -> Outgoing:
        """What goes out, its picture read from the store (no transaction is open then)."""
        if self.image_key is None:
            return self.outgoing
        if self.cut is not None:
            cut = self.cut
            return replace(self.outgoing, image=crop_for(self.image_key, cut.ratio, cut.focus, cut.zoom))
        return replace(self.outgoing, image=get_image_store().jpeg(self.image_key))


def nudge_delivery(moment: datetime, now: datetime) -> None:
    """Have a worker look soon, if the moment has come; otherwise the schedule's own look finds it."""
    if moment <= now + SOON:
        nudge(_task("sharing.deliver_due"))


def nudge_removal() -> None:
    """Have a worker look for posts to delete."""
    nudge(_task("sharing.remove_due"))


def _task(name: str) -> "Task[..., Any]":
    task: Task[..., Any] = current_app.tasks[name]
    return task


def claim_next() -> Claim | None:
    """Take the next due share for this worker; the caller commits before anything else happens.

    Shares whose account waits for its person stay where they are. What may no longer go is failed here, with a reason.
    """
    while True:
        share_id = db.session.scalar(
            update(Share)
            .where(Share.id == _next_due().scalar_subquery())
            .values(state=ShareState.CLAIMED.value, claimed_at=func.now(), attempt=Share.attempt + 1)
            .returning(Share.id)
        )
        if share_id is None:
            return None
        share = db.session.get_one(Share, share_id, options=_LOADED, populate_existing=True)
        refusal = _why_not(share, utcnow())
        if refusal is not None:
            share.state, share.failure = ShareState.FAILED.value, refusal
            continue
        try:
            return _claim_of(share)
        except (Reconnect, CannotOpen):
            share.state, share.failure = ShareState.SCHEDULED.value, "reconnect"
            networks.mark_broken(share.account_id or 0, "token")


_LOADED = [
    joinedload(Share.post),
    joinedload(Share.account).defer(Account.access_token).defer(Account.refresh_token),
    joinedload(Share.person),
]


def _next_due() -> Select[int]:
    return (
        select(Share.id)
        .join(Account, Account.id == Share.account_id)
        .where(
            Share.state == ShareState.SCHEDULED.value,
            Share.due_at <= func.now(),
            Account.state == AccountState.CONNECTED.value,
        )
        .order_by(Share.due_at, Share.id)
        .limit(1)
        .with_for_update(of=Share, skip_locked=True)
    )


def _why_not(share: Share, now: datetime) -> str | None:
    """Machine word of why the share may no longer go, or None."""
    post: Post = share.post
    if post.state != PostState.PUBLISHED.value or (post.expires_at and post.expires_at <= now):
        return "post_gone"
    if not share.person.is_active:
        return "person_gone"
    if share.attempt > MOST_ATTEMPTS:
        return "gave_up"
    return None if registry.find_adapter(share.network) else "network_gone"


def _claim_of(share: Share) -> Claim:
    account, post = share.account, share.post
    if account is None:
        raise Reconnect("disconnected")
    return Claim(
        share_id=share.id,
        attempt=share.attempt,
        network=share.network,
        account_id=account.id,
        credentials=networks.credentials_of(account),
        outgoing=Outgoing(
            key=share.code,
            text=with_disclosure(share.text, disclosure_for(share.person, share.network)),
            language=share.language,
            link=short_url(share.code) if share.link else None,
            link_title=post.link_title or post.title,
            link_description=post.link_description or post.summary,
            image_alt=post.image_alt,
        ),
        image_key=post.image,
        cut=_cut_of(share, post),
        prepared=_stored(share.prepared),
        uncertain=share.uncertain,
    )


def _cut_of(share: Share, post: Post) -> Cut | None:
    adapter = registry.find_adapter(share.network)
    if adapter is None:
        return None
    can, has_link = adapter.capabilities, bool(share.link)
    return cut_for(post, share.network, can.card_shape if has_link else can.picture_shape, has_link=has_link)


def _stored(prepared: dict[str, Any] | None) -> Prepared | None:
    if prepared is None:
        return None
    ready_at = prepared.get("ready_at")
    return Prepared(prepared["facts"], datetime.fromisoformat(ready_at) if ready_at else None)


def keep_prepared(claim: Claim, prepared: Prepared) -> bool:
    """Note what was uploaded. True if the share may go on now; False if it has to wait, or is no longer ours."""
    facts = {"facts": prepared.facts, "ready_at": prepared.ready_at.isoformat() if prepared.ready_at else None}
    values: dict[str, Any] = {"prepared": facts}
    wait = (prepared.ready_at - utcnow()).total_seconds() if prepared.ready_at else 0
    if wait <= 0:
        return _record(claim, (ShareState.CLAIMED,), **values)
    values |= {"state": ShareState.SCHEDULED.value, "due_at": prepared.ready_at}
    if _record(claim, (ShareState.CLAIMED,), **values):
        nudge(_task("sharing.deliver_due"), after=wait + 0.2)
    return False


def arm(claim: Claim) -> bool:
    """Write down that the network is about to be called. False: the share is no longer ours, don't call."""
    return _record(claim, (ShareState.CLAIMED,), state=ShareState.ARMED.value, armed_at=func.now())


def record_published(claim: Claim, published: Published) -> bool:
    """The network has it. Also mends a share that was thought lost meanwhile."""
    return _record(
        claim,
        (ShareState.ARMED, ShareState.UNCONFIRMED),
        state=ShareState.PUBLISHED.value,
        published_at=func.now(),
        external_id=published.external_id,
        external_url=published.url,
        failure=None,
        failure_detail=None,
    )


def record_later(claim: Claim, after: datetime, reason: str, detail: str, forget_prepared: bool = False) -> bool:
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


def record_unconfirmed(claim: Claim, reason: str, detail: str) -> bool:
    """It may be out there; the person settles it."""
    return _record(
        claim,
        (ShareState.ARMED,),
        state=ShareState.UNCONFIRMED.value,
        failure=reason,
        failure_detail=detail or None,
        uncertain=True,
    )


def _record(claim: Claim, states: tuple[ShareState, ...], **values: Any) -> bool:
    """Change the share if this worker's attempt still holds it in one of `states`."""
    ours = update(Share).where(
        Share.id == claim.share_id, Share.attempt == claim.attempt, Share.state.in_([state.value for state in states])
    )
    held = rows_changed(db.session.execute(ours.values(**values))) == 1
    if not held:
        log.warning("share_no_longer_held", share_id=claim.share_id, attempt=claim.attempt, wanted=sorted(values))
    return held


def announce_published(share: Share) -> None:
    """Tell the other slices, once: the mark and what they add stand or fall together."""
    first = update(Share).where(Share.id == share.id, Share.announced_at.is_(None)).values(announced_at=func.now())
    if not rows_changed(db.session.execute(first)):
        return
    adapter = registry.find_adapter(share.network)
    announce(
        SharePublished(
            share_id=share.id,
            person_id=share.person_id,
            post_id=share.post_id,
            network=share.network,
            published_at=share.published_at or utcnow(),
            alike=share.alike,
            rewards_allowed=adapter is not None and adapter.capabilities.rewards_allowed,
            settled_by_person=share.settled_by_person,
        )
    )


def find_unannounced() -> Share | None:
    """A share that is published and that nobody was told of."""
    query = select(Share).where(Share.state == ShareState.PUBLISHED.value, Share.announced_at.is_(None))
    return db.session.scalars(query.order_by(Share.id).limit(1).with_for_update(skip_locked=True)).first()


def sweep(now: datetime) -> dict[str, int]:
    """Put right what dead workers and gone accounts left: how many of each. Armed ones are never sent again."""
    lost = now - timedelta(seconds=get_settings().delivery_lease)
    back = update(Share).where(Share.state == ShareState.CLAIMED.value, Share.claimed_at < lost)
    unknown = update(Share).where(Share.state == ShareState.ARMED.value, Share.armed_at < lost)
    orphan = update(Share).where(Share.state == ShareState.SCHEDULED.value, Share.account_id.is_(None))
    broken = select(Account.id).where(Account.state == AccountState.RECONNECT.value)
    stale = update(Share).where(
        Share.state == ShareState.SCHEDULED.value, Share.wanted_at < now - LONGEST_WAIT, Share.account_id.in_(broken)
    )
    return {
        "claimed_again": rows_changed(
            db.session.execute(back.values(state=ShareState.SCHEDULED.value, due_at=now, attempt=Share.attempt + 1))
        ),
        "unconfirmed": rows_changed(
            db.session.execute(unknown.values(state=ShareState.UNCONFIRMED.value, failure="no_answer", uncertain=True))
        ),
        "disconnected": rows_changed(
            db.session.execute(orphan.values(state=ShareState.FAILED.value, failure="disconnected"))
        ),
        "waited_too_long": rows_changed(
            db.session.execute(stale.values(state=ShareState.FAILED.value, failure="waited_too_long"))
        ),
    }
