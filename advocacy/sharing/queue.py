"""A person's queue: shares that they confirmed, and that leave one by one in the hours they allow."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import BigInteger, DateTime, column, or_, select, update, values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, lazyload

from advocacy.clock import local_day, midnight, utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID
from advocacy.sharing import caps, changes, delivery
from advocacy.sharing import service as sharing
from advocacy.sharing.hours import USUAL, Hours
from advocacy.sharing.models import QueueHours, Share, ShareState
from advocacy.sharing.queue_plan import Line, plan
from advocacy.sharing.results import taste_for
from advocacy.sharing.service import Wish
from advocacy.sharing.slots import SOONEST
from advocacy.sharing.staggering import COUNTED

LONGEST: Final = 100
"""Contents that a queue holds."""
MOST_A_DAY: Final = 12
APART: Final = timedelta(minutes=10)
"""Between two contents of a queue that is shared at once."""
_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One content in the queue: its shares, one a network."""

    shares: list[Share]

    @property
    def first(self) -> Share:
        """The share that stands for all."""
        return self.shares[0]

    @property
    def at(self) -> datetime:
        """When it goes."""
        return self.first.wanted_at

    @property
    def too_late(self) -> bool:
        """Whether the content expires before its turn."""
        return self.first.post.expires_at is not None and self.first.post.expires_at <= self.at


def hours_of(person: Person) -> Hours:
    """When the person lets their queue share."""
    row = db.session.get(QueueHours, person.id)
    return USUAL if row is None else Hours(frozenset(row.days), row.opens, row.closes, row.a_day)


def set_hours(person: Person, hours: Hours) -> None:
    """Let the queue share in other hours, and plan it anew. Raises Invalid."""
    if not hours.days or not hours.days <= set(range(7)):
        raise Invalid(_("Choose at least one day."), field="days")
    if not 0 <= hours.opens < hours.closes <= 24:
        raise Invalid(_("The day has to end after it begins."), field="closes")
    if not 1 <= hours.a_day <= MOST_A_DAY:
        raise Invalid(_("Choose a number that is within the limits."), field="a_day")
    row = {"days": sorted(hours.days), "opens": hours.opens, "closes": hours.closes, "a_day": hours.a_day}
    made = insert(QueueHours).values(person_id=person.id, **row)
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=row))
    db.session.expire_all()
    replan(person)


def entries_of(person: Person) -> list[Entry]:
    """The person's queue, in order."""
    query = (
        select(Share)
        .where(Share.person_id == person.id, Share.state == ShareState.SCHEDULED.value, Share.queued)
        .order_by(Share.queue_place, Share.id)
        .options(
            joinedload(Share.post).options(lazyload(Post.wordings), lazyload(Post.topics), lazyload(Post.audiences)),
            joinedload(Share.account).defer(Account.access_token).defer(Account.refresh_token),
        )
    )
    by_press: dict[UUID, Entry] = {}
    for share in db.session.scalars(query.execution_options(populate_existing=True)):
        by_press.setdefault(share.submission, Entry([])).shares.append(share)
    return list(by_press.values())


def next_moment(person: Person, post_id: int, line: Line, now: datetime) -> datetime | None:
    """When this post would go if it were put at the end of the queue now; None where there is no room."""
    entries = [one for one in entries_of(person) if not _is_leaving(one, now)]
    moments = plan(line, [*(one.first.post_id for one in entries), post_id], now)
    return moments[-1] if len(moments) > len(entries) else None


def add(person: Person, post: Post, submission: UUID, wishes: Sequence[Wish], language: str) -> list[Share]:
    """Put a share at the end of the queue; the same submission again changes nothing. Raises as
    `sharing.service.schedule`, and Invalid where there is no room before the content expires or in 90 days.
    """
    before = sharing.shares_of_submission(person, submission)
    if before:
        return before
    hold(person)
    now, entries = utcnow(), entries_of(person)
    if len(entries) >= LONGEST:
        raise Invalid(_("Your queue is full: %(count)s contents at most.", count=LONGEST), field="when")
    at = _room_for(person, post, entries, [wish.account_id for wish in wishes], now)
    made = sharing.schedule(person, post, submission, wishes, language, at)
    place = max((one.first.queue_place or 0 for one in entries), default=0) + 1
    for share in made:
        share.queued, share.queue_place = True, place
    db.session.flush()
    return made


def _room_for(
    person: Person, post: Post, entries: Sequence[Entry], account_ids: Collection[int], now: datetime
) -> datetime:
    """The moment at the end of the queue that no cap is against; the entries before it are planned as well."""
    waiting, line = [one for one in entries if not _is_leaving(one, now)], line_of(person, now)
    known, full = own_accounts(person, account_ids), set[datetime]()
    for _try in range(_TRIES):
        moments = plan(line, [*(one.first.post_id for one in waiting), post.id], now, full)
        if len(moments) <= len(waiting):
            break
        if post.expires_at and moments[-1] >= post.expires_at:
            raise Invalid(_("This content expires before its turn in your queue. Share it now, or choose a moment."), field="when")  # fmt: skip # noqa: E501
        if caps.find_full(person, post.id, known, moments[-1]) is None:
            _write(waiting, moments)
            return moments[-1]
        full.add(moments[-1])
    raise Invalid(_("Your queue has no free moment for this. Share it now, or choose a moment."), field="when")


