"""Posts, from a draft to the feed and out of it again. Whoever edits must be editor at the post's organisation."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content import versions
from advocacy.content.aims import Aim, aim_at
from advocacy.content.campaigns import serve
from advocacy.content.drafts import LONGEST_ALT, LONGEST_DRAFT_TITLE, Flaw, PostDraft, flaws_of_draft, flaws_of_post
from advocacy.content.events import PostChanged
from advocacy.content.feed import FeedPage, count_new, feed_for, posts_in_order, visible_post
from advocacy.content.gates import flaws_at_the_gates, flaws_of_publisher
from advocacy.content.models import Post, PostState, Wording
from advocacy.content.shelf import dismiss, has_dismissed, has_saved, restore, save, unsave
from advocacy.content.topics import add_topic, follow_topics, followed_topics, get_topics, topics_of
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.events import announce
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID

__all__ = [
    "FeedPage",
    "NotReady",
    "add_topic",
    "count_new",
    "dismiss",
    "draft",
    "edit",
    "feed_for",
    "follow_topics",
    "followed_topics",
    "get_editable",
    "has_dismissed",
    "has_saved",
    "posts_in_order",
    "publish",
    "publish_by_rule",
    "restore",
    "save",
    "show_link",
    "topics_of",
    "unsave",
    "visible_post",
    "withdraw",
]

FURTHEST: Final = timedelta(days=3 * 365)


class NotReady(Invalid):
    """A post or a draft can't be as it is; `flaws` says what to change, and where."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__(flaws[0].sentence)
        self.flaws = flaws


def get_editable(actor: Person, post_id: int, *, locked: bool = False) -> Post:
    """The post, for an editor of its organisation; `locked` until the transaction ends, for who is about to change it.
    Raises NotFound for one of another programme, Forbidden for who is no editor there."""
    query = select(Post).where(Post.id == post_id)
    if locked:
        query = query.with_for_update(of=Post).execution_options(populate_existing=True)
    post = db.session.scalar(query) if post_id <= LARGEST_ID else None
    if post is None:
        raise NotFound
    people.require(actor, Role.EDITOR, post.organisation)
    return post


def draft(actor: Person, organisation: Organisation, **values: Any) -> Post:
    """A new draft for the organisation and all below it, with the given columns of Post. Raises as `people.require`."""
    people.require(actor, Role.EDITOR, organisation)
    post = Post(**{"author_id": actor.id, "language": actor.language, **values}, updated_at=utcnow())
    post.organisation = organisation
    db.session.add(post)
    aim_at(actor, post, Aim(frozenset({organisation.id})))
    db.session.flush()
    return post


def edit(actor: Person, post: Post, version: int, typed: PostDraft, *, assisted: bool = False) -> None:
    """Have the post be as typed; a scheduled one moves to the typed moment if that is still to come. The history
    marks it where the typing was `assisted`. Raises
    Conflict when it is not at `version` any more, NotReady for what can't be kept (a published post must stay fit
    to be live), NotFound for topics or audiences that are not the editor's to choose.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    if post.version != version:
        raise Conflict(
            _(
                "Somebody else saved this post meanwhile. What you typed is kept here: compare it with their version,"
                " then save again to put yours in its place."
            )
        )
    if flaws := flaws_of_draft(typed):
        raise NotReady(flaws)
    versions.begin(post)
    with db.session.no_autoflush:
        _put(actor, post, typed)
    if _is_scheduled(post) and typed.publish_at is not None and typed.publish_at > utcnow():
        _set_state(post, PostState.PUBLISHED, typed.publish_at)
    _check_published(actor, post)
    db.session.flush()
    versions.record(post, actor, versions.EDITED, assisted=assisted)
    announce(PostChanged(post.id, actor.id, "edited"))


def publish(actor: Person, post: Post, at: datetime | None = None) -> None:
    """Have the post be live now, or from `at` (aware, in the future). Raises NotReady for what is missing, Conflict
    when it is live already.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    if post.state == PostState.PUBLISHED and not _is_scheduled(post):
        raise Conflict(_("This post is live already."))
    publish_by_rule(post, at, actor)


