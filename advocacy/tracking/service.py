"""What shares brought: our own counts and the networks' figures, side by side and never added together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Date, cast, func, select

from advocacy.clock import local_day, utcnow
from advocacy.db import db
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking import measuring
from advocacy.tracking.models import Click, ClickKind, ShareFigures

_OUT = (ShareState.PUBLISHED.value, ShareState.REMOVED.value)


@dataclass(frozen=True)
class Totals:
    """A person's figures since a moment. Visits are counted by us; impressions and reach are measured, or None."""

    humans: int
    repeats: int
    robots: int
    previews: int
    impressions: int | None
    reach: int | None
    """Sum of what networks name distinct people, a share at a time."""
    measured_shares: int
    published_shares: int


def plan_measurement(event: SharePublished) -> None:
    """Plan when a share's network is asked for figures; listens to SharePublished."""
    measuring.plan(event)


def figures_of(share_ids: Collection[int]) -> dict[int, ShareFigures]:
    """The figures of each of the shares; one without any yet has zero visits and None for what is not measured."""
    ids = set(share_ids)
    found = {
        row.share_id: row for row in db.session.scalars(select(ShareFigures).where(ShareFigures.share_id.in_(ids)))
    }
    return {share_id: found.get(share_id) or _none_yet(share_id) for share_id in ids}


def totals_for(person_id: int, since: datetime) -> Totals:
    """A person's sums: visits that came since `since`, and figures of shares published since then."""
    visits = dict.fromkeys(ClickKind, 0)
    by_kind = (
        select(Click.kind, func.count())
        .join(Share, Share.id == Click.share_id)
        .where(Share.person_id == person_id, Click.at >= since)
        .group_by(Click.kind)
    )
    for kind, count in db.session.execute(by_kind):
        visits[ClickKind(kind)] = count
    impressions, reach, measured, published = db.session.execute(
        select(
            func.sum(ShareFigures.impressions),
            func.sum(ShareFigures.reach),
            func.count(ShareFigures.measured_at),
            func.count(),
        )
        .select_from(Share)
        .outerjoin(ShareFigures, ShareFigures.share_id == Share.id)
        .where(Share.person_id == person_id, Share.state.in_(_OUT), Share.published_at >= since)
    ).one()
    return Totals(
        humans=visits[ClickKind.HUMAN],
        repeats=visits[ClickKind.REPEAT],
        robots=visits[ClickKind.ROBOT],
        previews=visits[ClickKind.PREVIEW],
        impressions=impressions,
        reach=reach,
        measured_shares=measured,
        published_shares=published,
    )


def daily_readers(person_id: int, since: datetime, zone: str) -> list[tuple[date, int]]:
    """Readers of a person's links for each calendar day of `zone`, from `since` to today, days without any included."""
    day = cast(func.timezone(zone, Click.at), Date)
    rows = db.session.execute(
        select(day, func.count())
        .join(Share, Share.id == Click.share_id)
        .where(Share.person_id == person_id, Click.at >= since, Click.kind == ClickKind.HUMAN.value)
        .group_by(day)
    )
    counts = dict(rows.all())
    first, today = local_day(since, zone), local_day(utcnow(), zone)
    days = (first + timedelta(days=n) for n in range((today - first).days + 1))
    return [(each, counts.get(each, 0)) for each in days]


def _none_yet(share_id: int) -> ShareFigures:
    return ShareFigures(share_id=share_id, humans=0, repeats=0, robots=0, previews=0)
