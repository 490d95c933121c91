"""What a body's own version of a post was made of, and what changed in the original since."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from advocacy.cascade.models import OfferReply
from advocacy.content import attachments, versions
from advocacy.content import service as content
from advocacy.content.attachments import find_attachment
from advocacy.content.history import Piece, pieces
from advocacy.content.models import Post, PostState, Wording
from advocacy.content.telling import Names, label_of, lines_of
from advocacy.people.models import Person

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "withdrawn": ("withdrawn",),
    "title": ("title",),
    "summary": ("summary",),
    "link": ("link", "link_title", "link_description"),
    "language": ("language",),
    "image": ("image", "image_alt", "focus_x", "focus_y", "crops"),
    "wordings": ("wordings",),
    "topics": ("topic_ids",),
    "attachment": ("attachment",),
    "expires_at": ("expires_at",),
    "restrictions": ("locked", "countries", "roles"),
}
"""What a version of one's own takes from the original, in pieces that are taken over as one."""
_BESIDE: Final = ("withdrawn", "attachment")
_OF_FILE: Final = ("kind", "key", "name", "bytes", "pages", "seconds")
_COPIED: Final = (
    "title", "summary", "language", "link", "link_title", "link_description", "image", "image_alt", "focus_x",
    "focus_y", "crops", "expires_at", "locked", "countries", "roles", "utm_campaign", "campaign_id",
)  # fmt: skip

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a part: how it is called, what became of it in the original, what one's own version says."""

    label: str
    pieces: list[Piece]
    own: list[str]


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of the original that is not what the body saw last."""

    part: str
    fields: list[Field]


def content_of(post: Post) -> Content:
    """What a post is made of, fit for JSON."""
    snapshot = versions.snapshot_of(post)
    found = {name: snapshot[name] for part in PARTS.values() for name in part if name not in _BESIDE}
    file = find_attachment(post.id)
    found["attachment"] = {name: getattr(file, name) for name in _OF_FILE} if file is not None else None
    found["withdrawn"] = post.state == PostState.WITHDRAWN
    return found


def parts_changed(seen: Content | None, now: Content) -> list[str]:
    """The parts in which `now` is not what was seen; what was not kept then is not told."""
    seen = seen or {}
    return [
        part
        for part, names in PARTS.items()
        if any(name in seen and seen[name] != now[name] and name != "withdrawn" for name in names)
        or (part == "withdrawn" and now["withdrawn"] and not seen.get("withdrawn"))
    ]


def changes_of(reply: OfferReply, original: Post, names: Names) -> list[PartChange]:
    """What changed in the original since the body looked, beside what its own version says now."""
    if reply.seen is None or reply.adapted is None:
        return []
    now, own = content_of(original), content_of(reply.adapted)
    return [PartChange(part, _fields(part, reply.seen, now, own, names)) for part in parts_changed(reply.seen, now)]


def part_label(part: str) -> str:
    """What a part is called on the page."""
    own = {"withdrawn": _("Withdrawn"), "attachment": _("Attachment"), "restrictions": _("Restrictions")}
    return str(own.get(part) or label_of(PARTS[part][0]))


def make_copy(actor: Person, reply: OfferReply, original: Post) -> Post:
    """A draft of the body that says what the original says, for the body's own people; its history begins with that.
    Raises NotFound or Forbidden."""
    words = [
        Wording(position=place, network=one.network, language=one.language, text=one.text)
        for place, one in enumerate(original.wordings)
    ]
    values = {name: getattr(original, name) for name in _COPIED}
    copy = content.draft(actor, reply.organisation, **values, wordings=words, topics=list(original.topics))
    attachments.carry_over(actor, original, copy)
    versions.record(copy, actor, versions.EDITED)
    return copy


def mark_seen(reply: OfferReply, original: Post, parts: list[str]) -> None:
    """Have the body know of what these parts are now."""
    now = content_of(original)
    known = {name: now[name] for part in parts for name in PARTS[part]}
    reply.seen = {**(reply.seen or now), **known}
    if not parts_changed(reply.seen, now):
        reply.seen_version = original.version


def _fields(part: str, seen: Content, now: Content, own: Content, names: Names) -> list[Field]:
    if part == "withdrawn":
        return []
    changed = [name for name in PARTS[part] if seen.get(name) != now[name]]
    return [
        Field(
            part_label(part) if name == "attachment" else label_of(name),
            pieces("\n".join(_lines(name, seen.get(name), names)), "\n".join(_lines(name, now[name], names))),
            _lines(name, own[name], names),
        )
        for name in changed
    ]


def _lines(name: str, value: Any, names: Names) -> list[str]:
    if name == "attachment":
        return [str(value["name"])] if value else []
    return lines_of(name, value, names)
