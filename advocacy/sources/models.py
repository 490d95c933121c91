"""Where content comes from: feeds that are polled, and what they or a pasted address brought into the inbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models import Post
from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation


class ItemState(StrEnum):
    """What an editor decided about an item."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class Source(Created, Model):
    """A feed (RSS 2.0, Atom, JSON Feed) read at intervals for an organisation."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("organisation_id", "url"),
        Index("ix_source_next_read_at", "next_read_at", postgresql_where=text("disabled_at is null")),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    next_read_at: Mapped[datetime]
    last_read_at: Mapped[datetime | None]
    last_item_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    """Machine word of the last reading's failure (the reason of fetching or of parsing); None when it went well."""
    failures: Mapped[int] = mapped_column(default=0)
    disabled_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Item(Created, Model):
    """A thing that might become a post: from a feed, or pasted (then it has no source)."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("state in ('new', 'taken', 'dismissed')", name="state"),
        UniqueConstraint("source_id", "guid"),
        Index("ix_item_organisation_id_state_found_at", "organisation_id", "state", desc("found_at"), desc("id")),
        Index("ix_item_organisation_id_link", "organisation_id", text("md5(link)")),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    guid: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    image_url: Mapped[str | None] = mapped_column(Text)
    image: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default=ItemState.NEW.value)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)

    source: Mapped[Source | None] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    post: Mapped[Post | None] = relationship()
