"""Writes the posts with all that belongs to each: wordings, topics, audiences, the words they are found by, and what
became of proposals. The rows are what the services of content would have written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Final

from advocacy.content.models import (
    Audience,
    Campaign,
    Post,
    PostAudience,
    PostTopic,
    PostWords,
    Proposal,
    ProposalState,
    Wording,
)
from advocacy.content.search import words_found_by
from advocacy.scale.copying import Row, copy_rows
from advocacy.scale.editions import Edition
from advocacy.scale.inhabitants import Circle
from advocacy.scale.nation import Body
from advocacy.scale.plan import YEARS, Plan, batched

BATCH: Final = 5000
_POST: Final = (
    "id organisation_id author_id state title summary language link link_title link_description image_alt publish_at"
    " expires_at updated_at version campaign_id proposed_by_id credits_person pinned_until featured"
    " utm_campaign created_at"
)
_PROPOSAL: Final = (
    "person_id organisation_id state title why language link_title link_description link_image_alt image_alt"
    " names_person sent_at times_sent note decided_at decided_by_id post_id created_at"
)
_CAMPAIGN: Final = "id root_id organisation_id name aim starts_on ends_on hashtag slug version created_at"


def write_campaigns(plan: Plan) -> int:
    """Campaigns of the head over the years, some of them running; how many."""
    number = min(80, 2 + plan.posts // 500)
    return copy_rows(Campaign, _CAMPAIGN, (_campaign(plan, one, number) for one in range(1, number + 1)))


def write_audiences(bodies: Sequence[Body], circles: Sequence[Circle]) -> None:
    """An audience of each body, with the body's id, then one of each group."""
    copy_rows(Audience, "id organisation_id", ((body.id, body.id) for body in bodies))
    copy_rows(Audience, "id group_id", ((len(bodies) + one.id, one.id) for one in circles))


def write_posts(editions: Iterator[Edition], note: Callable[[Edition], None], progress: Callable[[int], None]) -> None:
    """All posts, a batch at a time; `note` is told of each, `progress` how many there are after each batch."""
    wording_ids, done = count(1), 0
    for batch in batched(editions, BATCH):
        copy_rows(Post, _POST, map(_post, batch))
        copy_rows(Wording, "id post_id position language text", _wordings(batch, wording_ids))
        copy_rows(PostTopic, "post_id topic_id", ((one.id, topic) for one in batch for topic in one.topics))
        copy_rows(PostAudience, "post_id audience_id publish_at", _audiences(batch))
        copy_rows(PostWords, "post_id title body", map(_words, batch))
        copy_rows(Proposal, _PROPOSAL, (_accepted(one) for one in batch if one.proposer_id is not None))
        for one in batch:
            note(one)
        done += len(batch)
        progress(done)


def write_proposals(plan: Plan, bodies: Sequence[Body]) -> None:
    """Proposals that wait, were returned or were declined."""
    copy_rows(Proposal, _PROPOSAL, _undecided(plan, bodies))


def _campaign(plan: Plan, number: int, of: int) -> Row:
    begins = (plan.now - timedelta(days=YEARS * 365 * (1 - number / of))).date()
    slug = f"campagne-{number}"
    return (
        number, 1, 1, f"Campagne {number}", "Faire connaître ce que nous faisons.", begins, begins + timedelta(days=60),
        "", slug, 1, plan.now,
    )  # fmt: skip


def _post(one: Edition) -> Row:
    return (
        one.id, one.body.id, one.author_id, one.state.value, one.said.title, one.said.summary, one.language, one.link,
        one.said.title, "", "", one.publish_at, one.expires_at, one.updated_at, 1, one.campaign_id, one.proposer_id,
        one.proposer_id is not None, one.pinned_until, False, "", one.created_at,
    )  # fmt: skip


def _wordings(batch: list[Edition], ids: Iterator[int]) -> Iterator[Row]:
    for one in batch:
        for place, (language, text) in enumerate(zip(one.tongues, one.said.captions, strict=True)):
            number = next(ids)
            one.first_wording_id = one.first_wording_id or number
            yield number, one.id, place, language, text


def _audiences(batch: list[Edition]) -> Iterator[Row]:
    for one in batch:
        for audience_id in one.audiences:
            yield one.id, audience_id, one.publish_at if one.is_published else None


def _words(one: Edition) -> Row:
    title, body = words_found_by(one.said.title, one.said.summary, one.said.title, one.said.captions)
    return one.id, title, body


def _accepted(one: Edition) -> Row:
    return (
        one.proposer_id, one.body.id, ProposalState.ACCEPTED.value, one.said.title, one.said.summary, one.language, "",
        "", "", "", True, one.created_at, 1, "", one.created_at, one.author_id, one.id, one.created_at,
    )  # fmt: skip


def _undecided(plan: Plan, bodies: Sequence[Body]) -> Iterator[Row]:
    rng = plan.rng("proposals")
    for number in range(plan.posts // 100):
        body = rng.choice(bodies)
        state = rng.choices((ProposalState.WAITING, ProposalState.RETURNED, ProposalState.DECLINED), (2, 1, 4))[0]
        sent = plan.now - timedelta(days=rng.random() * (30 if state is ProposalState.WAITING else 900))
        waiting = state is ProposalState.WAITING
        yield (
            rng.choice(body.below), body.id, state.value, f"Une idée de {body.name}, {number}", "Cela nous ressemble.",
            "fr", "", "", "", "", True, sent, 1, "" if waiting else "Merci, pas cette fois.", None if waiting else sent,
            None if waiting else body.own[0] if body.own else None, None, sent,
        )  # fmt: skip
