"""What a reading brought is kept: new items once each over all sources of a body, sorted by its rules at once."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Organisation
from advocacy.sources.entries import Entry, Feed
from advocacy.sources.inbox import make_post
from advocacy.sources.inherited import rules_for
from advocacy.sources.links import canonical_link
from advocacy.sources.matching import Candidate, match
from advocacy.sources.models import Item, ItemState, Rule, RuleAction, Sighting, Source
from advocacy.sources.rules import may_draft

MOST_DRAFTS: Final = 20
"""Of one reading: a new source may bring hundreds of items, and the rest waits in the inbox."""


def keep(source: Source, feed: Feed) -> int:
    """Keep what is new, and note which items this source has as well; how many are new is the answer."""
    source.title = feed.title or source.title
    source.language = feed.language or source.language
    # Two sources of one body may bring the same page at the same moment: one after the other, so that it comes once.
    db.session.execute(
        select(Organisation.id).where(Organisation.id == source.organisation_id).with_for_update(key_share=True)
    )
    rows = [_row(source, entry) for entry in reversed(feed.entries)]
    elsewhere = _items_elsewhere(source, [row["link"] for row in rows])
    _note_sightings(source, {elsewhere[row["link"]] for row in rows if row["link"] in elsewhere})
    fresh = [row for row in rows if row["link"] not in elsewhere]
    if not fresh:
        return 0
    rules = rules_for(source)
    for row in fresh:
        _sort(row, rules)
    statement = insert(Item).values(fresh).on_conflict_do_nothing(index_elements=["source_id", "guid"])
    added = db.session.scalars(statement.returning(Item.id)).all()
    if added:
        source.last_item_at = utcnow()
        _make_drafts(added, rules)
    return len(added)


def _row(source: Source, entry: Entry) -> dict[str, Any]:
    now = utcnow()
    return {
        "organisation_id": source.organisation_id,
        "source_id": source.id,
        "guid": entry.guid,
        "link": canonical_link(entry.link),
        "title": entry.title,
        "summary": entry.summary,
        "image_url": entry.image_url,
        "image_alt": entry.image_alt,
        "language": entry.language or source.language,
        "published_at": entry.published_at,
        "found_at": now,
        "state": ItemState.NEW.value,
        "rule_id": None,
        "matched": None,
        "created_at": now,
    }


def _sort(row: dict[str, Any], rules: Sequence[Rule]) -> None:
    """Have the first rule that matches decide about an item to come."""
    candidate = Candidate(row["source_id"], row["language"], row["title"], row["summary"])
    for rule in rules:
        words = match(rule, candidate)
        if words is None:
            continue
        row["rule_id"], row["matched"] = rule.id, words
        row["language"] = rule.set_language or row["language"]
        if rule.action == RuleAction.DISMISS:
            row["state"] = ItemState.DISMISSED.value
        return


def _make_drafts(added: Sequence[int], rules: Sequence[Rule]) -> None:
    """Drafts of the newest items whose rule says so, in the name of its author."""
    drafting = [rule.id for rule in rules if rule.action == RuleAction.DRAFT and may_draft(rule)]
    if not drafting:
        return
    query = select(Item).where(Item.id.in_(added), Item.rule_id.in_(drafting))
    query = query.order_by(Item.id.desc()).limit(MOST_DRAFTS).options(joinedload(Item.rule).joinedload(Rule.author))
    for item in reversed(db.session.scalars(query).all()):
        rule = item.rule
        if rule is not None and rule.author is not None:
            make_post(rule.author, item, None, rule_name=rule.name)


def _items_elsewhere(source: Source, links: Sequence[str]) -> dict[str, int]:
    """Those of the links that the body has from another source, or pasted, each with its item."""
    if not links:
        return {}
    hashes = [hashlib.md5(link.encode(), usedforsecurity=False).hexdigest() for link in links]
    query = select(Item.link, Item.id).where(
        Item.organisation_id == source.organisation_id,
        func.md5(Item.link).in_(hashes),
        Item.source_id.is_distinct_from(source.id),
    )
    rows = db.session.execute(query.order_by(Item.id.desc())).all()
    return {link: item_id for link, item_id in rows if link is not None}


def _note_sightings(source: Source, item_ids: set[int]) -> None:
    rows = [{"item_id": item_id, "source_id": source.id, "created_at": utcnow()} for item_id in sorted(item_ids)]
    if rows:
        db.session.execute(insert(Sighting).on_conflict_do_nothing(), rows)
