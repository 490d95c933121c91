"""Topics that organisations and groups were given: everybody there follows them, besides those of their own choice."""

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.content.aims import Aim, audiences_in, choices_for
from advocacy.content.feed import audiences_of
from advocacy.content.models import Audience, Topic, TopicAssignment
from advocacy.content.topics import followed_topics
from advocacy.db import db
from advocacy.errors import Forbidden, NotFound
from advocacy.people.models import Person
from advocacy.people.organisations import LARGEST_ID


def assigned_topics(person: Person) -> set[int]:
    """Ids of the topics that the person's organisations and groups were given."""
    wanted = select(TopicAssignment.topic_id).where(TopicAssignment.audience_id.in_(audiences_of(person)))
    return set(db.session.scalars(wanted))


def my_topics(person: Person) -> set[int]:
    """Ids of the topics that the person follows: by choice, or because they were given."""
    return followed_topics(person) | assigned_topics(person)


def get_topic(actor: Person, topic_id: int) -> Topic:
    """A topic of the actor's programme. Raises NotFound."""
    topic = db.session.get(Topic, topic_id) if 0 < topic_id <= LARGEST_ID else None
    if topic is None or topic.organisation_id != actor.organisation.root_id:
        raise NotFound
    return topic


def assignment_of(topic: Topic) -> Aim:
    """Whom a topic was given to."""
    wanted = select(Audience).join(TopicAssignment).where(TopicAssignment.topic_id == topic.id)
    audiences = db.session.scalars(wanted).all()
    return Aim(
        frozenset(one.organisation_id for one in audiences if one.organisation_id is not None),
        frozenset(one.group_id for one in audiences if one.group_id is not None),
    )


def assign(actor: Person, topic: Topic, aim: Aim) -> None:
    """Give a topic to exactly these among the audiences open to `actor`; what is not theirs to choose stays. Raises
    NotFound when one is not open to them, Forbidden for who is no editor of the programme."""
    choices = choices_for(actor, topic.organisation_id)
    bodies = {body.id for body in choices.organisations}
    groups = {group.id for group in choices.groups}
    if not bodies:
        raise Forbidden
    if not (aim.organisation_ids <= bodies and aim.group_ids <= groups):
        raise NotFound(_("One of these audiences is not open to you."))
    before = assignment_of(topic)
    kept = Aim(aim.organisation_ids | (before.organisation_ids - bodies), aim.group_ids | (before.group_ids - groups))
    wanted = [audience.id for audience in audiences_in(kept)]
    gone = delete(TopicAssignment).where(TopicAssignment.topic_id == topic.id)
    db.session.execute(gone.where(TopicAssignment.audience_id.not_in(wanted)))
    rows = [{"topic_id": topic.id, "audience_id": one, "created_at": utcnow()} for one in wanted]
    if rows:
        db.session.execute(insert(TopicAssignment).on_conflict_do_nothing(), rows)
