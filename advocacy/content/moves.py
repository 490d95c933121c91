"""Moving a post along the board. What stands above content (approval) may take over the way into review and back."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from advocacy.clock import utcnow
from advocacy.content import service, versions
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.people import service as people
from advocacy.people.models import Person, Role

Mover = Callable[[Person, Post], object]
DRAFT, REVIEW, SCHEDULED, LIVE = Standing.DRAFT, Standing.REVIEW, Standing.SCHEDULED, Standing.LIVE
EXPIRED, WITHDRAWN = Standing.EXPIRED, Standing.WITHDRAWN
_WAYS: Final[dict[Standing, tuple[Standing, ...]]] = {
    DRAFT: (REVIEW, SCHEDULED, LIVE),
    REVIEW: (DRAFT, SCHEDULED, LIVE),
    SCHEDULED: (DRAFT, LIVE, WITHDRAWN),
    LIVE: (DRAFT, WITHDRAWN),
    EXPIRED: (DRAFT, WITHDRAWN),
    WITHDRAWN: (DRAFT,),
}
_review: dict[Standing, Mover] = {}


class NeedsMoment(Invalid):
    """A post can't be planned before it has a moment to come; the composer is where it is chosen."""


def wire_review(submit: Mover, send_back: Mover) -> None:
    """Have `submit(actor, post)` take a draft into review, and `send_back(actor, post)` take it out again."""
    _review.update({REVIEW: submit, DRAFT: send_back})


def moves_from(standing: Standing) -> tuple[Standing, ...]:
    """Where a post that stands there may be moved."""
    return _WAYS[standing]


def move(actor: Person, post: Post, to: Standing) -> None:
    """Have the post stand in another column. Raises Conflict for a move that there is not, NeedsMoment when it is to
    be planned without a moment to come, NotReady with what is missing before it may go live.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    now = standing_of(post)
    if to not in _WAYS[now]:
        raise Conflict(_("A post can’t be moved there from where it stands now."))
    versions.begin(post)
    if {now, to} == {DRAFT, REVIEW}:
        _change_review(actor, post, to)
    elif to is LIVE:
        service.publish(actor, post)
    elif to is SCHEDULED:
        service.publish(actor, post, _moment_of(post))
    elif now is WITHDRAWN:
        _put(actor, post, PostState.DRAFT)
    else:
        service.withdraw(actor, post)
        if standing_of(post) is not to:
            _put(actor, post, PostState(to.value))


def _change_review(actor: Person, post: Post, to: Standing) -> None:
    if to in _review:
        _review[to](actor, post)
        db.session.flush()
        versions.record(post, actor, versions.MOVED)
    else:
        _put(actor, post, PostState(to.value))


def _put(actor: Person, post: Post, state: PostState) -> None:
    post.state, post.updated_at = state.value, utcnow()
    versions.record(post, actor, versions.MOVED)


def _moment_of(post: Post) -> datetime:
    if post.publish_at is None or post.publish_at <= utcnow():
        raise NeedsMoment(_("Choose when it goes live first."))
    return post.publish_at
