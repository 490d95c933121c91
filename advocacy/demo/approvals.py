"""Writes who has a say before posts of a topic go live, what they said so far, and what is not to be said."""

from datetime import datetime, timedelta
from typing import Any, Final

from advocacy.approval import chains, record, rules
from advocacy.approval.chains import ChainDraft, StepDraft
from advocacy.approval.models import (
    ApprovalChain,
    ApprovalRound,
    DisclosureRule,
    Level,
    PostRecord,
    RecordHead,
    RoundState,
    RoundStep,
    Seat,
)
from advocacy.approval.snapshot import content_of, digest_of
from advocacy.approval.working_days import after_working_days
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.demo.acts import NETWORK
from advocacy.demo.desk import Desk

_SETTLED: Final = 70
"""Days ago when the rules were set up."""
_EACH: Final = timedelta(hours=1)
"""How long those who are asked took to say yes."""


def write_rules(desk: Desk) -> None:
    """Add words that are warned about, and what shares on the network end with."""
    facts = desk.facts["compliance"]
    rule = rules.add_rule(
        desk.admin,
        desk.places.root,
        kind="words",
        pattern=facts["pattern"],
        level=Level.WARN.value,
        note=facts["note"],
    )
    rule.created_at = desk.ago(_SETTLED)
    disclosure = DisclosureRule(
        organisation_id=desk.places.root.id,
        network=NETWORK,
        text=desk.plan.programme.facts["disclosure"],
        created_at=desk.ago(_SETTLED),
    )
    db.session.add(disclosure)
    db.session.flush()


def write_approvals(desk: Desk) -> None:
    """Add the chain; the posts of its topic that are out had its yes, and the one in review waits for the first."""
    facts = desk.facts["chain"]
    topic = desk.places.topics[facts["topic"]]
    chain = chains.make_chain(desk.admin, desk.places.root, _draft(desk, facts, topic.id))
    chain.created_at = desk.ago(_SETTLED)
    for post in desk.posts:
        if topic in post.topics and post.state == PostState.PUBLISHED:
            _approved(post, chain)
        elif topic in post.topics and post.state == PostState.REVIEW:
            _asked(post, chain, desk.ago(0.8))
    db.session.flush()


def _draft(desk: Desk, facts: dict[str, Any], topic_id: int) -> ChainDraft:
    steps = tuple(
        StepDraft(step["name"], "any", tuple(desk.person(name).id for name in step["people"]), step["days"])
        for step in facts["steps"]
    )
    return ChainDraft(facts["name"], steps, topic_ids=(topic_id,))


def _approved(post: Post, chain: ApprovalChain) -> None:
    asked_at = post.created_at + _EACH
    begun = _round(post, chain, asked_at)
    said: list[tuple[datetime, str, int | None]] = [(asked_at, "submitted", post.author_id)]
    for step in begun.steps:
        step.asked_at, step.due_at = asked_at, after_working_days(asked_at, step.days, chain.organisation.time_zone)
        asked_at += _EACH
        seat = step.seats[0]
        step.done_at, seat.approved_at, seat.approved_by_id = asked_at, asked_at, seat.person_id
        said.append((asked_at, "approved", seat.person_id))
    begun.state, begun.closed_at = RoundState.APPROVED.value, asked_at
    db.session.add(begun)
    _write_record(post, [*said, (post.updated_at, "published", post.author_id)])


def _asked(post: Post, chain: ApprovalChain, asked_at: datetime) -> None:
    begun = _round(post, chain, asked_at)
    first = begun.steps[0]
    first.asked_at, first.due_at = asked_at, after_working_days(asked_at, first.days, chain.organisation.time_zone)
    post.created_at, post.updated_at = asked_at - 5 * _EACH, asked_at
    db.session.add(begun)
    _write_record(post, [(asked_at, "submitted", post.author_id)])


def _round(post: Post, chain: ApprovalChain, opened_at: datetime) -> ApprovalRound:
    """Nobody has been asked yet; what is approved is the post as it is."""
    later = post.publish_at is not None and post.publish_at > opened_at
    begun = ApprovalRound(
        post_id=post.id,
        version=post.version,
        digest=digest_of(post),
        not_before=post.publish_at if later else None,
        opened_by_id=post.author_id,
        opened_at=opened_at,
    )
    begun.steps = [
        RoundStep(
            chain_id=chain.id,
            position=position,
            name=step["name"],
            rule=step["rule"],
            days=step["days"],
            seats=[Seat(person_id=person_id) for person_id in step["people"]],
        )
        for position, step in enumerate(chain.steps)
    ]
    return begun


def _write_record(post: Post, said: list[tuple[datetime, str, int | None]]) -> None:
    db.session.flush()
    previous = record.START
    for number, (at, what, person_id) in enumerate(said, 1):
        entry = PostRecord(
            post_id=post.id,
            number=number,
            at=at,
            what=what,
            person_id=person_id,
            version=post.version,
            note="",
            content=content_of(post),
            previous=previous,
        )
        entry.digest = previous = record.digest_of_entry(entry)
        db.session.add(entry)
    db.session.add(RecordHead(post_id=post.id, number=len(said), digest=previous))
