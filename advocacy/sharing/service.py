"""What a person does with their shares: schedule, look, change, take back, settle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from advocacy import formats
from advocacy.approval.disclosure import disclosure_for, disclosures_of
from advocacy.clock import utcnow
from advocacy.content.models import Attachment, Post, Wording
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.networks import registry
from advocacy.networks.base import Capabilities
from advocacy.networks.events import AccountGone, AccountMended
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID
from advocacy.sharing import delivery, links, nearness, showing
from advocacy.sharing.limits_of_words import check_words
from advocacy.sharing.models import LIVE_STATES, Priority, Share, ShareState
from advocacy.sharing.words import nearest, with_disclosure

FARTHEST = timedelta(days=90)
TEXT_LIMIT = 20_000
SAME_WORDS = 95
_NO_SHARES = (ShareState.CANCELLED.value, ShareState.OPENED.value)


@dataclass(frozen=True)
class Wish:
    """One account to share on, and what to say there; `assisted` where it began as a suggestion of the assistant."""

    account_id: int
    text: str
    pass_on: bool = False
    """Pass on the post that the content is about, where it stands on that network, rather than link to it."""
    assisted: bool = False
    """Whether the words began as a suggestion of the assistant."""


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
    moment = check_moment(post, at, now)
    made, going = [], _going(person, post, wishes)
    _check_lengths(post, going)
    for wish, account, parent, added in going:
        adapter = registry.get_adapter(account.network)
        text = check_text(wish.text, account, post, added, linked=parent is None)
        check_words(person, post, account.network, text)
        nearness.refuse_copies(person, post, adapter.capabilities, text, added)
        share = _insert(person, post, account, submission, replace(wish, text=text), language, moment, now, parent)
        nearness.keep(share.id, person.organisation.root_id, text, added, moment)
        made.append(share)
    delivery.nudge_delivery(moment, now)
    return made


class _Going(NamedTuple):
    """A wish, its account, the post it passes on there if it does, and what is added to its words."""

    wish: Wish
    account: Account
    parent: str | None
    added: str | None


def _going(person: Person, post: Post, wishes: Sequence[Wish]) -> list[_Going]:
    disclosures, attachment, found = disclosures_of(person), db.session.get(Attachment, post.id), []
    for wish in wishes:
        account = _usable_account(person, wish.account_id)
        adapter = registry.get_adapter(account.network)
        showing.check_showable(adapter.capabilities, post, attachment)
        parent = showing.reshareable(adapter, post) if wish.pass_on else None
        found.append(_Going(wish, account, parent, disclosures.get(account.network, disclosures.get(None))))
    return found


def _check_lengths(post: Post, going: Sequence[_Going]) -> None:
    """All networks for which the words are too long are named at once."""
    said = [
        _excess(wish.text, account, post, added, linked=parent is None)
        for wish, account, parent, added in going
        if len(wish.text) <= TEXT_LIMIT
    ]
    if any(said):
        raise Invalid(" ".join(dict.fromkeys(filter(None, said))), field="text")


def check_moment(post: Post, at: datetime | None, now: datetime) -> datetime:
    """The moment meant: `at`, or now. Raises Invalid for one that is no use."""
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


def check_text(text: str, account: Account, post: Post, disclosure: str | None, *, linked: bool = True) -> str:
    """The words, tidied; `linked`: whether the post's link goes along. Raises Invalid for what can't stand there."""
    text = _tidied(text)
    if not text and not post.link:
        raise Invalid(_("Write a few words: this content has no link to show by itself."), field="text")
    if len(text) > TEXT_LIMIT:
        raise Invalid(_("This text is far too long."), field="text")
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise Invalid(_("This text holds characters that can’t be shown."), field="text")
    if sentence := _excess(text, account, post, disclosure, linked=linked):
        raise Invalid(sentence, field="text")
    return text


def _tidied(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _excess(text: str, account: Account, post: Post, disclosure: str | None, *, linked: bool) -> str:
    """What is too much for the account's network, in words; nothing where all of it fits."""
    adapter = registry.get_adapter(account.network)
    whole, linked = with_disclosure(_tidied(text), disclosure), linked and bool(post.link)
    over = showing.length_there(adapter, account, whole, linked=linked) - longest_text(account, adapter.capabilities)
    if over <= 0:
        return ""
    count = formats.number(over, formats.reading_locale())
    return str(_("%(count)s characters too many for %(network)s.", count=count, network=adapter.capabilities.label))


def longest_text(account: Account, network: Capabilities) -> int:
    """How long a text may be for this account: as its network last said, else as it is usual there."""
    return int(account.limits.get("max_length", network.max_length))


def _insert(
    person: Person,
    post: Post,
    account: Account,
    submission: UUID,
    wish: Wish,
    language: str,
    moment: datetime,
    now: datetime,
    parent: str | None,
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
            organisation_id=person.organisation_id,
            priority=(Priority.WAITED_FOR if moment <= now else Priority.PLANNED).value,
            network=account.network,
            submission=submission,
            text=text,
            assisted=wish.assisted and alike < SAME_WORDS,
            language=language,
            alike=alike,
            wording_id=wording_id,
            link=None if parent else links.destination(post, capabilities, code),
            reshare_of=parent,
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
        .where(Share.person_id == person.id, Share.post_id.in_(post_ids), Share.state.not_in(_NO_SHARES))
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


def resume_waiting(event: AccountMended) -> None:
    """Have what waited for this account looked at at once."""
    delivery.nudge_delivery(utcnow(), utcnow())


def let_go(event: AccountGone) -> None:
    """What was to go out on an account that its person disconnects does not go."""
    not_called_yet = (ShareState.SCHEDULED.value, ShareState.CLAIMED.value)
    waiting = update(Share).where(Share.account_id == event.account_id, Share.state.in_(not_called_yet))
    db.session.execute(waiting.values(state=ShareState.FAILED.value, failure="disconnected"))
