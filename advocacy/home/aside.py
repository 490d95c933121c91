"""The person's week beside the feed: their place, their rhythm, this month's figures and one notice at most."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_date
from flask_babel import get_locale

from advocacy.clock import local_day, midnight, start_of_month, utcnow
from advocacy.home import figures
from advocacy.home.figures import MyShare
from advocacy.home.notices import Notice, notice_for
from advocacy.home.rhythm import Rhythm, rhythm_of
from advocacy.home.stats import Stat, reach_stats, readers_stat
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.people.models import Person

A_YEAR: Final = timedelta(days=371)
"""As far back as a rhythm is followed, and as a link's clicks are looked for."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands beside the feed."""

    rhythm: Rhythm
    month: str
    stats: list[Stat]
    """Reach and clicks of the month; empty for who has shared nothing in a year."""
    clicks: int
    notice: Notice | None


def shares_beside(person: Person, post_ids: Collection[int]) -> list[MyShare]:
    """The person's shares that the feed and what stands beside it tell of: of a year, and of these posts."""
    return figures.shares_at_hand(person.id, utcnow() - A_YEAR, _month(person), post_ids)


def aside_for(person: Person, shares: list[MyShare]) -> Aside:
    """What stands beside the feed of this person, made of `shares_beside`."""
    zone, month = person.time_zone, _month(person)
    today = local_day(utcnow(), zone)
    offered = {adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()}
    out = [share for share in shares if share.is_out]
    clicks = sum(share.readers for share in shares)
    this_month = [share for share in out if share.moment >= month]
    stats = [*reach_stats(figures.measured(this_month, "reach", offered)), readers_stat(clicks)] if out else []
    return Aside(
        rhythm=rhythm_of((share.moment for share in out), zone, today),
        month=format_date(today, "LLLL", locale=get_locale()),
        stats=stats,
        clicks=clicks,
        notice=notice_for(networks.accounts_of(person), shares, offered),
    )


def _month(person: Person) -> datetime:
    """When this month began, on the person's calendar."""
    return midnight(start_of_month(local_day(utcnow(), person.time_zone)), person.time_zone)
