"""Writes a post that the programme offers to its bodies, and what each of them made of it so far."""

from datetime import timedelta
from typing import Any

from advocacy.cascade import replies, service
from advocacy.cascade.models import Answer, OfferReply
from advocacy.cascade.service import OfferDraft
from advocacy.content import versions
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.demo.desk import Desk
from advocacy.people.models import Person, Role, RoleGrant

_OFFERED, _ANSWERED, _CHANGED = 2.0, 1.6, 0.4
"""Days ago."""


def write_offer(desk: Desk) -> None:
    """Add the offer: one body inherited it, one adapted it before it changed, one declined, one waits."""
    facts = desk.facts["offer"]
    post = desk.post(facts["page"])
    final, post.summary = post.summary, facts["before"]
    asked = frozenset(desk.places.bodies[each["body"]].id for each in facts["to"])
    offer = service.offer(desk.editor, post, OfferDraft(organisation_ids=asked, note=facts["note"]))
    offer.offered_at, offer.reply_by = desk.ago(_OFFERED), desk.day(2)
    db.session.flush()
    rows = {row.organisation_id: row for row in db.session.query(OfferReply).filter_by(offer_id=offer.id)}
    for place, each in enumerate(facts["to"]):
        row = rows[desk.places.bodies[each["body"]].id]
        row.tell_at, row.told_at = None, offer.offered_at
        _answer(desk, row, _editor(desk, each), each, desk.ago(_ANSWERED) + timedelta(hours=3 * place))
    post.summary, post.updated_at = final, desk.ago(_CHANGED)
    db.session.flush()


def _editor(desk: Desk, each: dict[str, Any]) -> Person:
    """Who edits for the body: named by its file, or somebody of the body who is granted it."""
    if "editor" in each:
        return desk.person(each["editor"])
    person, body = desk.somebody(each["body"]), desk.places.bodies[each["body"]]
    person.grants.append(RoleGrant(organisation_id=body.id, role=Role.EDITOR.value, created_at=desk.ago(30)))
    db.session.flush()
    return person


def _answer(desk: Desk, row: OfferReply, editor: Person, each: dict[str, Any], at: Any) -> None:
    if "answer" not in each:
        return
    replies.answer(editor, row.id, Answer(each["answer"]), None, each.get("reason", ""))
    row.answered_at = at
    if row.adapted_id is not None:
        copy = db.session.get_one(Post, row.adapted_id)
        copy.created_at = copy.updated_at = at
        versions.versions_of(copy)[0].created_at = at
        copy.title, copy.updated_at = each["title"], at + timedelta(minutes=20)
        versions.record(copy, editor, versions.EDITED).created_at = copy.updated_at
