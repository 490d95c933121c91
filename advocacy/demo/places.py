"""Writes the organisations, groups, topics and audiences of a programme."""

from dataclasses import dataclass
from datetime import timedelta

from advocacy.content.models import Audience, Topic
from advocacy.db import db
from advocacy.demo.plan import Plan
from advocacy.groups.models import Group
from advocacy.people import service as people
from advocacy.people.models import Organisation


@dataclass(frozen=True)
class Places:
    """What a programme is made of, by name; the root's name is empty."""

    bodies: dict[str, Organisation]
    groups: dict[str, Group]
    topics: dict[str, Topic]
    of_body: dict[str, Audience]
    of_group: dict[str, Audience]

    @property
    def root(self) -> Organisation:
        """The root organisation."""
        return self.bodies[""]


def write_places(plan: Plan) -> Places:
    """Add them to the session, with their ids."""
    facts, founded = plan.programme.facts, plan.now - timedelta(days=100)
    root = people.found_organisation(
        plan.programme.name, hue=facts["hue"], disclosure=facts["disclosure"], time_zone=plan.programme.zone
    )
    bodies = {"": root}
    for body in facts["bodies"]:
        bodies[body["name"]] = people.found_organisation(body["name"], root)
    groups = {each["name"]: Group(organisation_id=root.id, name=each["name"]) for each in facts["groups"]}
    topics = {
        each["key"]: Topic(organisation_id=root.id, name_fr=each["fr"], name_en=each["en"], icon=each["icon"])
        for each in facts["topics"]
    }
    made: list[Organisation | Group | Topic] = [*bodies.values(), *groups.values(), *topics.values()]
    for row in made:
        row.created_at = founded
    db.session.add_all([*groups.values(), *topics.values()])
    db.session.flush()
    of_body = {name: Audience(organisation_id=body.id) for name, body in bodies.items()}
    of_group = {name: Audience(group_id=group.id) for name, group in groups.items()}
    db.session.add_all([*of_body.values(), *of_group.values()])
    db.session.flush()
    return Places(bodies, groups, topics, of_body, of_group)
