"""Writes what people proposed, and what became of it."""

from datetime import timedelta
from typing import Any

from advocacy.content.events import ProposalAccepted
from advocacy.content.models import Proposal, ProposalState
from advocacy.db import db
from advocacy.demo.desk import Desk
from advocacy.sources.links import canonical_link


def write_proposals(desk: Desk) -> list[ProposalAccepted]:
    """Add the proposals; those that were accepted are returned, for their points."""
    rows = [_proposal(desk, facts) for facts in desk.facts["proposal"]]
    db.session.add_all(rows)
    db.session.flush()
    return [
        ProposalAccepted(row.id, row.person_id, row.post_id, row.decided_at, row.decided_by_id)
        for row in rows
        if row.post_id is not None and row.decided_at is not None
    ]


def _proposal(desk: Desk, facts: dict[str, Any]) -> Proposal:
    person = desk.person(facts["from"]) if "from" in facts else desk.somebody(facts["of"])
    link = desk.link(facts["page"]) if "page" in facts else None
    sent_at = desk.ago(facts["days"])
    row = Proposal(
        person_id=person.id,
        organisation_id=person.organisation_id,
        state=facts["state"],
        title=facts["title"],
        why=facts["why"],
        language=desk.plan.programme.language,
        link=link,
        canonical=canonical_link(link) if link else None,
        link_title=facts["title"] if link else "",
        note=facts.get("note", ""),
        sent_at=sent_at,
        created_at=sent_at,
    )
    if facts["state"] != ProposalState.WAITING:
        row.decided_at, row.decided_by_id = sent_at + timedelta(hours=20), desk.editor.id
    if facts["state"] == ProposalState.ACCEPTED:
        post = desk.post(facts["page"])
        row.post_id, post.proposed_by_id, post.credits_person = post.id, person.id, True
    return row
