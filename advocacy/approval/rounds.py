"""A round: a post as it was put forward, the steps of its chains, and who said yes. Whoever calls holds the post's
row, so that two people deciding at once come one after the other."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.approval import letters
from advocacy.approval.models import ApprovalChain, ApprovalRound, RoundState, RoundStep, Seat
from advocacy.approval.snapshot import digest_of
from advocacy.approval.working_days import after_working_days
from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.people.models import Person, Role


def open_round(
    actor: Person, post: Post, chains: Iterable[ApprovalChain], *, goes_live: bool, barred: Sequence[int] = ()
) -> ApprovalRound:
    """Ask for the yes of these chains to the post as it is, but not for that of those `barred`. Raises Invalid where
    nobody is left to give one."""
    now = utcnow()
    begun = ApprovalRound(
        post_id=post.id,
        version=post.version,
        digest=digest_of(post),
        not_before=post.publish_at if post.publish_at and post.publish_at > now else None,
        goes_live=goes_live,
        opened_by_id=actor.id,
        opened_at=now,
        writer_ids=list(barred),
    )
    for chain in chains:
        begun.steps += _steps_of(chain, barred)
    db.session.add(begun)
    db.session.flush()
    go_on(begun, now)
    return begun


def _steps_of(chain: ApprovalChain, barred: Sequence[int]) -> list[RoundStep]:
    ids = {person_id for step in chain.steps for person_id in step["people"]}
    here = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    made = []
    for position, step in enumerate(chain.steps):
        able = [one for one in step["people"] if one in here and has_a_say(here[one])]
        if able and set(able) <= set(barred):
            raise Invalid(
                _(
                    "Four-eyes rule: only who wrote this version is asked in the step “%(step)s”. Ask an admin to have"
                    " somebody else in it.",
                    step=step["name"],
                )
            )
        if not able:
            sentence = _("Nobody is left to approve the step “%(step)s”: ask an admin to change it.", step=step["name"])
            raise Invalid(sentence)
        facts = {name: step[name] for name in ("name", "rule", "days")}
        seats = [Seat(person_id=one) for one in able if one not in barred]
        made.append(RoundStep(chain_id=chain.id, position=position, seats=seats, **facts))
    return made


def has_a_say(person: Person) -> bool:
    """Whether the person is here and still approver, editor or admin somewhere."""
    return person.is_active and person.holds(Role.APPROVER)


def asked_steps(found: ApprovalRound) -> list[RoundStep]:
    """The steps whose turn it is: of each chain the first that is not done."""
    turns: dict[int, RoundStep] = {}
    for step in sorted(found.steps, key=lambda one: (one.chain_id, one.position)):
        if step.done_at is None:
            turns.setdefault(step.chain_id, step)
    return list(turns.values())


def go_on(found: ApprovalRound, now: datetime) -> bool:
    """Close what is done and ask those whose turn it is; True when every step has its yes."""
    for step in found.steps:
        if step.done_at is None and step.asked_at is not None and step.is_done:
            step.done_at = now
    for step in asked_steps(found):
        if step.asked_at is None:
            step.asked_at = now
            step.due_at = after_working_days(now, step.days, step.chain.organisation.time_zone)
            db.session.flush()
            letters.ask(step)
    db.session.flush()
    return all(step.done_at is not None for step in found.steps)


def seats_for(found: ApprovalRound, actor: Person, others: set[int]) -> list[Seat]:
    """The open seats that the person may fill now: their own first, then those of whom they decide for. None for who
    wrote it, where the four-eyes rule holds."""
    if actor.id in found.writer_ids:
        return []
    seats = [seat for step in asked_steps(found) for seat in step.seats if seat.approved_at is None]
    own = [seat for seat in seats if seat.person_id == actor.id]
    return own or [seat for seat in seats if seat.person_id in others]


def open_round_of(post: Post) -> ApprovalRound | None:
    """The round that is being decided, if there is one."""
    wanted = select(ApprovalRound).where(ApprovalRound.post_id == post.id, ApprovalRound.state == RoundState.OPEN)
    return db.session.scalars(wanted).first()


def last_round_of(post: Post) -> ApprovalRound | None:
    """The newest round, however it ended."""
    wanted = select(ApprovalRound).where(ApprovalRound.post_id == post.id).order_by(ApprovalRound.id.desc()).limit(1)
    return db.session.scalars(wanted).first()


def close(found: ApprovalRound, state: RoundState) -> None:
    """The round is over."""
    found.state, found.closed_at = state.value, utcnow()
    db.session.flush()


def who_approved(found: ApprovalRound) -> list[Person]:
    """Who pressed yes in the round, each once."""
    seats = [seat for step in found.steps for seat in step.seats]
    return list({seat.approved_by.id: seat.approved_by for seat in seats if seat.approved_by is not None}.values())
