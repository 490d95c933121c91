"""The act: one person, one post, one account, one moment. The share's code is its short link."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import Created, Key, Model
from advocacy.networks.models import Account
from advocacy.people.models import Person


class ShareState(StrEnum):
    """Where a share is. Only `scheduled` is taken by a worker; `armed` is written just before the network is called.

    scheduled → claimed → armed → published | failed | unconfirmed. A claim that was lost before it was armed goes
    back to scheduled; one that was lost after it becomes unconfirmed, for the person to settle: it is never sent again
    by itself.
    """

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    ARMED = "armed"
    PUBLISHED = "published"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


LIVE_STATES = (ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.ARMED, ShareState.UNCONFIRMED)
"""States in which another share of the same post to the same account is refused."""


class Share(Created, Model):
    """A post going out, or gone out, in a person's own name and words."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint(
            "state in ('scheduled', 'claimed', 'armed', 'published', 'failed', 'unconfirmed', 'cancelled', 'removed')",
            name="state",
        ),
        UniqueConstraint("submission", "account_id"),
        Index(
            "uq_share_account_id_post_id_live",
            "account_id",
            "post_id",
            unique=True,
            postgresql_where=text("state in ('scheduled', 'claimed', 'armed', 'unconfirmed')"),
        ),
        Index("ix_share_due_at", "due_at", "id", postgresql_where=text("state = 'scheduled'")),
        Index("ix_share_claimed_at", "claimed_at", postgresql_where=text("state in ('claimed', 'armed')")),
        Index(
            "ix_share_unannounced",
            "id",
            postgresql_where=text("state = 'published' and announced_at is null"),
        ),
        Index("ix_share_remove_due_at", "remove_due_at", postgresql_where=text("remove_due_at is not null")),
        Index("ix_share_person_id_created_at", "person_id", "created_at", "id"),
        Index("ix_share_recall_id", "recall_id", postgresql_where=text("recall_id is not null")),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    network: Mapped[str] = mapped_column(Text)
    submission: Mapped[UUID]
    """The form that made it; sent twice, it makes nothing more."""
    text: Mapped[str] = mapped_column(Text)
    """The person's words, raw; what a network needs is added and escaped when it is sent."""
    language: Mapped[str] = mapped_column(Text)
    alike: Mapped[int] = mapped_column(default=0)
    """Per cent of likeness to the suggested wording that is nearest."""
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id", ondelete="SET NULL"), index=True)
    """That wording."""
    assisted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its words began as a suggestion of the assistant."""
    link: Mapped[str | None] = mapped_column(Text)
    """Where the short link leads, tagged; kept with the share so that the link outlives the post."""
    state: Mapped[str] = mapped_column(Text, default=ShareState.SCHEDULED.value)
    wanted_at: Mapped[datetime]
    """The moment the person chose."""
    due_at: Mapped[datetime]
    """When a worker may take it: the wanted moment, or later when the network asked to wait."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Fences a worker that was thought dead: only the holder of the current attempt may arm or record."""
    prepared: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What was already uploaded for it (see networks/base.py), so that it is not uploaded twice."""
    claimed_at: Mapped[datetime | None]
    armed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    """When the other slices were told that it is published; a sweep tells what a dead worker did not."""
    uncertain: Mapped[bool] = mapped_column(default=False)
    """An attempt may have gone through without our knowing: a duplicate found later is this very share."""
    settled_by_person: Mapped[bool] = mapped_column(default=False)
    """Only the person says that it is online."""
    external_id: Mapped[str | None] = mapped_column(Text)
    external_url: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    """Machine word of what went wrong (see networks/base.py); None while nothing did."""
    failure_detail: Mapped[str | None] = mapped_column(Text)
    remove_due_at: Mapped[datetime | None]
    """When the worker is to delete it at the network; the person asked for it."""
    removed_at: Mapped[datetime | None]

    recall_id: Mapped[int | None] = mapped_column(ForeignKey("recall.id", ondelete="SET NULL"))
    """The recall of its post that asks for its removal."""
    recall_asked_at: Mapped[datetime | None]
    """When its person was last asked."""
    recall_reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    removal_declared_at: Mapped[datetime | None]
    """When its person said that they deleted it at the network themselves."""

    @property
    def is_for_later(self) -> bool:
        """Whether it waits for the moment its person chose."""
        return self.state == ShareState.SCHEDULED.value and self.wanted_at > utcnow()

    person: Mapped[Person] = relationship()
    post: Mapped[Post] = relationship()
    account: Mapped[Account | None] = relationship()


class Recall(Model):
    """A post is called back: its shares that are still online should go. Open until none is left."""

    __tablename__ = "recall"
    __table_args__ = (
        Index("uq_recall_post_id_open", "post_id", unique=True, postgresql_where=text("closed_at is null")),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """The editor; None where the post expired."""
    reason: Mapped[str] = mapped_column(Text)
    """In the editor's words; empty where the post expired."""
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