def replan(person: Person) -> list[Entry]:
    """Give every content of the queue its moment anew, in order; what is about to leave stays. The queue after it."""
    hold(person)
    now = utcnow()
    waiting = [one for one in entries_of(person) if not _is_leaving(one, now)]
    _write(waiting, plan(line_of(person, now), [one.first.post_id for one in waiting], now))
    return entries_of(person)


def move(person: Person, share_id: int, *, up: bool) -> None:
    """Let a content change places with the one before or after it. Raises NotFound, Conflict when it left."""
    hold(person)
    entries, at = _found(person, share_id)
    other = at - 1 if up else at + 1
    if 0 <= other < len(entries):
        entries[at], entries[other] = entries[other], entries[at]
    places = {share.id: place for place, entry in enumerate(entries, 1) for share in entry.shares}
    for entry in entries:
        for share in entry.shares:
            share.queue_place = places[share.id]
    db.session.flush()
    replan(person)


def leave(person: Person, share_id: int) -> None:
    """Take a content out of the queue: it does not go. Raises NotFound, Conflict when it left."""
    hold(person)
    entries, at = _found(person, share_id)
    for share in entries[at].shares:
        changes.cancel(person, share.id)
    replan(person)


def share_all_now(person: Person) -> tuple[int, int]:
    """Let the whole queue go from now on, APART from each other, as far as the programme's cap for the day allows.
    Answers how many contents go, and how many stay in the queue.
    """
    hold(person)
    now, entries = utcnow(), entries_of(person)
    going = entries[: _room_today(person, now, entries)]
    _write(going, [now + number * APART for number in range(len(going))])
    out_of_it = update(Share).where(Share.id.in_([share.id for entry in going for share in entry.shares]))
    db.session.execute(out_of_it.values(queued=False, queue_place=None))
    db.session.expire_all()
    delivery.nudge_delivery(now, now)
    return len(going), len(replan(person))


def own_accounts(person: Person, account_ids: Collection[int]) -> list[Account]:
    """Those of the accounts that are the person's; ids that can't be one are nobody's."""
    ids = [one for one in account_ids if 0 < one <= LARGEST_ID]
    return list(db.session.scalars(select(Account).where(Account.id.in_(ids), Account.person_id == person.id)))


def hold(person: Person) -> None:
    """Let one request at a time plan for this person, until its transaction ends."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))


def _room_today(person: Person, now: datetime, entries: Sequence[Entry]) -> int:
    day = local_day(now, person.time_zone)
    queued = {entry.first.post_id for entry in entries}
    today = {
        post_id
        for at, post_id in caps.shared_moments(person, midnight(day, person.time_zone))
        if local_day(at, person.time_zone) == day and post_id not in queued
    }
    return max(caps.caps_of(person.organisation.root_id).a_person_a_day - len(today), 0)


def _found(person: Person, share_id: int) -> tuple[list[Entry], int]:
    share = sharing.get_share(person, share_id)
    entries = entries_of(person)
    at = next((n for n, entry in enumerate(entries) if entry.first.submission == share.submission), None)
    if at is None:
        raise Conflict(_("This share has left the queue already."))
    return entries, at


def _is_leaving(entry: Entry, now: datetime) -> bool:
    """Whether a worker may be at it any moment, or was at it already: then its moment stays."""
    return entry.at <= now + SOONEST or any(share.attempt for share in entry.shares)


def line_of(person: Person, now: datetime) -> Line:
    """What a plan for the person needs to know; contents shared anyway, today or later, count for their day."""
    hours = hours_of(person)
    most = min(hours.a_day, caps.caps_of(person.organisation.root_id).a_person_a_day)
    query = select(Share.wanted_at, Share.submission).where(
        Share.person_id == person.id,
        Share.wanted_at >= midnight(local_day(now, person.time_zone), person.time_zone),
        Share.state.in_(COUNTED),
        or_(
            ~Share.queued,
            Share.state != ShareState.SCHEDULED.value,
            Share.attempt > 0,
            Share.wanted_at <= now + SOONEST,
        ),
    )
    taken = {submission: at for at, submission in db.session.execute(query)}
    return Line(
        person.id, person.time_zone, replace(hours, a_day=most), taste_for(person, now), tuple(sorted(taken.values()))
    )


def _write(entries: Sequence[Entry], moments: Sequence[datetime]) -> None:
    """Give entries their moments by one statement; a share that a worker took meanwhile is left alone."""
    rows = [(share.id, at) for entry, at in zip(entries, moments, strict=False) for share in entry.shares]
    if not rows:
        return
    planned = values(column("id", BigInteger), column("at", DateTime(timezone=True)), name="planned").data(rows)
    waiting = update(Share).where(
        Share.id == planned.c.id, Share.state == ShareState.SCHEDULED.value, Share.attempt == 0
    )
    change = waiting.values(wanted_at=planned.c.at, due_at=planned.c.at)
    db.session.execute(change.execution_options(synchronize_session=False))
    for entry in entries:
        for share in entry.shares:
            db.session.expire(share, ["wanted_at", "due_at"])
