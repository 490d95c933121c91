"""Posts with their wordings and topics."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, desc
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models.audience import PostAudience
from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation, Person


class PostState(StrEnum):
    """What an editor decided. Scheduled, live and expired are a matter of time and never stored."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Topic(Created, Model):
    """A subject of a programme that people follow; its name in each language of the pages."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("organisation_id", "name_en"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name_fr: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    icon: Mapped[str] = mapped_column(Text, default="bulb")

    def name_in(self, language: str) -> str:
        """The topic's name in `language`."""
        return self.name_fr if language == "fr" else self.name_en


class TopicFollow(Created, Model):
    """A person likes to speak of a topic."""

    __tablename__ = "topic_follow"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class Post(Created, Model):
    """Content offered for sharing, written by an editor for an organisation."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'review', 'published', 'withdrawn')", name="state"),
        CheckConstraint("expires_at is null or publish_at is null or expires_at > publish_at", name="window"),
        Index("ix_post_organisation_id_state_updated_at", "organisation_id", "state", desc("updated_at")),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(Text, default=PostState.DRAFT.value)
    title: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="fr")
    link: Mapped[str | None] = mapped_column(Text)
    link_title: Mapped[str] = mapped_column(Text, default="")
    link_description: Mapped[str] = mapped_column(Text, default="")
    image: Mapped[str | None] = mapped_column(Text)
    image_alt: Mapped[str] = mapped_column(Text, default="")
    publish_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Counts up at each save; a save of an older version is refused."""

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    wordings: Mapped[list["Wording"]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="Wording.position", lazy="selectin"
    )
    topics: Mapped[list[Topic]] = relationship(secondary="post_topic", lazy="selectin", order_by="Topic.id")
    audiences: Mapped[list[PostAudience]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}


class PostTopic(Model):
    """A post is about a topic."""

    __tablename__ = "post_topic"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class Wording(Model):
    """A suggested caption, for any network or for one, in a language."""

    __tablename__ = "wording"

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    network: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)

    post: Mapped[Post] = relationship(back_populates="wordings")
