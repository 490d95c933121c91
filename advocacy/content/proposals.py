"""Proposals: anybody proposes, changes what was returned, takes it back. Editors decide in `proposal_decisions`."""

from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select, text, update

from advocacy.clock import utcnow
from advocacy.content import service
from advocacy.content.aims import Aim, set_aim
from advocacy.content.learning import one_spelling, set_reader, set_share_count
from advocacy.content.models import Post, Proposal, ProposalState
from advocacy.content.proposal_decisions import (
    accept,
    announce_accepted,
    decline,
    get_proposal,
    lock,
    meanwhile,
    merge,
    post_values,
    send_back,
)
from advocacy.content.proposal_drafts import ProposalDraft, flaws_of_proposal
from advocacy.content.proposal_lists import count_waiting_for, proposals_waiting_for
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, NotFound, TooMany
from advocacy.groups.models import Group, Membership, ProposalRule
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID

__all__ = [
    "accept",
    "count_waiting_for",
    "credit",
    "decline",
    "get_own",
    "get_proposal",
    "merge",
    "proposals_waiting_for",
    "propose",
    "resend",
    "send_back",
    "set_reader",
    "set_share_count",
    "withdraw",
]

MOST_A_DAY: Final = 20


def propose(person: Person, typed: ProposalDraft) -> Proposal:
    """A new proposal. It waits for an editor; in a group whose rule is to publish it is live at once, unless
    something stands in the way of a post. Sent twice, it is there once. Raises NotReady, NotFound for a group that is
    not the person's, TooMany beyond twenty within 24 hours.
    """
    if flaws := flaws_of_proposal(typed):
        raise NotReady(flaws)
    group = _own_group(person, typed.group_id)
    _hold(person)
    if (twin := _find_twin(person, typed)) is not None:
        return twin
    since = utcnow() - timedelta(days=1)
    query = select(func.count()).where(Proposal.person_id == person.id, Proposal.created_at > since)
    if (db.session.scalar(query) or 0) >= MOST_A_DAY:
        raise TooMany(_("That is twenty proposals within a day. Keep the next ones for tomorrow."), retry_after=3600)
    proposal = Proposal(person_id=person.id, sent_at=utcnow())
    _put(proposal, person, typed, group)
    db.session.add(proposal)
    db.session.flush()
    if group is not None and group.proposals == ProposalRule.PUBLISH:
        _accept_by_rule(proposal, group)
    return proposal


def resend(person: Person, proposal: Proposal, typed: ProposalDraft) -> None:
    """Send a returned proposal again, changed; an editor looks at it whatever the rule of the group. Raises NotReady,
    NotFound, and Conflict unless it was returned.
    """
    if flaws := flaws_of_proposal(typed):
        raise NotReady(flaws)
    group = _own_group(person, typed.group_id)
    lock(proposal)
    if proposal.state != ProposalState.RETURNED:
        raise Conflict(meanwhile(proposal))
    _put(proposal, person, typed, group)
    proposal.state, proposal.sent_at = ProposalState.WAITING.value, utcnow()
    proposal.times_sent += 1
    db.session.flush()


def withdraw(person: Person, proposal: Proposal) -> None:
    """Take an undecided proposal back. Raises Conflict once it is decided."""
    lock(proposal)
    if proposal.state not in (ProposalState.WAITING, ProposalState.RETURNED):
        raise Conflict(meanwhile(proposal))
    proposal.state = ProposalState.WITHDRAWN.value
    db.session.flush()


def credit(person: Person, proposal: Proposal, *, named: bool) -> None:
    """Have the post say who proposed it, or no more; the person may change their mind at any time."""
    lock(proposal)
    proposal.names_person = named
    mine = (Post.id == proposal.post_id, Post.proposed_by_id == person.id)
    db.session.execute(update(Post).where(*mine).values(credits_person=named))
    db.session.flush()


def get_own(person: Person, proposal_id: int) -> Proposal:
    """A proposal of the person's own. Raises NotFound, also for somebody else's."""
    query = select(Proposal).where(Proposal.id == proposal_id, Proposal.person_id == person.id)
    proposal = db.session.scalar(query) if proposal_id <= LARGEST_ID else None
    if proposal is None:
        raise NotFound
    return proposal


def _hold(person: Person) -> None:
    """One proposal of a person at a time: they are counted, and a second press is told from a second idea."""
    key = f"proposals of {person.id}"
    db.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def _own_group(person: Person, group_id: int | None) -> Group | None:
    if group_id is None:
        return None
    query = select(Group).join(Membership).where(Group.id == group_id, Membership.person_id == person.id)
    group = db.session.scalar(query) if 0 < group_id <= LARGEST_ID else None
    if group is None or group.organisation.root_id != person.organisation.root_id:
        raise NotFound(_("This group is not one of yours."))
    return group


def _find_twin(person: Person, typed: ProposalDraft) -> Proposal | None:
    """What the person sent a moment ago, when they press twice."""
    just_now = utcnow() - timedelta(minutes=10)
    query = select(Proposal).where(
        Proposal.person_id == person.id,
        Proposal.created_at > just_now,
        Proposal.state.in_((ProposalState.WAITING.value, ProposalState.ACCEPTED.value)),
        Proposal.title == typed.title,
        Proposal.why == typed.why,
        Proposal.link.is_not_distinct_from(typed.link),
        Proposal.group_id.is_not_distinct_from(typed.group_id),
    )
    return db.session.scalar(query.limit(1))


def _put(proposal: Proposal, person: Person, typed: ProposalDraft, group: Group | None) -> None:
    if typed.link != proposal.link:
        proposal.link, proposal.canonical = typed.link, one_spelling(typed.link) if typed.link else None
        proposal.link_title = proposal.link_description = proposal.link_image_alt = ""
        proposal.link_image, proposal.read_at = None, utcnow() if typed.link else None
    proposal.title, proposal.why, proposal.language = typed.title, typed.why, typed.language
    proposal.image, proposal.image_alt = typed.image, typed.image_alt if typed.image else ""
    proposal.names_person = typed.names_person
    proposal.group, proposal.organisation = group, group.organisation if group else person.organisation


def _accept_by_rule(proposal: Proposal, group: Group) -> None:
    """Live for the group at once; where something is in the way, the proposal waits for an editor as elsewhere."""
    post = Post(author_id=None, organisation=group.organisation, updated_at=utcnow(), **post_values(proposal))
    try:
        with db.session.begin_nested():
            db.session.add(post)
            set_aim(post, Aim(group_ids=frozenset({group.id})))
            db.session.flush()
            service.publish_by_rule(post)
    except NotReady:
        return
    proposal.state, proposal.decided_at, proposal.post_id = ProposalState.ACCEPTED.value, utcnow(), post.id
    db.session.flush()
    announce_accepted(proposal, post, None)
