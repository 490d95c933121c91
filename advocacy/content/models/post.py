"""Posts with their wordings and topics."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    and_,
    desc,
    false,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from advocacy.content.models.audience import PostAudience
from advocacy.content.models.campaign import Campaign
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
        CheckConstraint("focus_x between 0 and 100 and focus_y between 0 and 100", name="focus"),
        Index("ix_post_pinned_until", "pinned_until", postgresql_where=text("pinned_until is not null")),
        Index("ix_post_organisation_id_state_updated_at", "organisation_id", "state", desc("updated_at")),
        Index("ix_post_state_updated_at_id", "state", desc("updated_at"), desc("id")),
        Index("ix_post_publish_at", "publish_at", postgresql_where=text("state = 'published'")),
        Index("ix_post_expires_at", "expires_at", postgresql_where=text("expires_at is not null")),
        Index("ix_post_link", text("md5(link)"), postgresql_where=text("link is not null")),
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

    rule_name: Mapped[str | None] = mapped_column(Text)
    """The rule of a source that made this draft by itself; None when a person did."""

    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"), index=True)
    campaign: Mapped[Campaign | None] = relationship(lazy="joined")

    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    credits_person: Mapped[bool] = mapped_column(default=False)
    """Whether who proposed it wants to be named."""
    suggested_by: Mapped[str | None] = column_property(
        select(Person.name)
        .where(and_(Person.id == proposed_by_id, credits_person))
        .correlate_except(Person)
        .scalar_subquery()
    )
    """The name of who proposed it, where it may be shown; read with the post itself, so that a feed asks once."""

    locked: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it may be shared in its suggested words only."""
    countries: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Codes of the countries whose people may see and share it; None for all."""
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Roles one of which a person must hold to see and share it; None for everybody."""

    # How it shows and is tagged (the composer).
    focus_x: Mapped[int | None] = mapped_column(SmallInteger)
    focus_y: Mapped[int | None] = mapped_column(SmallInteger)
    """What a crop of the picture keeps in its middle, in per cent from the left and from the top; None: the middle."""
    crops: Mapped[dict[str, list[int]] | None] = mapped_column(JSONB(none_as_null=True))
    """Where an editor cut the picture by hand: by network, per cent from the left and from the top, and how close."""
    pinned_until: Mapped[datetime | None]
    """Until then it stands first in the feed of its audiences."""
    featured: Mapped[bool] = mapped_column(default=False, server_default=false())
    utm_campaign: Mapped[str] = mapped_column(Text, default="", server_default="")

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
