"""What can be shared, kept small: a few numbers for each post that is out, by audience, oldest first."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final

from advocacy.scale.editions import Edition

_NEVER: Final = 2**40


@dataclass(frozen=True, slots=True)
class Shareable:
    """A post as its sharer needs it; moments are seconds since 1970."""

    id: int
    publish_at: int
    expires_at: int
    wording_id: int
    campaign_id: int


@dataclass(slots=True)
class _Shelf:
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    published: "array[int]" = field(default_factory=lambda: array("q"))
    expiring: "array[int]" = field(default_factory=lambda: array("q"))
    wordings: "array[int]" = field(default_factory=lambda: array("q"))
    campaigns: "array[int]" = field(default_factory=lambda: array("q"))


class Repertoire:
    """Remembers what is out, and gives posts out again."""

    def __init__(self, now: datetime) -> None:
        """Remember nothing yet; what begins after `now` can't be shared."""
        self._now = now
        self._shelves: dict[int, _Shelf] = {}

    def note(self, one: Edition) -> None:
        """Remember the post, if it is or was to be seen."""
        if not one.is_published or one.publish_at is None or one.publish_at >= self._now:
            return
        for audience_id in one.audiences:
            shelf = self._shelves.setdefault(audience_id, _Shelf())
            shelf.ids.append(one.id)
            shelf.published.append(int(one.publish_at.timestamp()))
            shelf.expiring.append(int(one.expires_at.timestamp()) if one.expires_at else _NEVER)
            shelf.wordings.append(one.first_wording_id)
            shelf.campaigns.append(one.campaign_id or 0)

    def draw(self, audience_ids: tuple[int, ...], since: int, rng: Random) -> Shareable | None:
        """A post for one of these audiences, more often for the first, published after `since` if there is one."""
        place = 0 if rng.random() < 0.6 else int(rng.random() * len(audience_ids))
        shelf = self._shelves.get(audience_ids[place]) or self._shelves.get(audience_ids[0])
        if shelf is None:
            return None
        lowest = min(bisect_left(shelf.published, since), len(shelf.ids) - 1)
        at = lowest + int(rng.random() * (len(shelf.ids) - lowest))
        return Shareable(
            shelf.ids[at], shelf.published[at], shelf.expiring[at], shelf.wordings[at], shelf.campaigns[at]
        )


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)
