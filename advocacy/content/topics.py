"""Topics of a programme, and who likes to speak of which."""

from collections.abc import Collection
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import utcnow
from advocacy.content.models import Topic, TopicFollow
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role

ICONS: Final = (
    "bulb",
    "heart",
    "leaf",
    "briefcase",
    "users-group",
    "sparkles",
    "flask",
    "star",
    "message-heart",
    "world",
)
LONGEST_NAME: Final = 40


def topics_of(root_id: int) -> list[Topic]:
    """The topics of a programme, in the order they were made."""
    return list(db.session.scalars(select(Topic).where(Topic.organisation_id == root_id).order_by(Topic.id)))


def followed_topics(person: Person) -> set[int]:
    """Ids of the topics that the person likes to speak of."""
    return set(db.session.scalars(select(TopicFollow.topic_id).where(TopicFollow.person_id == person.id)))


def follow_topics(person: Person, topic_ids: Collection[int]) -> None:
    """Have the person follow exactly these topics. Raises NotFound when one is not of their programme."""
    wanted = {topic.id for topic in get_topics(person.organisation.root_id, topic_ids)}
    db.session.execute(
        delete(TopicFollow).where(TopicFollow.person_id == person.id, TopicFollow.topic_id.not_in(wanted))
    )
    rows = [{"person_id": person.id, "topic_id": topic_id, "created_at": utcnow()} for topic_id in wanted]
    if rows:
        db.session.execute(insert(TopicFollow).on_conflict_do_nothing(), rows)


def get_topics(root_id: int, topic_ids: Collection[int]) -> list[Topic]:
    """These topics of a programme. Raises NotFound when one is of another, or of none."""
    wanted = set(topic_ids)
    found = list(db.session.scalars(select(Topic).where(Topic.organisation_id == root_id, Topic.id.in_(wanted))))
    if len(found) != len(wanted):
        raise NotFound(_("One of these topics is not of your programme."))
    return found


def add_topic(actor: Person, root: Organisation, *, name_fr: str, name_en: str, icon: str) -> Topic:
    """A new topic of the programme, added by an editor of all of it. Raises Invalid for names or an icon that can't
    be, and Conflict when there is one of that name.
    """
    people.require(actor, Role.EDITOR, root)
    if not all(0 < len(name) <= LONGEST_NAME for name in (name_fr, name_en)):
        raise Invalid(_("A topic has a name of at most %(most)d characters in each language.", most=LONGEST_NAME))
    if icon not in ICONS:
        raise Invalid(_("Choose one of the icons of the list."))
    # One after the other, so that a name pressed twice makes one topic.
    db.session.execute(select(Organisation.id).where(Organisation.id == root.id).with_for_update(key_share=True))
    taken = or_(Topic.name_en == name_en, Topic.name_fr == name_fr)
    if db.session.scalar(select(Topic.id).where(Topic.organisation_id == root.id, taken).limit(1)):
        raise Conflict(_("There is a topic of that name already."))
    topic = Topic(organisation_id=root.id, name_fr=name_fr, name_en=name_en, icon=icon)
    db.session.add(topic)
    db.session.flush()
    return topic
