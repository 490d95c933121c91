"""Writes the campaigns of a programme, and the topics that its bodies and groups were given."""

from datetime import timedelta

from advocacy.clock import midnight
from advocacy.content.models import Campaign, TopicAssignment
from advocacy.db import db
from advocacy.demo.desk import Desk


def write_campaigns(desk: Desk) -> None:
    """Add one that runs, one that is over and one to come, each with its posts."""
    for facts in desk.facts["campaign"]:
        kind, number = facts["target"]
        starts_on = desk.day(facts["starts"])
        begun = midnight(starts_on, desk.plan.programme.zone)
        campaign = Campaign(
            root_id=desk.places.root.id,
            organisation_id=desk.places.root.id,
            name=facts["name"],
            aim=facts["aim"],
            starts_on=starts_on,
            ends_on=desk.day(facts["ends"]),
            hashtag=facts["hashtag"],
            slug=facts["slug"],
            target_kind=kind,
            target_number=number,
            created_at=min(begun, desk.plan.now) - timedelta(days=6),
        )
        db.session.add(campaign)
        for page in facts["pages"]:
            desk.post(page).campaign = campaign
    db.session.flush()


def write_assignments(desk: Desk) -> None:
    """Give topics to a body and to a group."""
    for facts in desk.facts["assigned"]:
        audience = desk.places.of_body[facts["body"]] if "body" in facts else desk.places.of_group[facts["group"]]
        topic = desk.places.topics[facts["topic"]]
        db.session.add(TopicAssignment(topic_id=topic.id, audience_id=audience.id, created_at=desk.ago(60)))
    db.session.flush()
