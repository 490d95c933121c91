"""How a person's own posts were received: what suggestions of good moments are made from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from advocacy.db import db
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.models import ShareFigures

_COUNTED = (ShareFigures.humans, ShareFigures.reactions, ShareFigures.comments, ShareFigures.reshares)


def readership_of(person_id: int, since: datetime, until: datetime, most: int) -> Sequence[tuple[datetime, int]]:
    """For the person's posts that went online in this time: when, and how many read or reacted. The newest `most`.

    People who followed the link count, and reactions, comments and reshares that the network measured. A post of which
    neither is known is left out: unknown is not nobody.
    """
    query = (
        select(Share.published_at, *(func.coalesce(figure, 0) for figure in _COUNTED))
        .outerjoin(ShareFigures, ShareFigures.share_id == Share.id)
        .where(
            Share.person_id == person_id,
            Share.state == ShareState.PUBLISHED.value,
            Share.published_at >= since,
            Share.published_at < until,
            or_(Share.link.is_not(None), ShareFigures.measured_at.is_not(None)),
        )
        .order_by(Share.published_at.desc())
        .limit(most)
    )
    return [(at, sum(counts)) for at, *counts in db.session.execute(query) if at is not None]
