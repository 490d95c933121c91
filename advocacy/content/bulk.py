"""One act on several posts: each is done or says why not, and none stops the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content import service, versions
from advocacy.content.events import PostChanged
from advocacy.content.gates import flaws_at_the_gates, flaws_of_publisher
from advocacy.content.listing import Standing
from advocacy.content.models import Post, PostState, Topic
from advocacy.content.moves import move
from advocacy.content.topics import get_topics
from advocacy.db import db
from advocacy.errors import NotFound, RelaisError
from advocacy.events import announce
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role, RoleGrant

MOST: Final = 100
MOST_OWNERS: Final = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one post: `refusal` is why nothing was changed, None when it was done."""

    post_id: int
    title: str
    refusal: Any = None


def withdraw(actor: Person, post_ids: Sequence[int]) -> list[Outcome]:
    """Take the posts out of everybody's feed."""
    return _each(actor, post_ids, lambda post: service.withdraw(actor, post))


def submit(actor: Person, post_ids: Sequence[int]) -> list[Outcome]:
    """Move the drafts into review."""
    return _each(actor, post_ids, lambda post: move(actor, post, Standing.REVIEW))


def add_topic(actor: Person, post_ids: Sequence[int], topic_id: int) -> list[Outcome]:
    """Have the posts be about one topic more."""

    def added(post: Post) -> None:
        found = get_topics(post.organisation.root_id, [topic_id])
        if found[0] not in post.topics:
            post.topics = sorted([*post.topics, *found], key=_id_of)
            _let_out(actor, post)
            _touch(actor, post)
            announce(PostChanged(post.id, actor.id, "edited"))

    return _each(actor, post_ids, added)


def change_owner(actor: Person, post_ids: Sequence[int], owner_id: int) -> list[Outcome]:
    """Give the posts to another editor."""

    def given(post: Post) -> None:
        owner = db.session.get(Person, owner_id)
        if owner is None or not owner.is_active or owner.role_at(post.organisation) is None:
            raise NotFound(_("This person is not here."))
        if not people.may(owner, Role.EDITOR, post.organisation):
            raise NotFound(_("%(name)s is no editor of %(body)s.", name=owner.name, body=post.organisation.name))
        if post.author_id != owner.id:
            post.author_id = owner.id
            _touch(actor, post)

    return _each(actor, post_ids, given)


def owners_among(bodies: Sequence[Organisation]) -> list[tuple[int, str]]:
    """Who edits at one of these bodies or above: id and name, by name, MOST_OWNERS at most."""
    heights = {above for body in bodies for above in body.lineage}
    granted = select(RoleGrant.person_id).where(
        RoleGrant.organisation_id.in_(heights), RoleGrant.role.in_([Role.EDITOR.value, Role.ADMIN.value])
    )
    query = select(Person.id, Person.name).where(Person.id.in_(granted), Person.deactivated_at.is_(None))
    rows = db.session.execute(query.order_by(Person.name, Person.id).limit(MOST_OWNERS))
    return [(row.id, row.name) for row in rows]


def _each(actor: Person, post_ids: Sequence[int], act: Callable[[Post], None]) -> list[Outcome]:
    """Locked in the order of their ids, so that two editors never wait for each other; each in a savepoint."""
    found = []
    for post_id in sorted(set(post_ids))[:MOST]:
        title = ""
        try:
            with db.session.begin_nested():
                post = service.get_editable(actor, post_id, locked=True)
                title = post.title
                act(post)
            found.append(Outcome(post_id, title))
        except service.NotReady as error:
            found.append(Outcome(post_id, title, " ".join(str(flaw.sentence) for flaw in error.flaws)))
        except RelaisError as error:
            found.append(Outcome(post_id, title, str(error.sentence)))
    return found


def _let_out(actor: Person, post: Post) -> None:
    """A live post stays one that may be live: its topics are part of what was approved."""
    if post.state == PostState.PUBLISHED:
        flaws = flaws_at_the_gates(post, post.publish_at) or flaws_of_publisher(actor, post)
        if flaws:
            raise service.NotReady(flaws)


def _touch(actor: Person, post: Post) -> None:
    post.updated_at = utcnow()
    versions.record(post, actor, versions.EDITED)


def _id_of(topic: Topic) -> int:
    return topic.id
