"""Spread: four hundred people do not post the same thing at nine sharp."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from sqlalchemy import func, select

from advocacy.db import db
from advocacy.people.models import Person
from advocacy.sharing.models import LIVE_STATES, Share, ShareState

WIDTH: Final = 20
"""How many minutes a moment is moved at most, to either side."""
MIDDLE: Final = 30
"""The minute that planned moments are spread around: with WIDTH to either side they stay within their hour."""
CROWDED: Final = 3
"""Colleagues in one quarter of an hour from which another minute is offered."""
QUARTER: Final = timedelta(minutes=15)
COUNTED = (*(state.value for state in LIVE_STATES), ShareState.PUBLISHED.value)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many colleagues post the same in the same quarter of an hour, and the minute that is freer."""

    colleagues: int
    better: datetime


def own_minute(person_id: int, post_id: int) -> int:
    """From -WIDTH to WIDTH: always the same for this person and this post."""
    spread = blake2b(f"{person_id}:{post_id}".encode(), digest_size=8).digest()
    return int.from_bytes(spread) % (2 * WIDTH + 1) - WIDTH


def minute_of_hour(person_id: int, post_id: int) -> int:
    """The minute within a planned hour at which this person's share of this post goes."""
    return MIDDLE + own_minute(person_id, post_id)


def quarter_of(moment: datetime) -> datetime:
    """The beginning of its quarter of an hour (every zone's clock has the same quarters)."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def freest(moment: datetime, busy: Counter[datetime], wished: int) -> datetime:
    """The minute within WIDTH of `moment`, not before it, with the fewest around it; of equal ones the nearest to
    `wished` minutes from it."""
    start = moment.replace(second=0, microsecond=0)

    def crowd(step: int) -> int:
        around = (start + timedelta(minutes=step + near) for near in (-1, 0, 1))
        return sum(busy[minute] for minute in around)

    return start + timedelta(minutes=min(range(1, WIDTH + 1), key=lambda step: (crowd(step), abs(step - wished), step)))


def find_crowd(person: Person, post_id: int, networks: Collection[str], moment: datetime) -> Crowd | None:
    """What the person should know of this moment: None unless several colleagues of theirs have the same quarter."""
    quarter, minute = quarter_of(moment), func.date_trunc("minute", Share.wanted_at)
    query = (
        select(minute, func.count(Share.person_id.distinct()))
        .where(
            Share.post_id == post_id,
            Share.network.in_(networks),
            Share.wanted_at >= quarter - QUARTER,
            Share.wanted_at < quarter + 3 * QUARTER,
            Share.person_id != person.id,
            Share.state.in_(COUNTED),
        )
        .group_by(minute)
    )
    busy: Counter[datetime] = Counter(dict(db.session.execute(query).all()))
    colleagues = sum(count for at, count in busy.items() if quarter <= at < quarter + QUARTER)
    if colleagues < CROWDED:
        return None
    return Crowd(colleagues, freest(moment, busy, abs(own_minute(person.id, post_id))))
