"""What changed from one version of a post to the next, and going back to one."""

import difflib
import re
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.aims import Aim, aim_at
from advocacy.content.drafts import flaws_of_post
from advocacy.content.events import PostChanged
from advocacy.content.gates import flaws_at_the_gates, flaws_of_publisher
from advocacy.content.models import Post, PostState, PostVersion, Topic, Wording
from advocacy.content.service import NotReady
from advocacy.content.versions import (
    BEFORE,
    RESTORED,
    Snapshot,
    columns_kept,
    find_version,
    kept_beside,
    record,
    value_of,
    versions_of,
)
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.events import announce
from advocacy.people import service as people
from advocacy.people.models import Person, Role

__all__ = ["BEFORE", "Change", "Piece", "changed_between", "pieces", "record", "restore", "versions_of"]

_TOKENS: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST_COMPARED: Final = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: `kind` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs: what it was and what it became, as JSON holds it."""

    name: str
    before: Any
    after: Any


def changed_between(before: Snapshot, after: Snapshot) -> list[Change]:
    """The fields that differ, in the order of the later snapshot."""
    names = [*after, *(name for name in before if name not in after)]
    return [Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def pieces(before: str, after: str) -> list[Piece]:
    """The difference of two texts word by word; put together without `new` it is `before`, without `gone` `after`."""
    if len(before) + len(after) > _LONGEST_COMPARED:
        return [piece for piece in (Piece("gone", before), Piece("new", after)) if piece.text]
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    found: list[Piece] = []
    for act, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        found += [Piece(kind, text) for kind, text in (("gone", "".join(old[i:j])), ("new", "".join(new[k:m]))) if text]
    return found


def restore(actor: Person, post: Post, number: int) -> PostVersion:
    """Have the post hold what it held at version `number`; that is a new version. Where it stands (draft, live) stays,
    and so does the moment it goes live. Raises NotFound for a version that there is not or for audiences that are not
    open to `actor`, NotReady when a live post would not be fit to be live.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    wanted = find_version(post, number)
    if wanted is None:
        raise NotFound
    with db.session.no_autoflush:
        _put_back(actor, post, wanted.snapshot)
    if post.state == PostState.PUBLISHED:
        flaws = flaws_of_post(post, post.publish_at) or flaws_at_the_gates(post, post.publish_at)
        if flaws := flaws or flaws_of_publisher(actor, post):
            raise NotReady(flaws)
    found = record(post, actor, f"{RESTORED} {number}")
    announce(PostChanged(post.id, actor.id, "edited"))
    return found


def said_of(what: str) -> str:
    """What was done, as a person reads it."""
    act, _space, number = what.partition(" ")
    said = {
        "before": _("As it was before its history began"),
        "edited": _("Changes saved"),
        "published": _("Published"),
        "withdrawn": _("Taken out of the feed"),
        "moved": _("Moved on the board"),
        "restored": _("Version %(number)s brought back", number=number),
    }
    return str(said.get(act, what))


def _put_back(actor: Person, post: Post, snapshot: Snapshot) -> None:
    kept = {"publish_at"} if post.state == PostState.PUBLISHED else set()
    for name in columns_kept():
        if name in snapshot and name not in kept:
            setattr(post, name, value_of(name, snapshot[name]))
    known = select(Topic).where(Topic.organisation_id == post.organisation.root_id)
    post.topics = list(db.session.scalars(known.where(Topic.id.in_(snapshot["topic_ids"])).order_by(Topic.id)))
    aim_at(actor, post, Aim(frozenset(snapshot["organisation_ids"]), frozenset(snapshot["group_ids"])))
    _put_wordings(post, snapshot["wordings"])
    for name, beside in kept_beside().items():
        if name in snapshot["beside"]:
            beside.put_back(actor, post, snapshot["beside"][name])
    post.updated_at = utcnow()


def _put_wordings(post: Post, wanted: list[dict[str, Any]]) -> None:
    """A caption that is there already keeps its id, since shares remember which one they took."""
    before = list(post.wordings)
    after: list[Wording] = []
    for values in wanted:
        same = next((one for one in before if all(getattr(one, key) == value for key, value in values.items())), None)
        if same is None:
            same = Wording(**values)
        else:
            before.remove(same)
        same.position = len(after)
        after.append(same)
    post.wordings = after
