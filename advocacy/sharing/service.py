"""What a person does with their shares: schedule, look, change, take back, settle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from advocacy.approval.disclosure import disclosure_for, disclosures_of
from advocacy.clock import utcnow
from advocacy.content.models import Post, Wording
from advocacy.db import db, rows_changed
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.networks import registry
from advocacy.networks.events import AccountGone, AccountMended
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID
from advocacy.sharing import delivery, links
from advocacy.sharing.limits_of_words import check_words
from advocacy.sharing.models import LIVE_STATES, Share, ShareState
from advocacy.sharing.words import nearest, with_disclosure

FARTHEST = timedelta(days=90)
TEXT_LIMIT = 20_000
SAME_WORDS = 95


@dataclass(frozen=True)
class Wish:
    """One account to share on, and what to say there; `assisted` where it began as a suggestion of the assistant."""

    account_id: int
    text: str
    assisted: bool = False


def disclosure_of(person: Person, network: str | None = None) -> str | None:
    """What is added to every share of the person on this network (on one without a rule of its own unless given)."""
    return disclosure_for(person, network)


def schedule(
    person: Person, post: Post, submission: UUID, wishes: Sequence[Wish], language: str, at: datetime | None
) -> list[Share]:
    """One share an account, to go `at` that moment (now if None). The same submission again gives the same shares.

    Raises Invalid for what can't go (nothing chosen, text too long, a moment that is no use) and Conflict where a share
    of this post is already on its way to that account.
    """
    existing = shares_of_submission(person, submission)
    if existing:
        return existing
    if not wishes:
        raise Invalid(_("Choose at least one account."))
    now = utcnow()
    moment = _check_moment(post, at, now)
    disclosures, made = disclosures_of(person), []
    for wish in wishes:
        account = _usable_account(person, wish.account_id)
        added = disclosures.get(account.network, disclosures.get(None))
        text = _check_text(wish.text, account, post, added)
        check_words(person, post, account.network, text)
        made.append(_insert(person, post, account, submission, replace(wish, text=text), language, moment, now))
    delivery.nudge_delivery(moment, now)
    return made


def _check_moment(post: Post, at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at <= now:
        raise Invalid(_("This moment has passed. Choose a later one, or share now."), field="at")
    if at > now + FARTHEST:
        raise Invalid(_("That is too far away: 90 days at most."), field="at")
    if post.expires_at and at >= post.expires_at:
        raise Invalid(_("This content expires before that moment. Choose an earlier one."), field="at")
    return at


def _usable_account(person: Person, account_id: int) -> Account:
    account = db.session.get(Account, account_id) if 0 < account_id <= LARGEST_ID else None
    if account is None or account.person_id != person.id:
        raise NotFound(_("This account is not one of yours."))
    if account.state != AccountState.CONNECTED:
        raise Invalid(_("This account needs to be connected again before you can share on it."), field="account")
    return account


def _check_text(text: str, account: Account, post: Post, disclosure: str | None) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text and not post.link:
        raise Invalid(_("Write a few words: this content has no link to show by itself."), field="text")
    if len(text) > TEXT_LIMIT:
        raise Invalid(_("This text is far too long."), field="text")
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise Invalid(_("This text holds characters that can’t be shown."), field="text")
    adapter = registry.get_adapter(account.network)
    over = adapter.count(with_disclosure(text, disclosure)) - adapter.capabilities.max_length
    if over > 0:
        sentence = _("%(count)s characters too many for %(network)s.", count=over, network=adapter.capabilities.label)
        raise Invalid(sentence, field="text")
    return text


def _insert(
    person: Person,
    post: Post,
    account: Account,
    submission: UUID,
    wish: Wish,
    language: str,
    moment: datetime,
    now: datetime,
) -> Share:
    code, text = links.new_code(), wish.text
    capabilities = registry.get_adapter(account.network).capabilities
    wording_id, alike = nearest(text, [(wording.id, wording.text) for wording in post.wordings])
    db.session.execute(
        insert(Share)
        .values(
            code=code,
            person_id=person.id,
            post_id=post.id,
            account_id=account.id,
            network=account.network,
            submission=submission,
            text=text,
            assisted=wish.assisted and alike < SAME_WORDS,
            language=language,
            alike=alike,
            wording_id=wording_id,
            link=links.destination(post, capabilities, code),
            state=ShareState.SCHEDULED.value,
            wanted_at=moment,
            due_at=moment,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    share = db.session.scalar(select(Share).where(Share.submission == submission, Share.account_id == account.id))
    if share is None:
        raise Conflict(
            _("A share of this content is already on its way to %(network)s.", network=capabilities.label),
            field="account",
        )
    return share


def shares_of_submission(person: Person, submission: UUID) -> list[Share]:
    """The shares that one press of the button made, oldest first."""
    query = select(Share).where(Share.submission == submission, Share.person_id == person.id).order_by(Share.id)
    return list(db.session.scalars(query.options(joinedload(Share.post))))


def shares_of(person: Person, before: int | None = None, limit: int = 20) -> list[Share]:
    """A page of the person's shares, newest first; `before` is the id of the last one seen."""
    query = select(Share).where(Share.person_id == person.id)
    if before is not None:
        seen = select(Share.created_at, Share.id).where(Share.id == before, Share.person_id == person.id).subquery()
        query = query.where(tuple_(Share.created_at, Share.id) < select(seen.c.created_at, seen.c.id).scalar_subquery())
    query = query.order_by(Share.created_at.desc(), Share.id.desc()).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Share.post), joinedload(Share.account))))


