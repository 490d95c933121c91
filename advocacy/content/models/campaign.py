"""Campaigns: an aim that several posts serve for a while, and how far it is meant to go."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation


class TargetKind(StrEnum):
    """What a campaign counts towards its target."""

    SHARES = "shares"
    READERS = "readers"
    PEOPLE = "people"


class Campaign(Created, Model):
    """What an organisation wants to be told for a while; `starts_on` and `ends_on` are days of its calendar."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("root_id", "slug"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="days"),
        CheckConstraint("(target_kind is null) = (target_number is null)", name="target"),
        CheckConstraint("target_kind in ('shares', 'readers', 'people')", name="target_kind"),
        CheckConstraint("target_number > 0", name="target_number"),
        Index("ix_campaign_root_id_starts_on", "root_id", "starts_on"),
    )

    id: Mapped[Key]
    root_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The programme: links of a programme are told apart by slug."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    aim: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    hashtag: Mapped[str] = mapped_column(Text, default="")
    """With its #; empty for none. Suggested to whoever shares, never added by itself."""
    slug: Mapped[str] = mapped_column(Text)
    """What the links of its shares carry as utm_campaign."""
    target_kind: Mapped[str | None] = mapped_column(Text)
    target_number: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True, foreign_keys=[organisation_id])

    __mapper_args__ = {"version_id_col": version}
