"""What sharing earns: listens to sharing and tracking, and enters lines in the ledger in their transaction.

Only what can be verified earns: a share its network confirmed, a reader whom we counted. Everything else that a person
did is entered too, with zero points and the reason, so that the ledger explains itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, func, select

from advocacy.clock import local_day, midnight, start_of_week
from advocacy.content.events import ProposalAccepted
from advocacy.db import db
from advocacy.networks import registry
from advocacy.people.models import Person
from advocacy.recognition import ledger, standings
from advocacy.recognition.ledger import Line, Reason, Why
from advocacy.recognition.models import PointEntry
from advocacy.sharing.events import SharePublished
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.events import Reader, ReadersCounted
from config import points


@dataclass(frozen=True)
class _Earner:
    """A share whose readers earn, and for whom."""

    share_id: int
    person_id: int
    post_id: int


def award_share(event: SharePublished) -> None:
    """Enter one line for a share: points once for a content and for three contents a week, else zero with the reason.

    Points for words of one's own come with a content that earned. Announced twice, it is entered once.
    """
    ledger.hold([event.person_id])
    content = f"post:{event.post_id}"
    earlier = _lines_of(event.person_id, (content, f"share:{event.share_id}"))
    if any(entry.note.get("share_id") == event.share_id for entry in earlier):
        return
    has_earned = any(entry.subject == content for entry in earlier)
    note: dict[str, Any] = {"share_id": event.share_id, "post_id": event.post_id, "network": event.network}
    why = _why_nothing(event, has_earned)
    if why is None:
        lines = [_line(event, Reason.SHARE, content, points.SHARE, note)]
    else:
        cap = {"cap": points.SHARES_A_WEEK} if why is Why.WEEK_FULL else {}
        lines = [_line(event, Reason.SHARE, f"share:{event.share_id}", 0, {**note, "why": why.value, **cap})]
    if why in (None, Why.AGAIN) and event.alike < points.OWN_WORDS_ALIKE:
        own = {**note, "alike": event.alike, "limit": points.OWN_WORDS_ALIKE}
        lines.append(_line(event, Reason.OWN_WORDS, content, points.OWN_WORDS, own))
    ledger.enter(lines)


def award_readers(event: ReadersCounted) -> None:
    """Enter a point for each reader of a published share whose network allows rewards, up to the cap of the share.

    The first reader beyond the cap enters one zero line; those after it none. Announced twice, it is entered once.
    """
    earners = _earners({reader.share_id for reader in event.readers})
    readers = [reader for reader in event.readers if reader.share_id in earners]
    if not readers:
        return
    ledger.hold({earner.person_id for earner in earners.values()})
    entered = _entered_readers(earners.values(), readers)
    earned = _earned_readers(earners.values())
    waiting: defaultdict[int, list[Reader]] = defaultdict(list)
    for reader in sorted(readers, key=lambda reader: (reader.at, reader.click_id)):
        if f"click:{reader.click_id}" not in entered:
            waiting[reader.share_id].append(reader)
    lines = [
        line
        for share_id, found in sorted(waiting.items())
        for line in _reader_lines(earners[share_id], found, points.CLICKS_A_SHARE - earned.get(share_id, 0))
    ]
    ledger.enter(lines)


def award_proposal(event: ProposalAccepted) -> None:
    """Enter one line for a proposal that became a post: points where an editor other than its person accepted it,
    else zero with the reason. Announced twice, it is entered once.
    """
    ledger.hold([event.person_id])
    note: dict[str, Any] = {"post_id": event.post_id, "proposal_id": event.proposal_id}
    earns = points.PROPOSAL
    if event.accepted_by_id in (None, event.person_id):
        why = Why.BY_RULE if event.accepted_by_id is None else Why.OWN_PROPOSAL
        earns, note = 0, {**note, "why": why.value}
    subject = f"proposal:{event.proposal_id}"
    ledger.enter([Line(event.person_id, Reason.PROPOSAL, subject, earns, event.accepted_at, note)])


def rebuild_standings() -> int:
    """Make all leaderboards anew from the ledger; how many rows differed."""
    return standings.rebuild()


def _lines_of(person_id: int, subjects: Sequence[str]) -> list[PointEntry]:
    query = select(PointEntry).where(
        PointEntry.person_id == person_id, PointEntry.reason == Reason.SHARE.value, PointEntry.subject.in_(subjects)
    )
    return list(db.session.scalars(query))


def _why_nothing(event: SharePublished, has_earned: bool) -> Why | None:
    if not event.rewards_allowed:
        return Why.NETWORK
    if event.settled_by_person:
        return Why.DECLARED
    if has_earned:
        return Why.AGAIN
    return Why.WEEK_FULL if _earned_this_week(event) >= points.SHARES_A_WEEK else None


def _earned_this_week(event: SharePublished) -> int:
    """How many contents earned in the ISO week of the share, in the person's time zone."""
    zone = db.session.scalar(select(Person.time_zone).where(Person.id == event.person_id)) or "UTC"
    monday = start_of_week(local_day(event.published_at, zone))
    query = select(func.count()).where(
        PointEntry.person_id == event.person_id,
        PointEntry.reason == Reason.SHARE.value,
        PointEntry.points > 0,
        PointEntry.earned_at >= midnight(monday, zone),
        PointEntry.earned_at < midnight(monday + timedelta(days=7), zone),
    )
    return db.session.scalar(query) or 0


