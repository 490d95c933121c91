"""Writes the rules by which a programme's inbox is sorted, and what they did to what is in it."""

from sqlalchemy import select

from advocacy.db import db
from advocacy.demo.desk import Desk
from advocacy.sources import rules
from advocacy.sources.matching import Candidate, match
from advocacy.sources.models import Item, ItemState, RuleAction
from advocacy.sources.rules import RuleDraft


def write_rules(desk: Desk) -> None:
    """Add the rules; an item carries the first that matches it, unless that would have decided otherwise."""
    made = []
    for facts in desk.facts["rule"]:
        topic_ids = frozenset(desk.places.topics[key].id for key in facts["topics"])
        draft = RuleDraft(
            facts["name"],
            language=desk.plan.programme.language,
            keywords=tuple(facts["keywords"]),
            action=RuleAction(facts["action"]),
            topic_ids=topic_ids,
        )
        rule = rules.add_rule(desk.editor, desk.places.root, draft)
        rule.created_at = desk.ago(55)
        made.append(rule)
    for item in db.session.scalars(select(Item).where(Item.organisation_id == desk.places.root.id).order_by(Item.id)):
        for rule in made:
            words = match(rule, Candidate(item.source_id, item.language, item.title, item.summary))
            if words is None or (rule.action == RuleAction.DISMISS and item.state != ItemState.DISMISSED):
                continue
            item.rule_id, item.matched = rule.id, words
            break
    db.session.flush()