def publish_by_rule(post: Post, at: datetime | None = None, actor: Person | None = None) -> None:
    """Have a draft be live now, or from `at`, where a rule allows it and no editor is asked; everything else that
    stands in the way of a post stands in its way too. Raises NotReady.
    """
    now = utcnow()
    if at is not None and not now < at < now + FURTHEST:
        raise NotReady([Flaw("publish_at", _("Choose a moment that is still to come, within three years."))])
    if flaws := flaws_of_post(post, at) or flaws_at_the_gates(post, at) or flaws_of_publisher(actor, post):
        raise NotReady(flaws)
    _set_state(post, PostState.PUBLISHED, at or now)
    db.session.flush()
    versions.record(post, actor, versions.PUBLISHED)
    announce(PostChanged(post.id, actor.id if actor else None, "published"))


def withdraw(actor: Person, post: Post) -> None:
    """Take the post out of everybody's feed; one that nobody could see yet is a draft again. Raises Conflict for a
    draft or a post that was withdrawn before.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    if post.state != PostState.PUBLISHED or post.publish_at is None:
        raise Conflict(_("This post is not in the feed."))
    _set_state(post, PostState.DRAFT if _is_scheduled(post) else PostState.WITHDRAWN, post.publish_at)
    db.session.flush()
    versions.record(post, actor, versions.WITHDRAWN)
    announce(PostChanged(post.id, actor.id, "withdrawn"))


def show_link(actor: Person, post: Post, title: str, description: str, image: str | None, image_alt: str) -> None:
    """Have the post show what its link's page says. A title or a picture that it has already stays. Raises NotReady
    where a published post may not change like this.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    versions.begin(post)
    post.link_title, post.link_description = title, description
    post.title = post.title or clean_line(title, LONGEST_DRAFT_TITLE)
    if image is not None and post.image is None:
        post.image, post.image_alt = image, post.image_alt or clean_line(image_alt, LONGEST_ALT)
    post.updated_at = utcnow()
    _check_published(actor, post)
    db.session.flush()
    versions.record(post, actor, versions.EDITED)
    announce(PostChanged(post.id, actor.id, "edited"))


def _check_published(actor: Person, post: Post) -> None:
    """A published post must stay fit to be live, and let out by who may. Raises NotReady."""
    if post.state == PostState.PUBLISHED:
        flaws = flaws_of_post(post, post.publish_at) or flaws_at_the_gates(post, post.publish_at)
        if flaws := flaws or flaws_of_publisher(actor, post):
            raise NotReady(flaws)


def _is_scheduled(post: Post) -> bool:
    return post.state == PostState.PUBLISHED and post.publish_at is not None and post.publish_at > utcnow()


def _put(actor: Person, post: Post, typed: PostDraft) -> None:
    if typed.link != post.link:
        post.link, post.link_title, post.link_description = typed.link, "", ""
    post.title, post.summary, post.language = typed.title, typed.summary, typed.language
    post.image, post.image_alt = typed.image, typed.image_alt if typed.image else ""
    post.expires_at = typed.expires_at
    post.focus_x, post.focus_y = typed.focus if typed.focus and typed.image else (None, None)
    post.crops = typed.crops if typed.image else None
    post.pinned_until, post.featured, post.utm_campaign = typed.pinned_until, typed.featured, typed.utm_campaign
    if post.state != PostState.PUBLISHED:
        post.publish_at = typed.publish_at
    serve(post, typed.campaign_id)
    post.topics = get_topics(post.organisation.root_id, typed.topic_ids)
    aim_at(actor, post, typed.aim)
    _put_wordings(post, typed)
    post.updated_at = utcnow()


def _put_wordings(post: Post, typed: PostDraft) -> None:
    """A caption that did not change keeps its id, since shares remember which one they took."""
    before = list(post.wordings)
    after: list[Wording] = []
    for wanted in typed.wordings:
        words = (wanted.network, wanted.language, wanted.text)
        same = next((one for one in before if (one.network, one.language, one.text) == words), None)
        if same is None:
            same = Wording(network=wanted.network, language=wanted.language, text=wanted.text)
        else:
            before.remove(same)
        same.position = len(after)
        after.append(same)
    post.wordings = after


def _set_state(post: Post, state: PostState, publish_at: datetime) -> None:
    post.state, post.publish_at, post.updated_at = state.value, publish_at, utcnow()
    for row in post.audiences:
        row.publish_at = publish_at if state is PostState.PUBLISHED else None
