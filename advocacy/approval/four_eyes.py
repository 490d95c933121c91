"""Four eyes: where an organisation says so, nobody lets out alone what they wrote. Whoever wrote the words under review
has no say in them, for themselves or for others; and who publishes is somebody else, unless somebody else approved.
"""

from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.approval.models import ApprovalRound, PostRecord, RoundState
from advocacy.approval.rounds import last_round_of
from advocacy.approval.snapshot import canonical, content_of, digest_of
from advocacy.content import versions
from advocacy.content.drafts import Flaw
from advocacy.content.models import Post, PostState, PostVersion
from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person

_WRITING: Final = (versions.BEFORE, versions.EDITED, versions.RESTORED)


def body_that_asks(post: Post) -> Organisation | None:
    """The highest body at or above the post's that holds to the rule; None where none does."""
    return people.asks_four_eyes(post.organisation)


def writers_of(post: Post) -> set[int]:
    """Ids of everybody who wrote at the post since it was last published, or ever. What came as a proposal was written
    by its proposer, whoever made a draft of it."""
    mine = PostVersion.post_id == post.id
    published = select(func.max(PostVersion.number)).where(mine, PostVersion.what == versions.PUBLISHED)
    since = func.coalesce(published.scalar_subquery(), 0)
    query = select(PostVersion.what, PostVersion.person_id).where(mine, PostVersion.number > since)
    first = post.proposed_by_id or post.author_id
    rows = [(what, who) for what, who in db.session.execute(query) if what.partition(" ")[0] in _WRITING]
    if not rows:
        before = db.session.scalar(select(published.scalar_subquery()))
        return {first} if before is None and first else set()
    return {one for what, who in rows if (one := first if what == versions.BEFORE else who)}


def barred_from(post: Post) -> list[int]:
    """Ids of those who may not approve the post as it is; nobody where the rule does not hold."""
    return sorted(writers_of(post)) if body_that_asks(post) is not None else []


def named(person_ids: list[int] | set[int]) -> list[Person]:
    """These people, by name."""
    if not person_ids:
        return []
    wanted = select(Person).where(Person.id.in_(person_ids)).order_by(Person.name, Person.id)
    return list(db.session.scalars(wanted))


def left_out(found: ApprovalRound | None) -> dict[int, list[str]]:
    """For each step of a round, the names of those its chain asks who wrote what was put forward."""
    if found is None or not found.writer_ids:
        return {}
    names = {person.id: person.name for person in named(found.writer_ids)}
    asked = {step.id: step.chain.steps[step.position]["people"] for step in found.steps}
    return {step_id: [names[one] for one in ids if one in names] for step_id, ids in asked.items()}


def flaws_for(actor: Person | None, post: Post) -> list[Flaw]:
    """The gate: what the rule asks for before `actor` (a rule, when None) may let out the post as it is. Changing what
    is live or planned lets it out as well."""
    if body_that_asks(post) is None or _was_public(post):
        return []
    writers = writers_of(post)
    if actor is not None and post.state == PostState.PUBLISHED:
        writers.add(actor.id)
    found = last_round_of(post)
    if found is not None and found.state == RoundState.APPROVED and found.digest == digest_of(post):
        seats = [seat for step in found.steps for seat in step.seats if seat.approved_at is not None]
        if {one for seat in seats for one in (seat.person_id, seat.approved_by_id)} & writers:
            return [Flaw("approval", _("Four-eyes rule: it was approved by who wrote it. Put it forward once more."))]
        if seats:
            return []
    if actor is None:
        return [Flaw("approval", _("Four-eyes rule: somebody else looks at it before it goes live."))]
    if actor.id not in writers:
        return []
    if post.state == PostState.PUBLISHED:
        said = _(
            "Four-eyes rule: nobody changes alone what is live or planned. Take it back, change it, and have a second"
            " person publish it."
        )
        return [Flaw("approval", said)]
    return [Flaw("approval", _("Four-eyes rule: you wrote this version, so a second person publishes or approves it."))]


def _was_public(post: Post) -> bool:
    """Whether the content is what was published last: then nothing new is said."""
    entries = select(PostRecord.content).where(PostRecord.post_id == post.id, PostRecord.what == "published")
    last = db.session.scalar(entries.order_by(PostRecord.number.desc()).limit(1))
    return last is not None and canonical(last) == canonical(content_of(post))
