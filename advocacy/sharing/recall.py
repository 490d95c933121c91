"""Calling a post back: nothing more of it goes out, and the people whose shares are online are asked to delete them.

Editors see how many are left, by where they stand, and whose they are only where their programme says so. Nobody is
reminded more than twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from advocacy.approval import record
from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.models import Post, PostState
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.events import announce
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.markup import clean_line
from advocacy.networks.registry import find_adapter
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.sharing import changes
from advocacy.sharing import service as sharing
from advocacy.sharing.events import PostRecalled, ShareRemoved
from advocacy.sharing.models import Recall, Share, ShareState
from config.settings import get_settings

LONGEST_REASON: Final = 500
MOST_REMINDERS: Final = 2
BETWEEN: Final = timedelta(days=3)
EXPIRED_WITHIN: Final = timedelta(days=7)
"""Posts that expired longer ago are let be: nobody is asked about the past at once."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many shares of a recalled post stand where: numbers, no names."""

    waiting: int = 0
    being_deleted: int = 0
    by_hand: int = 0
    """Relais can't delete them: their people are asked to do it at the network."""
    unsettled: int = 0
    """On their way or unconfirmed when the post was called back."""
    deleted: int = 0
    declared: int = 0

    @property
    def left(self) -> int:
        """How many may still be online."""
        return self.waiting + self.being_deleted + self.by_hand + self.unsettled

    @property
    def total(self) -> int:
        """All that were online."""
        return self.left + self.deleted + self.declared


def recall(actor: Person, post: Post, reason: str) -> Recall:
    """Call the post back. Raises Forbidden or NotFound, Invalid without a reason, Conflict for a post that was never
    live or is called back already."""
    people.require(actor, Role.EDITOR, post.organisation)
    words = clean_line(reason, LONGEST_REASON)
    if not words:
        raise Invalid(_("Say in a few words why. Those who shared it will read it."), field="reason")
    db.session.refresh(post, with_for_update={"of": Post})
    before = post.publish_at is None or post.publish_at > utcnow()
    if post.state not in (PostState.PUBLISHED, PostState.WITHDRAWN) or before:
        raise Conflict(_("This post is not live: there is nothing to call back."))
    if find_open(post.id) is not None:
        raise Conflict(_("This post is being called back already."))
    if post.state == PostState.PUBLISHED and (post.expires_at is None or post.expires_at > utcnow()):
        content.withdraw(actor, post)
    return _begin(post, actor.id, words)


def recall_expired(post: Post) -> Recall:
    """Call back the shares of a post that expired."""
    return _begin(post, None, "")


def _begin(post: Post, by_id: int | None, reason: str) -> Recall:
    begun = Recall(post_id=post.id, by_id=by_id, reason=reason, at=utcnow())
    db.session.add(begun)
    db.session.flush()
    going = update(Share).where(Share.post_id == post.id, Share.state == ShareState.SCHEDULED.value)
    db.session.execute(going.values(state=ShareState.FAILED.value, failure="post_gone"))
    record.append(post, "recalled" if by_id else "expired", by_id, reason)
    announce(PostRecalled(post.id, begun.id, by_id))
    gather(begun)
    return begun


def gather(found: Recall) -> int:
    """Ask the people of every share that came online and was not asked about yet; how many."""
    fresh = (
        update(Share)
        .where(
            Share.post_id == found.post_id,
            Share.state == ShareState.PUBLISHED.value,
            Share.recall_id.is_distinct_from(found.id),
        )
        .values(recall_id=found.id, recall_asked_at=func.now(), recall_reminders=0)
        .returning(Share.person_id)
    )
    asked = list(db.session.scalars(fresh))
    for person in db.session.scalars(select(Person).where(Person.id.in_(asked)).order_by(Person.id)):
        _write(found, person)
    return len(asked)


def remind(found: Recall, now: datetime) -> int:
    """Ask once more those who did nothing for some days, at most twice; how many shares it was about."""
    idle = (
        update(Share)
        .where(Share.recall_id == found.id, Share.state == ShareState.PUBLISHED.value, Share.remove_due_at.is_(None))
        .where(Share.recall_asked_at <= now - BETWEEN, Share.recall_reminders < MOST_REMINDERS)
        .values(recall_asked_at=now, recall_reminders=Share.recall_reminders + 1)
        .returning(Share.person_id)
    )
    asked = list(db.session.scalars(idle))
    for person in db.session.scalars(select(Person).where(Person.id.in_(asked)).order_by(Person.id)):
        _write(found, person)
    return len(asked)


def close_if_done(found: Recall) -> bool:
    """Close a recall of which no share is left."""
    if counts_of(found).left:
        return False
    found.closed_at = utcnow()
    db.session.flush()
    return True


