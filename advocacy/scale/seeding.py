"""Makes the nation in one transaction of the caller's, a part at a time, in memory that does not grow with it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, text

from advocacy.content.models import Audience, Campaign, Post, Topic, TopicFollow, Wording
from advocacy.db import db
from advocacy.groups.models import Group, Membership
from advocacy.networks.models import Account
from advocacy.people.models import Organisation, Person, RoleGrant
from advocacy.recognition import service as recognition
from advocacy.scale import inhabitants as folk
from advocacy.scale.acts import Crowd
from advocacy.scale.copying import copy_rows, follow_ids
from advocacy.scale.deeds import write_acts
from advocacy.scale.editions import Press
from advocacy.scale.nation import BODY_COLUMNS, body_rows, plan_bodies
from advocacy.scale.newsroom import write_audiences, write_campaigns, write_posts, write_proposals
from advocacy.scale.plan import Plan
from advocacy.scale.repertoire import Repertoire
from advocacy.sharing.models import Share

Say = Callable[[str], None]


@dataclass(frozen=True)
class Nation:
    """What was made."""

    editor: str
    """The address of the one who can sign in."""
    people: int
    members: int
    posts: int
    shares: int


def is_empty() -> bool:
    """Whether nobody is here yet, and no body."""
    here = [db.session.scalar(select(model.id).limit(1)) for model in (Person, Organisation, Post)]
    return here == [None, None, None]


def seed(plan: Plan, editor_hash: str, say: Say) -> Nation:
    """Write the nation; `say` is told how far it is. The database must be empty."""
    bodies = plan_bodies(plan)
    circles = folk.plan_circles(plan, bodies)
    copy_rows(Organisation, BODY_COLUMNS, body_rows(plan, bodies))
    people = copy_rows(Person, folk.PERSON_COLUMNS, folk.person_rows(plan, bodies, editor_hash))
    copy_rows(RoleGrant, folk.GRANT_COLUMNS, folk.grant_rows(plan, bodies))
    copy_rows(Group, folk.GROUP_COLUMNS, folk.circle_rows(plan, circles))
    members = copy_rows(Membership, folk.MEMBER_COLUMNS, folk.member_rows(plan, circles))
    copy_rows(Topic, "id organisation_id name_fr name_en icon created_at", folk.topic_rows(plan))
    copy_rows(TopicFollow, "person_id topic_id created_at", folk.follow_rows(plan))
    say(f"{people} people in {len(bodies)} organisations and {len(circles)} groups")
    repertoire = Repertoire(plan.now)
    write_audiences(bodies, circles)
    press = Press(plan, bodies, circles, write_campaigns(plan))
    write_posts(press.editions(), repertoire.note, lambda done: say(f"{done} of {plan.posts} posts"))
    write_proposals(plan, bodies)
    shares = _act(plan, Crowd(plan, bodies, repertoire), say) if plan.shares else 0
    follow_ids(Organisation, Person, Group, Topic, Audience, Campaign, Post, Wording, Account, Share)
    return Nation(f"editor@{folk.DOMAIN}", people, members, plan.posts, shares)


def settle() -> None:
    """Have the database look at what it holds now. Stands outside of any transaction."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum (analyze)"))


def _act(plan: Plan, crowd: Crowd, say: Say) -> int:
    done = write_acts(crowd, lambda shares: say(f"{shares} of {plan.shares} shares"))
    say("standings")
    recognition.rebuild_standings()
    return done
