"""The person's week beside the feed: their place, their rhythm, this month's figures and one notice at most."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from babel.dates import format_date
from flask_babel import get_locale

from advocacy.clock import local_day, midnight, start_of_month, utcnow
from advocacy.home import figures
from advocacy.home.notices import Notice, notice_for
from advocacy.home.rhythm import Rhythm, rhythm_of
from advocacy.home.stats import Stat, reach_stats, readers_stat
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.people.models import Person
from advocacy.sharing import recall

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


def aside_for(person: Person) -> Aside:
    """What stands beside the feed of this person."""
    now, zone = utcnow(), person.time_zone
    today = local_day(now, zone)
    month = midnight(start_of_month(today), zone)
    shares = figures.my_shares(person.id, now - A_YEAR, month)
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
        notice=notice_for(networks.accounts_of(person), shares, offered, recall.count_asked_of(person)),
    )
