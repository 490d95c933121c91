"""The act: one person, one post, one account, one moment. The share's code is its short link."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import Created, Key, Model
from advocacy.networks.models import Account
from advocacy.people.models import Person


class ShareState(StrEnum):
    """Where a share is. Only `scheduled` is taken by a worker; `armed` is written just before the network is called.

    scheduled → claimed → armed → published | failed | unconfirmed. A claim that was lost before it was armed goes
    back to scheduled; one that was lost after it becomes unconfirmed, for its network or its person to settle: it is
    never sent again by itself, unless its network says for certain that it is not there.
    """

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    ARMED = "armed"
    PUBLISHED = "published"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    HELD = "held"
    """Kept for its person to say when: its moment passed while the account had to be connected again."""
    OPENED = "opened"
    """The network's own page was opened with the text; nobody knows whether it was posted, and it never counts."""


class Priority(IntEnum):
    """Who goes first, whatever the body."""

    WAITED_FOR = 0
    """Somebody looks at a page until it is out."""
    PLANNED = 1


LIVE_STATES = (ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.ARMED, ShareState.UNCONFIRMED)
"""States in which another share of the same post to the same account is refused."""


class Share(Created, Model):
    """A post going out, or gone out, in a person's own name and words."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint(
            "state in ('scheduled', 'claimed', 'armed', 'published', 'failed', 'unconfirmed', 'cancelled', 'removed',"
            " 'held', 'opened')",
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
        Index(
            "uq_share_submission_network_opened",
            "submission",
            "network",
            unique=True,
            postgresql_where=text("state = 'opened'"),
        ),
        Index("ix_share_due_at", "due_at", "id", postgresql_where=text("state = 'scheduled'")),
        Index(
            "ix_share_claims",
            "organisation_id",
            "priority",
            "due_at",
            "id",
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index("ix_share_in_flight", "account_id", postgresql_where=text("state in ('claimed', 'armed')")),
        Index("ix_share_ask_at", "ask_at", postgresql_where=text("ask_at is not null")),
        Index(
            "ix_share_desk",
            "organisation_id",
            "state",
            "id",
            postgresql_where=text(
                "state in ('scheduled', 'claimed', 'armed', 'unconfirmed', 'failed', 'held')",
            ),
        ),
        Index("ix_share_claimed_at", "claimed_at", postgresql_where=text("state in ('claimed', 'armed')")),
        Index(
            "ix_share_unannounced",
            "id",
            postgresql_where=text("state = 'published' and announced_at is null"),
        ),
        Index("ix_share_remove_due_at", "remove_due_at", postgresql_where=text("remove_due_at is not null")),
        Index("ix_share_person_id_created_at", "person_id", "created_at", "id"),
        Index("ix_share_recall_id", "recall_id", postgresql_where=text("recall_id is not null")),
        Index("ix_share_person_id_wanted_at", "person_id", "wanted_at"),
        Index("ix_share_post_id_network_wanted_at", "post_id", "network", "wanted_at"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The person's body when the share was made: bodies take turns. A share without one waits until the sweep."""
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
    reshare_of: Mapped[str | None] = mapped_column(Text)
    """The network's id of the post that this share passes on; it has no link then."""
    state: Mapped[str] = mapped_column(Text, default=ShareState.SCHEDULED.value)
    wanted_at: Mapped[datetime]
    """The moment the person chose."""
    due_at: Mapped[datetime]
    """When a worker may take it: the wanted moment, or later when the network asked to wait."""
    priority: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    """See `Priority`."""
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
    ask_at: Mapped[datetime | None]
    """When the network is to be asked what became of an unconfirmed share."""
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    """What was asked of the network about it and what it said, oldest first: at, act, said, detail."""
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

    queued: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether its moment follows from its person's queue, and changes with it."""
    queue_place: Mapped[int | None]
    """Where it stands in the queue, the same for all shares of one press; smaller goes first."""

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


class QueueHours(Model):
    """When a person lets their queue share, on their own clock. Without a row the usual hours apply."""

    __tablename__ = "queue_hours"
    __table_args__ = (
        CheckConstraint("opens >= 0 and opens < closes and closes <= 24", name="opens_before_it_closes"),
        CheckConstraint("cardinality(days) > 0 and days <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[]", name="days"),
        CheckConstraint("a_day between 1 and 12", name="a_day"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """0 is Monday."""
    opens: Mapped[int] = mapped_column(SmallInteger)
    """The first full hour."""
    closes: Mapped[int] = mapped_column(SmallInteger)
    """The full hour at which it is over."""
    a_day: Mapped[int] = mapped_column(SmallInteger)
    """Most contents in a day."""


class ShareCap(Model):
    """How much a programme lets out at once. Without a row, or without a figure, the usual one applies."""

    __tablename__ = "share_cap"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    a_person_a_day: Mapped[int | None]
    a_post_an_hour: Mapped[int | None]


class TextPrint(Model):
    """A band of the print of a share's text: near copies meet in one of them (see prints.py). Kept for 30 days."""

    __tablename__ = "text_print"
    __table_args__ = (
        Index("ix_text_print_root_id_band_bucket", "root_id", "band", "bucket", "at"),
        Index("ix_text_print_at", "at"),
    )

    share_id: Mapped[int] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    bucket: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    """When the share goes, or went."""
