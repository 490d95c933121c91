"""How often posts were shared, for whoever shows it."""

from collections.abc import Collection

from sqlalchemy import func, select

from advocacy.db import db
from advocacy.sharing.models import Share, ShareState


def count_shares(post_ids: Collection[int]) -> dict[int, int]:
    """How many published shares each of these posts has; posts without one are left out."""
    query = select(Share.post_id, func.count()).where(
        Share.post_id.in_(sorted(post_ids)), Share.state == ShareState.PUBLISHED.value
    )
    return dict(db.session.execute(query.group_by(Share.post_id)).all())
