"""Approval: put forward, decide, send back; and what publishing asks for."""

from datetime import datetime

import structlog
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from advocacy.approval import four_eyes, letters, record, rounds
from advocacy.approval.chains import applying_chains
from advocacy.approval.events import PostDecided, PostSubmitted
from advocacy.approval.models import ApprovalRound, RoundState, RoundStep, Seat
from advocacy.approval.rounds import last_round_of, open_round_of
from advocacy.approval.rules import Where, findings_in
from advocacy.approval.snapshot import digest_of
from advocacy.approval.stand_ins import absent_for, decides_for
from advocacy.clock import local_day, utcnow
from advocacy.content import service as content
from advocacy.content import versions
from advocacy.content.drafts import Flaw, flaws_of_post
from advocacy.content.events import PostChanged
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.events import announce
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Person, Role

__all__ = [
    "decide", "flaws_in_the_way", "get_to_read", "last_round_of", "note_change", "open_round_of", "remind",
    "restrict", "send_back", "submit", "take_back", "waiting_count", "waiting_for",
]  # fmt: skip
LONGEST_NOTE = 1000
log = structlog.get_logger(__name__)


def submit(actor: Person, post: Post, *, goes_live: bool = False) -> ApprovalRound | None:
    """Put the post forward: it is in review, and those of its chains are asked. None where no chain applies: then
    publishing is free, and the post is in review all the same. Raises NotReady for what must change first, Conflict
    where it is under way or live, Invalid where nobody is left to decide.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    _hold(post)
    if post.state == PostState.PUBLISHED or open_round_of(post) is not None:
        raise Conflict(_("This post is live, planned, or being approved already."))
    if flaws := flaws_of_post(post, post.publish_at if _is_to_come(post) else None) or _blocked(post):
        raise content.NotReady(flaws)
    chains = applying_chains(post)
    post.state, post.updated_at = PostState.REVIEW.value, utcnow()
    db.session.flush()
    barred = four_eyes.barred_from(post) if chains else []
    begun = rounds.open_round(actor, post, chains, goes_live=goes_live, barred=barred) if chains else None
    record.append(post, "submitted", actor.id)
    announce(PostSubmitted(post.id, actor.id, begun.id if begun else None))
    return begun


def decide(actor: Person, post: Post, approve: bool, note: str = "") -> ApprovalRound:
    """Say yes, for oneself or else for whom one stands in; or send it back. Raises Forbidden for who is not asked,
    Conflict where it was decided or changed meanwhile, Invalid for sending back without a word.
    """
    if not approve:
        return send_back(actor, post, note)
    found, seats = _turn(actor, post)
    now = utcnow()
    first = seats[0]
    for seat in (seat for seat in seats if seat.person_id == first.person_id):
        seat.approved_at, seat.approved_by_id = now, actor.id
    instead = None if first.person_id == actor.id else first.person_id
    db.session.flush()
    record.append(post, "approved", actor.id, clean_line(note, LONGEST_NOTE), instead)
    if rounds.go_on(found, now):
        rounds.close(found, RoundState.APPROVED)
        announce(PostDecided(post.id, actor.id, found.id, "approved"))
        if not _goes_live(found, post):
            letters.tell_outcome(found, found.opened_by, "approved")
    return found


def send_back(actor: Person, post: Post, note: str) -> ApprovalRound:
    """Make it a draft again, with a word on why: for those asked, and for editors of the post. Raises as `decide`."""
    words = clean_line(note, LONGEST_NOTE)
    found, seats = _turn(actor, post, editors=True)
    if not words:
        raise Invalid(_("Say in a few words what should change."), field="note")
    rounds.close(found, RoundState.SENT_BACK)
    _to_draft(post)
    first = seats[0].person_id if seats else actor.id
    record.append(post, "sent_back", actor.id, words, None if first == actor.id else first)
    letters.tell_outcome(found, found.opened_by, "sent_back", words)
    announce(PostDecided(post.id, actor.id, found.id, "sent_back"))
    return found


def take_back(actor: Person, post: Post) -> None:
    """Have the editor's own post in review be a draft again; who is being asked is asked no more. Raises Forbidden,
    NotFound, and Conflict for one that is not in review."""
    people.require(actor, Role.EDITOR, post.organisation)
    _hold(post)
    if post.state != PostState.REVIEW:
        raise Conflict(_("This post is not in review."))
    found = open_round_of(post)
    if found is not None:
        rounds.close(found, RoundState.SENT_BACK)
        announce(PostDecided(post.id, actor.id, found.id, "sent_back"))
    _to_draft(post)
    record.append(post, "sent_back", actor.id)


def _hold(post: Post) -> None:
    """Until the transaction ends nobody else changes the post or decides on it."""
    held = select(Post).where(Post.id == post.id).with_for_update(of=Post)
    db.session.flush()
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def _turn(actor: Person, post: Post, *, editors: bool = False) -> tuple[ApprovalRound, list[Seat]]:
    _hold(post)
    found = open_round_of(post)
    if found is None:
        raise Conflict(_("There is nothing to decide any more: it was decided, or changed, meanwhile."))
    db.session.refresh(found, with_for_update=True)
    for step in found.steps:
        db.session.refresh(step)
    if found.digest != digest_of(post):
        raise Conflict(_("The content was changed since it was put forward. It has to be put forward anew."))
    seats = rounds.seats_for(found, actor, decides_for(actor)) if rounds.has_a_say(actor) else []
    if not seats and not (editors and people.may(actor, Role.EDITOR, post.organisation)):
        if actor.id in found.writer_ids:
            raise Forbidden(_("Four-eyes rule: you wrote this version, so somebody else approves it."))
        raise Forbidden(_("Your yes is not asked for here, or it was given."))
    return found, seats


def _goes_live(found: ApprovalRound, post: Post) -> bool:
    if not found.goes_live or found.opened_by is None:
        return False
    try:
        content.publish(found.opened_by, post, post.publish_at if _is_to_come(post) else None)
    except (Invalid, Conflict, Forbidden, NotFound) as error:
        log.info("approved_not_live", post_id=post.id, error=type(error).__name__)
        return False
    return True


def _is_to_come(post: Post) -> bool:
    return post.publish_at is not None and post.publish_at > utcnow()


def _to_draft(post: Post) -> None:
    post.state, post.updated_at = PostState.DRAFT.value, utcnow()
    db.session.flush()


def note_change(event: PostChanged) -> None:
    """A change of the content voids the yes it was given, and tells those who gave it."""
    if event.what != "edited":
        return
    post = db.session.get_one(Post, event.post_id)
    found = last_round_of(post)
    if found is None or found.state not in (RoundState.OPEN, RoundState.APPROVED) or found.digest == digest_of(post):
        return
    rounds.close(found, RoundState.VOID)
    if post.state == PostState.REVIEW:
        _to_draft(post)
    letters.tell_void(found, rounds.who_approved(found))
    record.append(post, "void", event.person_id)
    announce(PostDecided(post.id, event.person_id, found.id, "void"))


def flaws_in_the_way(post: Post, publish_at: datetime | None) -> list[Flaw]:
    """The gate: what approval and compliance still ask for before the post may go live at that moment."""
    flaws = _blocked(post)
    if post.locked and not post.wordings:
        flaws.append(Flaw("captions", _("The words are locked: add the text that people are to share.")))
    needed = {chain.origin for chain in applying_chains(post)}
    if not needed:
        return flaws
    found = last_round_of(post)
    if found is not None and found.state == RoundState.OPEN:
        flaws.append(Flaw("approval", _("Not everybody who is asked has approved it yet.")))
    elif found is None or found.state != RoundState.APPROVED or found.digest != digest_of(post):
        flaws.append(Flaw("approval", _("It needs to be approved as it is now: put it forward for approval.")))
    elif not needed <= {step.chain.origin for step in found.steps}:
        flaws.append(Flaw("approval", _("Another approval is asked for by now: put it forward once more.")))
    elif found.not_before is not None and (publish_at or utcnow()) < found.not_before:
        flaws.append(Flaw("publish_at", _("It was approved for a later moment: not before that one.")))
    return flaws


def _blocked(post: Post) -> list[Flaw]:
    return [
        Flaw(finding.where.field, finding.sentence)
        for finding in findings_in(post.organisation, Where.of_post(post))
        if finding.blocks
    ]


def get_to_read(actor: Person, post_id: int) -> tuple[Post, ApprovalRound | None]:
    """A post and its last round, for its editors and for those who are or were asked. Raises NotFound to others."""
    post = db.session.get(Post, post_id)
    if post is None or post.organisation.root_id != actor.organisation.root_id:
        raise NotFound
    found = last_round_of(post)
    seated = {seat.person_id for step in (found.steps if found else []) for seat in step.seats}
    asked = bool(seated & {actor.id, *decides_for(actor)}) and rounds.has_a_say(actor)
    if not asked and not people.may(actor, Role.EDITOR, post.organisation):
        raise NotFound
    return post, found


def waiting_for(actor: Person) -> list[ApprovalRound]:
    """The rounds in which the person's yes is asked for now, the first to fall due first."""
    if not rounds.has_a_say(actor):
        return []
    return list(db.session.scalars(_waiting(actor).limit(100).options(selectinload(ApprovalRound.post))))