def get_share(person: Person, share_id: int) -> Share:
    """The person's own share. Raises NotFound for another's, as for one that is not there."""
    share = db.session.get(Share, share_id, options=[joinedload(Share.post), joinedload(Share.account)])
    if share is None or share.person_id != person.id:
        raise NotFound(_("This page does not exist, or is not for you."))
    return share


def live_accounts(person: Person, post_id: int) -> set[int]:
    """Ids of the accounts to which a share of this post is on its way."""
    query = select(Share.account_id).where(
        Share.person_id == person.id, Share.post_id == post_id, Share.state.in_([state.value for state in LIVE_STATES])
    )
    return {account_id for account_id in db.session.scalars(query) if account_id is not None}


def shared_posts(person: Person, post_ids: Sequence[int]) -> dict[int, str]:
    """For those of the posts the person shared or is about to: the state of their newest share."""
    query = (
        select(Share.post_id, Share.state)
        .where(Share.person_id == person.id, Share.post_id.in_(post_ids), Share.state != ShareState.CANCELLED.value)
        .order_by(Share.id)
    )
    return dict(db.session.execute(query).all())


def colleagues_with_these_words(post: Post) -> dict[int, int]:
    """For each wording of the post: how many people went out with these very words."""
    query = (
        select(Share.wording_id, func.count(Share.person_id.distinct()))
        .join(Wording, Wording.id == Share.wording_id)
        .where(Wording.post_id == post.id, Share.alike >= SAME_WORDS, Share.state == ShareState.PUBLISHED.value)
        .group_by(Share.wording_id)
    )
    return {wording_id: count for wording_id, count in db.session.execute(query) if wording_id is not None}


def cancel(person: Person, share_id: int) -> Share:
    """Take a share back before it goes. Raises Conflict when it is already going."""
    share = get_share(person, share_id)
    taken_back = update(Share).where(
        Share.id == share.id, Share.state.in_((ShareState.SCHEDULED.value, ShareState.FAILED.value))
    )
    if not rows_changed(db.session.execute(taken_back.values(state=ShareState.CANCELLED.value))):
        raise Conflict(_("This share has left already."))
    db.session.refresh(share)
    return share


