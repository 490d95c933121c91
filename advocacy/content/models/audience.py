"""Who may see something."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, desc, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Key, Model
from advocacy.groups.models import Group
from advocacy.people.models import Organisation


class Audience(Model):
    """Who may see something, in one id space: an organisation with all below it (its root: everyone), or a group."""

    __tablename__ = "audience"
    __table_args__ = (
        CheckConstraint("(organisation_id is null) <> (group_id is null)", name="one_kind"),
        UniqueConstraint("organisation_id"),
        UniqueConstraint("group_id"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")


class PostAudience(Model):
    """A published post in one of its audiences; `publish_at` repeats the post's so that the feed reads an index."""

    __tablename__ = "post_audience"
    __table_args__ = (
        Index("ix_post_audience_audience_id_publish_at_post_id", "audience_id", desc("publish_at"), desc("post_id")),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id", ondelete="CASCADE"), primary_key=True)
    publish_at: Mapped[datetime | None]
    chosen: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the post's editor meant it; if not, it is there because the body took on what it was offered."""

    audience: Mapped[Audience] = relationship(lazy="joined", innerjoin=True)


class LocalSay(Model):
    """What a body says of a post that it was offered: its people see it, they do not, or (None) no answer yet. Of
    several above a person the nearest answer counts; where there is none yet, the person does not see the post.
    """

    __tablename__ = "local_say"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    shown: Mapped[bool | None]
