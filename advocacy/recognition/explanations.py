"""Each line of the ledger in words: what it is for, and why it has as many points as it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.content.models import Post, PostState
from advocacy.db import db
from advocacy.networks import registry
from advocacy.recognition.ledger import Reason, Why
from advocacy.recognition.models import PointEntry


@dataclass(frozen=True)
class Explained:
    """A line as the page shows it. `post_id` is set where there is a page to link to."""

    earned_at: datetime
    sentence: str
    detail: str
    points: int
    rules_version: int
    title: str
    language: str
    post_id: int | None


def explain(entries: Sequence[PointEntry]) -> list[Explained]:
    """The lines in words, in the reader's language; one query for all titles."""
    ids = {entry.note["post_id"] for entry in entries if "post_id" in entry.note}
    query = select(Post.id, Post.title, Post.language, Post.state).where(Post.id.in_(ids))
    found = {row.id: row for row in db.session.execute(query)} if ids else {}
    lines = []
    for entry in entries:
        post = found.get(entry.note.get("post_id", 0))
        lines.append(
            Explained(
                earned_at=entry.earned_at,
                sentence=_sentence(entry),
                detail=_detail(entry),
                points=entry.points,
                rules_version=entry.rules_version,
                title=post.title if post else "",
                language=post.language if post else "",
                post_id=post.id if post and post.state == PostState.PUBLISHED else None,
            )
        )
    return lines


def _sentence(entry: PointEntry) -> str:
    match entry.reason:
        case Reason.SHARE:
            return str(_("A share"))
        case Reason.OWN_WORDS:
            return str(_("Words of your own"))
        case Reason.READER:
            return str(_("A reader of your link") if entry.points else _("More readers of your link"))
        case Reason.PROPOSAL:
            return str(_("A proposal of yours was accepted"))
        case Reason.CORRECTION:
            return str(_("Correction"))
    return entry.reason


def _detail(entry: PointEntry) -> str:
    note = entry.note
    if "why" in note:
        return _nothing(note["why"], note)
    match entry.reason:
        case Reason.SHARE:
            return str(_("Once for a content, however many networks"))
        case Reason.OWN_WORDS if "alike" in note:
            facts = {"alike": note["alike"], "limit": note.get("limit", 0)}
            return str(_("%(alike)s%% in common with the suggestion; under %(limit)s%% the words are yours", **facts))
        case Reason.PROPOSAL:
            return str(_("Once for a proposal, whatever becomes of its post"))
        case Reason.READER:
            return str(_("1 point for each reader and day, at most %(cap)s for a share", cap=note.get("cap", 0)))
    return str(note.get("text", ""))


def _nothing(why: str, note: dict[str, object]) -> str:
    match why:
        case Why.WEEK_FULL:
            return str(_("Beyond %(cap)s contents a week, a share counts but earns nothing", cap=note.get("cap", 0)))
        case Why.AGAIN:
            return str(_("This content had earned its points already"))
        case Why.DECLARED:
            return str(_("You told us that it is online; only what a network confirms earns points"))
        case Why.NETWORK:
            return str(_("%(network)s does not allow points for posts", network=_label(str(note.get("network", "")))))
        case Why.SHARE_FULL:
            return str(_("The first %(cap)s readers of a share earn; the others are counted", cap=note.get("cap", 0)))
        case Why.BY_RULE:
            return str(_("Published by the rule of its group; only what an editor accepts earns points"))
        case Why.OWN_PROPOSAL:
            return str(_("You accepted it yourself; only what somebody else accepts earns points"))
    return ""


def _label(network: str) -> str:
    adapter = registry.find_adapter(network)
    return adapter.capabilities.label if adapter else network