def edit(person: Person, share_id: int, text: str, at: datetime | None) -> Share:
    """Change the words or the moment of a share that waits. Raises Conflict when it is already going, Invalid."""
    share = get_share(person, share_id)
    if share.account is None:
        raise Conflict(_("The account of this share is no longer connected."))
    now = utcnow()
    moment = share.wanted_at if at == share.wanted_at else _check_moment(share.post, at, now)
    text = _check_text(text, share.account, share.post, disclosure_of(person, share.network))
    check_words(person, share.post, share.network, text)
    wording_id, alike = nearest(text, [(wording.id, wording.text) for wording in share.post.wordings])
    values = {"text": text, "wanted_at": moment, "due_at": moment, "alike": alike, "wording_id": wording_id}
    waiting = update(Share).where(Share.id == share.id, Share.state == ShareState.SCHEDULED.value)
    if not rows_changed(db.session.execute(waiting.values(**values))):
        raise Conflict(_("This share has left already."))
    delivery.nudge_delivery(moment, now)
    db.session.refresh(share)
    return share


def settle(person: Person, share_id: int, online: bool) -> Share:
    """Say what became of a share whose network never answered. Raises Conflict when it is settled already."""
    share = get_share(person, share_id)
    unsettled = update(Share).where(Share.id == share.id, Share.state == ShareState.UNCONFIRMED.value)
    if online:
        values = {
            "state": ShareState.PUBLISHED.value,
            "published_at": func.coalesce(Share.armed_at, func.now()),
            "settled_by_person": True,
            "failure": None,
            "failure_detail": None,
        }
    else:
        values = {"state": ShareState.FAILED.value, "failure": "not_online", "failure_detail": None}
    if not rows_changed(db.session.execute(unsettled.values(**values))):
        raise Conflict(_("This share is settled already."))
    db.session.refresh(share)
    if online:
        delivery.announce_published(share)
    return share


def send_again(person: Person, share_id: int) -> Share:
    """Send a failed share once more, now, because the person pressed. Raises Conflict where that is not safe."""
    share = get_share(person, share_id)
    if share.account is None or share.account.state != AccountState.CONNECTED:
        raise Conflict(_("Connect the account again first."))
    now = utcnow()
    again = update(Share).where(Share.id == share.id, Share.state == ShareState.FAILED.value)
    values = {"state": ShareState.SCHEDULED.value, "due_at": now, "wanted_at": now}
    try:
        with db.session.begin_nested():
            found = rows_changed(db.session.execute(again.values(**values, failure=None, failure_detail=None)))
    except IntegrityError:
        raise Conflict(_("Another share of this content is on its way to this account.")) from None
    if not found:
        raise Conflict(_("This share can’t be sent again."))
    delivery.nudge_delivery(now, now)
    db.session.refresh(share)
    return share


def ask_removal(person: Person, share_id: int) -> Share:
    """Have the post deleted at its network by a worker. Raises Conflict where Relais can't."""
    share = get_share(person, share_id)
    adapter = registry.find_adapter(share.network)
    able = adapter is not None and adapter.capabilities.can_remove and share.account is not None and share.external_id
    if share.state != ShareState.PUBLISHED.value or not able:
        raise Conflict(_("Relais can’t delete this one for you. You can delete it on the network itself."))
    share.remove_due_at = utcnow()
    delivery.nudge_removal()
    return share


def resume_waiting(event: AccountMended) -> None:
    """Have what waited for this account looked at at once."""
    delivery.nudge_delivery(utcnow(), utcnow())


def let_go(event: AccountGone) -> None:
    """What was to go out on an account that its person disconnects does not go."""
    not_called_yet = (ShareState.SCHEDULED.value, ShareState.CLAIMED.value)
    waiting = update(Share).where(Share.account_id == event.account_id, Share.state.in_(not_called_yet))
    db.session.execute(waiting.values(state=ShareState.FAILED.value, failure="disconnected"))
