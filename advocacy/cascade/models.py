"""A post is offered to bodies below; each of them inherits, adapts or declines it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models import Post
from advocacy.db import Key, Model
from advocacy.people.models import Organisation, Person


class Answer(StrEnum):
    """What a body makes of a post it was offered."""

    INHERITED = "inherited"
    ADAPTED = "adapted"
    DECLINED = "declined"


class Offer(Model):
    """A post offered to bodies below its own; there is one for a post, and it may be taken back and opened again."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("post_id"),
        Index("ix_offer_organisation_id_offered_at", "organisation_id", "offered_at"),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    reply_by: Mapped[date | None] = mapped_column(Date)
    """The day answers are hoped for; later ones are taken as well."""
    version: Mapped[int]
    """The post's counter when it was offered last."""
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    offered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None] = mapped_column(Date)
    """By the calendar of the offering organisation."""

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    offered_by: Mapped[Person | None] = relationship()


class OfferReply(Model):
    """What one body answered; without an answer it still waits."""

    __tablename__ = "offer_reply"
    __table_args__ = (
        UniqueConstraint("offer_id", "organisation_id"),
        UniqueConstraint("adapted_id"),
        CheckConstraint("answer in ('inherited', 'adapted', 'declined')", name="answer"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        Index("ix_offer_reply_organisation_id_id", "organisation_id", "id"),
        Index("ix_offer_reply_tell_at", "tell_at", postgresql_where=text("tell_at is not null")),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime | None]
    adapted_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
    """The body's own version; it stays when the body changes its mind, and is taken up again."""
    seen_version: Mapped[int | None]
    """The original's counter up to which the body knows of every change."""
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What the original was when the body took it or looked last, part by part: changes are told from that."""
    tell_at: Mapped[datetime | None]
    """When the body's editors are to be written to; None once they were."""
    told_at: Mapped[datetime | None]

    offer: Mapped[Offer] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    answered_by: Mapped[Person | None] = relationship()
    adapted: Mapped[Post | None] = relationship()
