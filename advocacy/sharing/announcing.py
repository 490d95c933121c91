"""Telling the other slices of what was published, once each: the mark and what they add stand or fall together."""

from collections.abc import Sequence

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import func

from advocacy.clock import utcnow
from advocacy.db import db, rows_changed
from advocacy.events import announce
from advocacy.networks import registry
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share, ShareState

log = structlog.get_logger(__name__)


def announce_published(share: Share) -> None:
    """Tell the other slices, once."""
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


def announce_next(after: int, most: int) -> list[int]:
    """Tell of up to so many published shares that nobody was told of, with ids above `after`: the ids looked at.

    One that can't be told of is left for the next time and stops none of the others.
    """
    shares = _unannounced(after, most)
    for share in shares:
        try:
            with db.session.begin_nested():
                announce_published(share)
        except DBAPIError:
            raise
        except Exception as crash:
            log.error("announcing_crashed", share_id=share.id, exc_info=crash)
    return [share.id for share in shares]


def _unannounced(after: int, most: int) -> Sequence[Share]:
    wanted = select(Share).where(
        Share.state == ShareState.PUBLISHED.value, Share.announced_at.is_(None), Share.id > after
    )
    held = wanted.order_by(Share.id).limit(most).with_for_update(of=Share, skip_locked=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).all()
