"""A body's own version follows the original: its editors are told what changed there and take it over, or don't."""

from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from advocacy.approval import service as approval
from advocacy.cascade import letters
from advocacy.cascade.copies import PARTS, Content, content_of, mark_seen, parts_changed
from advocacy.cascade.models import Answer, Offer, OfferReply
from advocacy.cascade.replies import find_reply_of, hold_reply
from advocacy.content import attachments, versions
from advocacy.content import service as content
from advocacy.content.aims import Aim
from advocacy.content.drafts import Flaw, PostDraft
from advocacy.content.events import PostChanged
from advocacy.content.merging import BOTH, THEIRS, differences, draft_of, merged
from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict
from advocacy.people.models import Person

_TYPED: Final = {
    "title": ("title",),
    "summary": ("summary",),
    "link": ("link",),
    "language": ("language",),
    "image": ("image", "image_alt", "focus", "crops"),
    "wordings": ("wordings",),
    "topics": ("topic_ids",),
    "expires_at": ("expires_at",),
}
"""The parts that an editor types, and how a draft calls them."""


def note_seen(actor: Person, reply_id: int, part: str) -> None:
    """Have the body know of a change of the original and leave its own version as it is. Raises BadRequest."""
    reply = _adapted(actor, reply_id)
    mark_seen(reply, reply.offer.post, [_known(part)])


def take_over(actor: Person, reply_id: int, part: str) -> str | None:
    """Have the body's own version say what the original says in this part; of captions and topics it keeps what it
    added itself. The key of a file that it lets go of is returned, for `attachments.discard` once this is committed.
    Raises BadRequest, and what saving a post raises: NotReady where a live one would not be fit to be live.
    """
    reply = _adapted(actor, reply_id)
    original, released = reply.offer.post, None
    copy = content.get_editable(actor, reply.adapted_id or 0, locked=True)
    if _known(part) == "withdrawn":
        if copy.state == PostState.PUBLISHED:
            content.withdraw(actor, copy)
    elif part == "restrictions":
        countries, roles = list(original.countries or ()), list(original.roles or ())
        approval.restrict(actor, copy, locked=original.locked, countries=countries, roles=roles)
    elif part == "attachment":
        released = attachments.carry_over(actor, original, copy)
    else:
        _type(actor, reply, copy, part)
    mark_seen(reply, original, [part])
    return released


def flaws_of_copy(post: Post, _publish_at: Any) -> list[Flaw]:
    """The gate: where the words of the original are locked, those of a body's own version are its words."""
    reply = find_reply_of(post)
    if reply is None or not reply.offer.post.locked:
        return []
    theirs = {(one.network, one.language, one.text) for one in reply.offer.post.wordings}
    own = {(one.network, one.language, one.text) for one in post.wordings}
    if post.locked and own <= theirs:
        return []
    return [Flaw("captions", _("The words of the original are locked: share them as they are, and keep them locked."))]


def note_change(event: PostChanged) -> None:
    """Tell those who follow the post that it was withdrawn; where nothing that they took has changed, they know."""
    query = select(OfferReply).join(Offer).where(Offer.post_id == event.post_id)
    query = query.where(OfferReply.answer == Answer.ADAPTED.value, OfferReply.adapted_id.is_not(None))
    followed = db.session.scalars(query.options(joinedload(OfferReply.adapted))).all()
    if not followed:
        return
    original = db.session.get_one(Post, event.post_id)
    now = content_of(original)
    for reply in followed:
        if not parts_changed(reply.seen, now):
            reply.seen_version = original.version
    if now["withdrawn"] and event.what == "withdrawn":
        letters.tell_withdrawn(original, list(followed))


def _adapted(actor: Person, reply_id: int) -> OfferReply:
    reply = hold_reply(actor, reply_id)
    if reply.answer != Answer.ADAPTED or reply.adapted_id is None:
        raise Conflict(_("This organisation has no version of its own."))
    return reply


def _known(part: str) -> str:
    if part not in PARTS:
        raise BadRequest
    return part


def _type(actor: Person, reply: OfferReply, copy: Post, part: str) -> None:
    """As if the editor typed it."""
    original, names = reply.offer.post, _TYPED[part]
    base, theirs, mine = _draft(reply.seen or {}), _draft(content_of(original)), draft_of(versions.snapshot_of(copy))
    found = [one for one in differences(base, theirs, mine) if one.name in names]
    chosen = {one.name: BOTH if BOTH in one.choices and not original.locked else THEIRS for one in found}
    content.edit(actor, copy, copy.version, merged(mine, found, chosen))
    if part == "link":
        content.show_link(actor, copy, original.link_title, original.link_description, None, "")


def _draft(seen: Content) -> PostDraft:
    return replace(draft_of({**seen, "organisation_ids": [], "group_ids": []}), aim=Aim())
