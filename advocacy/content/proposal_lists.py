"""Lists of proposals: a person's own with what became of them, and those that wait for an editor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, load_only

from advocacy.content.feed import visible_ids
from advocacy.content.learning import shares_of
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post, Proposal, ProposalState
from advocacy.db import db
from advocacy.groups.models import Group
from advocacy.people import service as people
from advocacy.people.models import Person, Role

PAGE: Final = 20
MOST_ALIKE: Final = 5
DECIDED: Final = (ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.MERGED, ProposalState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's proposal: where its post stands, whether the person can open it, how often it was shared."""

    proposal: Proposal
    standing: Standing | None = None
    post_id: int | None = None
    shares: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some proposals; `next_id` begins the next page, None at the end."""

    items: list[Any]
    next_id: int | None


@dataclass(frozen=True, slots=True)
class Alike:
    """What has the same link: posts and earlier proposals that the editor may put a proposal with."""

    posts: list[Post]
    proposals: list[Proposal]

    def __len__(self) -> int:
        return len(self.posts) + len(self.proposals)


def own_proposals(person: Person, before: int | None = None) -> Page:
    """The person's proposals, newest first, with what became of them."""
    query = select(Proposal).where(Proposal.person_id == person.id)
    if before is not None:
        query = query.where(Proposal.id < before)
    options = (
        joinedload(Proposal.group).lazyload(Group.organisation),
        joinedload(Proposal.decided_by).options(*_bare()),
    )
    rows = list(db.session.scalars(query.options(*options).order_by(Proposal.id.desc()).limit(PAGE + 1)))
    shown = rows[:PAGE]
    return Page(_with_posts(person, shown), shown[-1].id if len(rows) > PAGE else None)


def proposals_waiting_for(actor: Person, limit: int = 50) -> list[Proposal]:
    """The proposals that wait for a decision of `actor`, the longest waiting first, each with its person and group."""
    query = _for_editor(actor).where(Proposal.state == ProposalState.WAITING.value)
    return list(db.session.scalars(query.order_by(Proposal.id).limit(limit)))


def count_waiting_for(actor: Person) -> int:
    """How many proposals wait for a decision of `actor`."""
    waiting = (_within_reach(actor), Proposal.state == ProposalState.WAITING.value)
    return db.session.scalar(select(func.count()).select_from(Proposal).where(*waiting)) or 0


def desk_proposals(actor: Person, state: str, after: int | None = None) -> Page:
    """A page of those that `actor` may decide: `waiting` (longest waiting first), `returned`, or `decided` ones."""
    waiting = state == ProposalState.WAITING
    states = DECIDED if state == "decided" else (ProposalState(state),)
    query = _for_editor(actor).where(Proposal.state.in_([one.value for one in states]))
    if after is not None:
        query = query.where(Proposal.id > after if waiting else Proposal.id < after)
    order = Proposal.id if waiting else Proposal.id.desc()
    rows = list(db.session.scalars(query.order_by(order).limit(PAGE + 1)))
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def alike(actor: Person, proposal: Proposal) -> Alike:
    """Posts and other proposals of the same link that `actor` may put this one with, a few of each."""
    spellings = {one for one in (proposal.link, proposal.canonical) if one}
    if not spellings:
        return Alike([], [])
    bodies = _bodies(actor)
    hashes = [func.md5(one) for one in spellings]
    posts = select(Post).where(Post.organisation_id.in_(bodies), func.md5(Post.link).in_(hashes))
    posts = posts.where(Post.id != (proposal.post_id or 0)).options(*_post_alone())
    same_page = or_(func.md5(Proposal.canonical).in_(hashes), Proposal.link.in_(spellings))
    others = select(Proposal).where(
        Proposal.organisation_id.in_(bodies),
        Proposal.id < proposal.id,
        Proposal.state.in_((ProposalState.WAITING.value, ProposalState.ACCEPTED.value)),
        same_page,
    )
    others = others.options(joinedload(Proposal.person).options(*_bare()))
    return Alike(
        list(db.session.scalars(posts.order_by(Post.id.desc()).limit(MOST_ALIKE))),
        list(db.session.scalars(others.order_by(Proposal.id).limit(MOST_ALIKE))),
    )


def _with_posts(person: Person, proposals: Sequence[Proposal]) -> list[Mine]:
    """What became of each; a merged one follows the proposal it stands with."""
    originals = {one.original_id for one in proposals if one.original_id}
    query = select(Proposal.id, Proposal.post_id).where(Proposal.id.in_(originals))
    leads = dict(db.session.execute(query).all()) if originals else {}
    wanted = {one.id: one.post_id or leads.get(one.original_id or 0) for one in proposals}
    ids = {post_id for post_id in wanted.values() if post_id is not None}
    posts = {post.id: post for post in db.session.scalars(select(Post).where(Post.id.in_(ids)).options(*_post_alone()))}
    open_ids, shares = visible_ids(person, ids), shares_of(ids)
    found = []
    for one in proposals:
        post = posts.get(wanted[one.id] or 0)
        if post is None:
            found.append(Mine(one))
        else:
            shown = post.id if post.id in open_ids else None
            found.append(Mine(one, standing_of(post), shown, shares.get(post.id, 0)))
    return found


def _for_editor(actor: Person) -> Any:
    options = (
        joinedload(Proposal.person).options(*_bare()),
        joinedload(Proposal.group).lazyload(Group.organisation),
        joinedload(Proposal.decided_by).options(*_bare()),
        joinedload(Proposal.organisation),
    )
    return select(Proposal).where(_within_reach(actor)).options(*options)


def _within_reach(actor: Person) -> ColumnElement[bool]:
    return Proposal.organisation_id.in_(_bodies(actor))


def _bodies(actor: Person) -> list[int]:
    return [body.id for body in people.organisations_where(actor, Role.EDITOR)]


def _bare() -> tuple[Any, ...]:
    return (lazyload(Person.grants), lazyload(Person.organisation))


def _post_alone() -> tuple[Any, ...]:
    few = load_only(Post.id, Post.title, Post.state, Post.publish_at, Post.expires_at, Post.language)
    return (few, lazyload(Post.organisation), lazyload(Post.wordings), lazyload(Post.topics), lazyload(Post.audiences))