def waiting_count(actor: Person) -> int:
    """How many posts wait for the person."""
    query = select(func.count()).select_from(_waiting(actor).order_by(None).subquery())
    return (db.session.scalar(query) or 0) if rounds.has_a_say(actor) else 0


def _waiting(actor: Person) -> Select[ApprovalRound]:
    asked = (
        select(RoundStep.round_id)
        .join(Seat, Seat.step_id == RoundStep.id)
        .where(or_(Seat.person_id == actor.id, Seat.person_id.in_(absent_for(actor))), Seat.approved_at.is_(None))
        .where(RoundStep.asked_at.is_not(None), RoundStep.done_at.is_(None))
    )
    wanted = select(ApprovalRound).where(ApprovalRound.state == RoundState.OPEN, ApprovalRound.id.in_(asked))
    wanted = wanted.where(~ApprovalRound.writer_ids.contains([actor.id]))
    return wanted.order_by(ApprovalRound.opened_at, ApprovalRound.id)


def remind(actor: Person, post: Post) -> None:
    """Ask again those who have not answered, at most once a day. Raises Conflict when they were, or nobody is asked."""
    people.require(actor, Role.EDITOR, post.organisation)
    _hold(post)
    found = open_round_of(post)
    steps = rounds.asked_steps(found) if found else []
    fresh = [step for step in steps if remind_step(step, utcnow())]
    if not fresh:
        raise Conflict(_("They were reminded today already, or nobody is asked."))


