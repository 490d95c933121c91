"""How many posts a network said it takes of an account in a while, and when it takes the next one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account


@dataclass(frozen=True)
class Quota:
    """At most so many posts in any `span`; at the moment `at`, so many were `used`, by us or by anybody else."""

    most: int
    span: timedelta
    used: int
    at: datetime

    def taken(self, now: datetime, ours: Iterable[datetime]) -> list[datetime]:
        """The moments of posts that count now, oldest first; `ours` are those of all our own. Posts that only the
        network knows of are taken to be as young as they can be.
        """
        mine = list(ours)
        counted = sum(1 for moment in mine if self.at - self.span < moment <= self.at)
        others = max(self.used - counted, 0) if self.at > now - self.span else 0
        return sorted([*(moment for moment in mine if moment > now - self.span), *[self.at] * others])

    def free_at(self, now: datetime, ours: Iterable[datetime]) -> datetime | None:
        """When the next post may go, None where it may go now."""
        taken = self.taken(now, ours)
        return taken[len(taken) - self.most] + self.span if len(taken) >= self.most else None


def quota_of(account: Account) -> Quota | None:
    """What its network said, as far as it makes sense; None where it said nothing."""
    return quota_in(account.limits, account.limits_at)


def quota_in(limits: Mapping[str, Any], at: datetime | None) -> Quota | None:
    """The same, of an account's limits as they were read then."""
    most, seconds, used = (limits.get(name, 0) for name in ("posts_a_while", "while_seconds", "posts_used"))
    sound = all(type(each) is int for each in (most, seconds, used)) and most > 0 and 0 < seconds < 10**8
    return Quota(most, timedelta(seconds=seconds), max(used, 0), at) if sound and at is not None else None


def paced(network: Capabilities, limits: Mapping[str, Any]) -> Capabilities:
    """The network as `pacing` counts for an account: one that was told its own quota is held to that alone, which is
    counted from what stands in the database.
    """
    told = network.budget is not None and "posts_a_while" in limits
    return replace(network, budget=None) if told else network
