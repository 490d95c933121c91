"""When a share goes: now, at a moment of the person's, at a good slot, or when the queue gets there; caps hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.formats import moment_in_words
from advocacy.people.models import Person
from advocacy.sharing import caps, changes, queue
from advocacy.sharing import service as sharing
from advocacy.sharing.hours import Hours, Oddity, Reading
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.service import Wish
from advocacy.sharing.slots import Slot, best_slots
from advocacy.sharing.staggering import Crowd, find_crowd


class Way(StrEnum):
    """How a person says when."""

    NOW = "now"
    AT = "at"
    SLOT = "slot"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Choice:
    """When a share is to go; `at` for a moment and a slot (UTC)."""

    way: Way
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person may choose by one tap: up to three good moments, the best first, and their turn in the queue."""

    slots: list[Slot]
    queue_at: datetime | None
    hours: Hours


def offer(person: Person, post: Post) -> Offer:
    """What to offer this person for this post."""
    now = utcnow()
    line = queue.line_of(person, now)
    slots = best_slots(line.taste, person.time_zone, line.hours, now, (person.id, post.id))
    before_it_ends = [slot for slot in slots if not (post.expires_at and slot.at >= post.expires_at)]
    return Offer(before_it_ends, queue.next_moment(person, post.id, line, now), line.hours)


def share(
    person: Person, post: Post, submission: UUID, wishes: Sequence[Wish], language: str, choice: Choice
) -> list[Share]:
    """Share as chosen. Raises as `sharing.service.schedule`, and Invalid where a cap leaves no room: the error's `free`
    is the next moment there is (or None).
    """
    if choice.way is Way.QUEUE:
        return queue.add(person, post, submission, wishes, language)
    before = sharing.shares_of_submission(person, submission)
    if before:
        return before
    queue.hold(person)
    at = sharing.check_moment(post, choice.at, utcnow())
    _leave_room(person, post, [wish.account_id for wish in wishes], at)
    return sharing.schedule(person, post, submission, wishes, language, choice.at)


def change(person: Person, share_id: int, text: str, at: datetime | None) -> Share:
    """Change words or moment of a share that waits. Raises as `changes.edit`, and Invalid where a cap is full."""
    found = sharing.get_share(person, share_id)
    if at != found.wanted_at and found.account_id is not None:
        queue.hold(person)
        _leave_room(person, found.post, [found.account_id], at or utcnow())
    return changes.edit(person, share_id, text, at)


def crowd_at(person: Person, shares: Sequence[Share]) -> Crowd | None:
    """What is better than the moment that the person chose exactly for these shares; None where it is fine."""
    waiting = [one for one in shares if one.is_for_later and not one.queued]
    if not waiting:
        return None
    first = waiting[0]
    return find_crowd(person, first.post_id, sorted({one.network for one in waiting}), first.wanted_at)


def step_aside(person: Person, submission: UUID) -> datetime:
    """Move shares that wait to the freer minute. Raises NotFound, Conflict where there is nothing to gain."""
    shares = sharing.shares_of_submission(person, submission)
    if not shares:
        raise NotFound(_("This page does not exist, or is not for you."))
    crowd = crowd_at(person, shares)
    if crowd is None:
        raise Conflict(_("This moment is fine as it is."))
    waiting = update(Share).where(
        Share.id.in_([one.id for one in shares]), Share.state == ShareState.SCHEDULED.value, Share.attempt == 0
    )
    moved = db.session.execute(waiting.values(wanted_at=crowd.better, due_at=crowd.better))
    if not rows_changed(moved):
        raise Conflict(_("This share has left already."))
    return crowd.better


def oddity_in_words(reading: Reading, *, second: bool) -> str | None:
    """What is to be said of a time that clocks jump over or show twice; None of any other."""
    if reading.oddity is None:
        return None
    at = moment_in_words(reading.at)
    if reading.oddity is Oddity.MISSING:
        return str(_("Clocks go forward then, and that time does not exist. It becomes %(moment)s.", moment=at))
    if second:
        return str(_("Clocks go back then, and that time comes twice. You chose the second one."))
    return str(_("Clocks go back then, and that time comes twice. It is the first one unless you choose the second."))


def _leave_room(person: Person, post: Post, account_ids: Sequence[int], at: datetime) -> None:
    """Raises Invalid where a cap is full."""
    full = caps.find_full(person, post.id, queue.own_accounts(person, account_ids), at)
    if full is not None:
        raise Invalid(full.sentence, field="at", free=full.free)
