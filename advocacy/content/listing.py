"""Where a post stands in time, as a value and as conditions; and what an editor may look for on the board."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, ColumnElement, and_, any_, literal, or_, select

from advocacy.clock import utcnow
from advocacy.content.models import Post, PostState, PostTopic
from advocacy.content.search import matches, query_of
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role


class Standing(StrEnum):
    """Where a post stands: what its editor decided, and what the clock made of it."""

    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Filters:
    """What an editor looks for; `words` as in a web search, `body_id` with all below it, `owner_id` a person."""

    words: str = ""
    topic_id: int | None = None
    campaign_id: int | None = None
    language: str | None = None
    body_id: int | None = None
    owner_id: int | None = None
    mine: bool = False

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def narrowing(self) -> int:
        """How many filters are on besides the words that are looked for."""
        chosen = (self.topic_id, self.campaign_id, self.language, self.body_id, self.owner_id, self.mine or None)
        return sum(one is not None for one in chosen)


def standing_of(post: Post, now: datetime | None = None) -> Standing:
    """Where the post stands at `now`."""
    now = now or utcnow()
    if post.state != PostState.PUBLISHED or post.publish_at is None:
        return Standing(post.state)
    if post.publish_at > now:
        return Standing.SCHEDULED
    return Standing.EXPIRED if post.expires_at is not None and post.expires_at <= now else Standing.LIVE


def moments() -> dict[Standing, ColumnElement[bool]]:
    """The condition for each standing, now."""
    now = utcnow()
    published = Post.state == PostState.PUBLISHED.value
    begun = and_(published, Post.publish_at <= now)
    return {
        Standing.DRAFT: Post.state == PostState.DRAFT.value,
        Standing.REVIEW: Post.state == PostState.REVIEW.value,
        Standing.SCHEDULED: and_(published, Post.publish_at > now),
        Standing.LIVE: and_(begun, or_(Post.expires_at.is_(None), Post.expires_at > now)),
        Standing.EXPIRED: and_(begun, Post.expires_at <= now),
        Standing.WITHDRAWN: Post.state == PostState.WITHDRAWN.value,
    }


def bodies_of(actor: Person) -> list[Organisation]:
    """The organisations whose posts `actor` edits."""
    return people.organisations_where(actor, Role.EDITOR)


def conditions(actor: Person, bodies: list[Organisation], filters: Filters) -> list[ColumnElement[bool]]:
    """What a post must be to be shown to `actor`, who edits at `bodies`."""
    inside = [one.id for one in bodies if filters.body_id is None or filters.body_id in one.lineage]
    found: list[ColumnElement[bool]] = [Post.organisation_id == any_(literal(inside, ARRAY(BigInteger)))]
    if (query := query_of(filters.words)) is not None:
        found.append(matches(query))
    if filters.topic_id is not None:
        found.append(Post.id.in_(select(PostTopic.post_id).where(PostTopic.topic_id == filters.topic_id)))
    equal = (
        (Post.language, filters.language),
        (Post.campaign_id, filters.campaign_id),
        (Post.author_id, filters.owner_id),
        (Post.author_id, actor.id if filters.mine else None),
    )
    return found + [column == value for column, value in equal if value is not None]