def counts_of(found: Recall) -> Counts:
    """How many shares stand where."""
    online = and_(Share.recall_id == found.id, Share.state == ShareState.PUBLISHED.value)
    gone = and_(Share.recall_id == found.id, Share.state == ShareState.REMOVED.value)
    leaving = and_(online, Share.remove_due_at.is_not(None))
    by_hand = and_(online, Share.remove_due_at.is_(None), _by_hand())
    unsettled = Share.state.in_([ShareState.CLAIMED.value, ShareState.ARMED.value, ShareState.UNCONFIRMED.value])
    columns = (
        and_(online, Share.remove_due_at.is_(None), ~_by_hand()),
        leaving,
        by_hand,
        unsettled,
        and_(gone, Share.removal_declared_at.is_(None)),
        and_(gone, Share.removal_declared_at.is_not(None)),
    )
    query = select(*(func.count().filter(column) for column in columns)).where(Share.post_id == found.post_id)
    numbers: tuple[int, ...] = tuple(db.session.execute(query).one())
    return Counts(*numbers)


def _by_hand() -> ColumnElement[bool]:
    refused = func.coalesce(Share.failure, "").like("remove\\_%")
    return or_(Share.external_id.is_(None), Share.account_id.is_(None), refused)


def find_open(post_id: int) -> Recall | None:
    """The recall of a post that is under way."""
    return db.session.scalars(select(Recall).where(Recall.post_id == post_id, Recall.closed_at.is_(None))).first()


def last_recall(post_id: int) -> Recall | None:
    """The newest recall of a post."""
    return db.session.scalars(
        select(Recall).where(Recall.post_id == post_id).order_by(Recall.id.desc()).limit(1)
    ).first()


def asked_to_delete() -> ColumnElement[bool]:
    """The condition of a share whose person is asked to delete it, those being deleted aside."""
    return and_(_called_back(), Share.remove_due_at.is_(None))


def _called_back() -> ColumnElement[bool]:
    open_ones = select(Recall.id).where(Recall.closed_at.is_(None))
    return and_(Share.recall_id.in_(open_ones), Share.state == ShareState.PUBLISHED.value)


def _mine(person: Person) -> tuple[ColumnElement[bool], ...]:
    return Share.person_id == person.id, _called_back()


def asked_of(person: Person) -> list[tuple[Share, Recall]]:
    """The person's shares that they are asked to delete, the newest recall first."""
    query = select(Share, Recall).join(Recall, Recall.id == Share.recall_id).where(*_mine(person))
    query = query.options(joinedload(Share.post), joinedload(Share.account)).order_by(Recall.id.desc(), Share.id)
    return [(share, found) for share, found in db.session.execute(query.limit(200))]


def count_asked_of(person: Person) -> int:
    """How many of the person's shares they are asked to delete, those being deleted aside."""
    query = select(func.count()).select_from(Share).where(*_mine(person), Share.remove_due_at.is_(None))
    return db.session.scalar(query) or 0


def can_delete(share: Share) -> bool:
    """Whether Relais can delete it at its network for the person."""
    adapter = find_adapter(share.network)
    able = adapter is not None and adapter.capabilities.can_remove
    return bool(able and share.account is not None and share.external_id)


def delete(person: Person, share_id: int) -> Share:
    """Have the person's share deleted at its network. Raises NotFound, Conflict where Relais can't."""
    share = _asked(person, share_id)
    return changes.ask_removal(person, share.id)


def declare_deleted(person: Person, share_id: int) -> Share:
    """Take the person's word that they deleted it themselves. Raises NotFound, Conflict when it is gone already."""
    share = _asked(person, share_id)
    now = utcnow()
    there = update(Share).where(Share.id == share.id, Share.state == ShareState.PUBLISHED.value)
    gone = {"state": ShareState.REMOVED.value, "removed_at": now, "removal_declared_at": now, "remove_due_at": None}
    if not rows_changed(db.session.execute(there.values(**gone))):
        raise Conflict(_("It is deleted already."))
    db.session.refresh(share)
    announce(ShareRemoved(share_id=share.id, person_id=share.person_id))
    found = db.session.get(Recall, share.recall_id)
    if found is not None:
        close_if_done(found)
    return share


def _asked(person: Person, share_id: int) -> Share:
    share = sharing.get_share(person, share_id)
    if share.recall_id is None:
        raise NotFound
    return share


def _write(found: Recall, person: Person) -> None:
    if not person.is_active:
        return
    with speaking(person.language):
        title = found.post.title
        subject = _("Please delete a post you shared: %(title)s", title=title)
        page = f"{get_settings().public_url}/shares/recalled"
        facts = {"name": person.name, "title": title, "reason": found.reason, "page": page}
        post_mail(person.email, person.language, "recall", subject, **facts)