def remind_step(step: RoundStep, now: datetime) -> bool:
    """Ask again for the missing yes of the step, unless that was done today (by its body's clocks)."""
    today = local_day(now, step.chain.organisation.time_zone)
    if step.reminded_on is not None and step.reminded_on >= today:
        return False
    step.reminded_on = today
    letters.ask(step, again=True)
    return True


def restrict(actor: Person, post: Post, *, locked: bool, countries: list[str], roles: list[str]) -> None:
    """Have the post be shared in its own words only, and be for these countries and roles (none: for all). Raises
    Invalid for what is no country, NotReady for a live post that would need another yes.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    _hold(post)
    versions.begin(post)
    codes = sorted({code.strip().upper() for code in countries if code.strip()})
    if any(not (len(code) == 2 and code.isascii() and code.isalpha()) for code in codes):
        raise Invalid(_("A country is written with two letters, as FR or BE."), field="countries")
    kept = [role for role in roles if role in set(Role) and role != Role.EMPLOYEE]
    post.locked, post.countries, post.roles = locked, codes or None, kept or None
    post.updated_at = utcnow()
    if post.state == PostState.PUBLISHED:
        flaws = flaws_in_the_way(post, post.publish_at) or four_eyes.flaws_for(actor, post)
        if flaws:
            raise content.NotReady(flaws)
    db.session.flush()
    versions.record(post, actor, versions.EDITED)
    announce(PostChanged(post.id, actor.id, "edited"))
