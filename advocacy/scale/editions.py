"""The posts of the nation, as planned: whose they are, for whom, in what state and when, in what words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from advocacy.content.models import PostState
from advocacy.scale.inhabitants import TOPICS, Circle, editors_of
from advocacy.scale.nation import Body
from advocacy.scale.plan import YEARS, Plan, Skewed
from advocacy.scale.sentences import Said, say

SITE: Final = "https://aubrelle.example/articles"
_YOUNG: Final = timedelta(days=20)


@dataclass(slots=True)
class Edition:
    """A post to be written; `audiences` are ids of bodies, and of groups beyond the last body's."""

    id: int
    body: Body
    author_id: int
    language: str
    said: Said
    state: PostState
    created_at: datetime
    updated_at: datetime
    publish_at: datetime | None
    expires_at: datetime | None
    campaign_id: int | None
    audiences: list[int]
    topics: list[int]
    proposer_id: int | None
    tongues: list[str] = field(default_factory=list)
    """The language of each caption."""
    pinned_until: datetime | None = None
    first_wording_id: int = 0

    @property
    def is_published(self) -> bool:
        """Whether it is or will be seen."""
        return self.state is PostState.PUBLISHED

    @property
    def link(self) -> str:
        """The page it leads to."""
        return f"{SITE}/{self.id}"


class Press:
    """Makes the editions in the order of their ids, oldest first."""

    def __init__(self, plan: Plan, bodies: Sequence[Body], circles: Sequence[Circle], campaigns: int) -> None:
        """Prepare; `campaigns` of the head are there, ids from 1."""
        self.plan = plan
        self.bodies = bodies
        self.circles = circles
        self.campaigns = campaigns
        self._regions = [body for body in bodies if body.depth == 1] or list(bodies)
        self._topics = Skewed(len(TOPICS), 0.9)
        self._bodies = Skewed(len(bodies), 0.6)
        self._circles = Skewed(len(circles), 0.7) if circles else None

    def editions(self) -> Iterator[Edition]:
        """All of them, one at a time."""
        rng = self.plan.rng("posts")
        for number in range(1, self.plan.posts + 1):
            yield self._edition(number, rng)

    def _edition(self, number: int, rng: Random) -> Edition:
        body, audiences = self._aim(rng)
        age = timedelta(days=YEARS * 365 * (1 - (number - rng.random()) / self.plan.posts) ** 1.15)
        created = self.plan.now - age
        state, publish_at, updated_at = self._fate(created, age, rng)
        expires_at = None
        if publish_at is not None and state is not PostState.DRAFT and rng.random() < 0.72:
            expires_at = publish_at + timedelta(days=10 + rng.random() * 170)
        language = "en" if rng.random() < 0.22 else "fr"
        said = say(language, body.name, rng)
        editors = editors_of(body) or editors_of(self.bodies[0])
        proposed = state is PostState.PUBLISHED and rng.random() < 0.03
        found = Edition(
            id=number,
            body=body,
            author_id=editors[int(rng.random() * len(editors))],
            language=language,
            said=said,
            state=state,
            created_at=created,
            updated_at=updated_at,
            publish_at=publish_at,
            expires_at=expires_at,
            campaign_id=1 + int(rng.random() * self.campaigns) if self.campaigns and rng.random() < 0.3 else None,
            audiences=audiences,
            topics=sorted({self._topics.draw(rng) + 1 for _ in range(int(rng.random() * 3))}),
            proposer_id=body.below[int(rng.random() * len(body.below))] if proposed else None,
        )
        found.tongues = [language if rng.random() < 0.93 else "en" for _ in said.captions]
        if expires_at is not None and age < timedelta(days=4) and rng.random() < 0.02:
            found.pinned_until = self.plan.now + timedelta(days=2)
        return found

    def _aim(self, rng: Random) -> tuple[Body, list[int]]:
        """Whose the post is, and for whom: everybody, a region, a body, a group; now and then two of them."""
        drawn = rng.random()
        if drawn < 0.2:
            body = self.bodies[0]
        elif drawn < 0.35:
            body = self._regions[int(rng.random() * len(self._regions))]
        elif drawn < 0.8 or self._circles is None:
            body = self.bodies[self._bodies.draw(rng)]
        else:
            circle = self.circles[self._circles.draw(rng)]
            return circle.body, [len(self.bodies) + circle.id]
        audiences = [body.id]
        if rng.random() < 0.12 and self._circles is not None:
            audiences.append(len(self.bodies) + self._circles.draw(rng) + 1)
        return body, audiences

    def _fate(self, created: datetime, age: timedelta, rng: Random) -> tuple[PostState, datetime | None, datetime]:
        """The state, the moment of publication and of the last change."""
        now, drawn = self.plan.now, rng.random()
        touched = min(now, created + timedelta(hours=rng.expovariate(1 / 30)))
        draft, review, planned = (0.16, 0.25, 0.34) if age < _YOUNG else (0.03, 0.032, 0.032)
        if drawn < draft:
            return PostState.DRAFT, None, touched
        if drawn < review:
            return PostState.REVIEW, None, touched
        if drawn < planned:
            return PostState.PUBLISHED, now + timedelta(minutes=10 + rng.random() * 40000), touched
        published = min(touched, now - timedelta(seconds=1))
        published = max(published, created)
        if drawn > 0.965:
            return PostState.WITHDRAWN, published, min(now, published + timedelta(days=rng.random() * 60))
        return PostState.PUBLISHED, published, published