def _line(event: SharePublished, reason: Reason, subject: str, earns: int, note: dict[str, Any]) -> Line:
    return Line(event.person_id, reason, subject, earns, event.published_at, note)


def _earners(share_ids: Iterable[int]) -> dict[int, _Earner]:
    query = select(Share.id, Share.person_id, Share.post_id, Share.network).where(
        Share.id.in_(sorted(share_ids)), Share.state == ShareState.PUBLISHED.value
    )
    rows = db.session.execute(query).all()
    allowed = {network for network in {row.network for row in rows} if _allows_rewards(network)}
    return {row.id: _Earner(row.id, row.person_id, row.post_id) for row in rows if row.network in allowed}


def _allows_rewards(network: str) -> bool:
    adapter = registry.find_adapter(network)
    return adapter is not None and adapter.capabilities.rewards_allowed


def _entered_readers(earners: Iterable[_Earner], readers: Iterable[Reader]) -> set[str]:
    query = select(PointEntry.subject).where(
        PointEntry.person_id.in_({earner.person_id for earner in earners}),
        PointEntry.reason == Reason.READER.value,
        PointEntry.subject.in_([f"click:{reader.click_id}" for reader in readers]),
    )
    return set(db.session.scalars(query))


def _earned_readers(earners: Iterable[_Earner]) -> dict[int, int]:
    """How many readers of each share have earned so far."""
    earners = list(earners)
    share_id = PointEntry.note["share_id"].astext.cast(BigInteger)
    query = (
        select(share_id, func.count())
        .where(
            PointEntry.person_id.in_({earner.person_id for earner in earners}),
            PointEntry.reason == Reason.READER.value,
            PointEntry.points > 0,
            share_id.in_([earner.share_id for earner in earners]),
        )
        .group_by(share_id)
    )
    return dict(db.session.execute(query).all())


def _reader_lines(earner: _Earner, readers: Sequence[Reader], left: int) -> list[Line]:
    """`readers` are new and in their order; the first `left` of them earn."""
    note = {"share_id": earner.share_id, "post_id": earner.post_id, "cap": points.CLICKS_A_SHARE}

    def line(subject: str, earns: int, at: datetime, **more: str) -> Line:
        return Line(earner.person_id, Reason.READER, subject, earns, at, {**note, **more})

    left = max(0, left)
    lines = [line(f"click:{reader.click_id}", points.CLICK, reader.at) for reader in readers[:left]]
    if beyond := readers[left : left + 1]:
        lines.append(line(f"share:{earner.share_id}", 0, beyond[0].at, why=Why.SHARE_FULL.value))
    return lines
