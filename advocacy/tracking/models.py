"""What came of a share: clicks that we counted, figures that its network measured."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, LargeBinary, Text, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from advocacy.db import Key, Model


class ClickKind(StrEnum):
    """Who followed the link, as far as can be told."""

    HUMAN = "human"
    REPEAT = "repeat"
    ROBOT = "robot"
    PREVIEW = "preview"


class Click(Model):
    """A visit of a short link. The visitor is a hash that differs from day to day; no address is kept."""

    __tablename__ = "click"
    __table_args__ = (
        CheckConstraint("kind in ('human', 'repeat', 'robot', 'preview')", name="kind"),
        Index("ix_click_share_id_day_visitor", "share_id", "day", "visitor"),
        Index(
            "uq_click_human",
            "share_id",
            "day",
            "visitor",
            unique=True,
            postgresql_where=text("kind = 'human'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Made when the visit was written down, so that reading the journal twice adds nothing."""
    share_id: Mapped[int] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    day: Mapped[date] = mapped_column(Date)
    visitor: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    """Name of the robot or preview; None for people."""


class ShareFigures(Model):
    """What a share brought so far: sums that can be rebuilt from clicks and measurements."""

    __tablename__ = "share_figures"

    share_id: Mapped[int] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), primary_key=True)
    humans: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    robots: Mapped[int] = mapped_column(default=0)
    previews: Mapped[int] = mapped_column(default=0)
    impressions: Mapped[int | None]
    reach: Mapped[int | None]
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    reshares: Mapped[int | None]
    measured_at: Mapped[datetime | None]
    """When the network last told us; None while it is silent, and then the five above are None, never 0."""


class Measurement(Model):
    """One figure as a network gave it: its history is kept, with who said so and when."""

    __tablename__ = "measurement"
    __table_args__ = (Index("ix_measurement_share_id_measured_at", "share_id", desc("measured_at")),)

    id: Mapped[Key]
    share_id: Mapped[int] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"))
    metric: Mapped[str] = mapped_column(Text)
    value: Mapped[int | None] = mapped_column(BigInteger)
    """NULL: the network was asked and had nothing to say; 0 is a measured zero."""
    provenance: Mapped[str] = mapped_column(Text, default="measured")
    source: Mapped[str] = mapped_column(Text)
    """Network and version of its API, as the adapter gives them."""
    measured_at: Mapped[datetime]


class MeasurementPlan(Model):
    """When a share's network is asked for figures next: often when young, rarely when old."""

    __tablename__ = "measurement_plan"
    __table_args__ = (Index("ix_measurement_plan_next_at", "next_at", postgresql_where=text("next_at is not null")),)

    share_id: Mapped[int] = mapped_column(ForeignKey("share.id", ondelete="CASCADE"), primary_key=True)
    next_at: Mapped[datetime | None]
    """None: not asked again."""
    asked: Mapped[int] = mapped_column(default=0)


class VisitorSalt(Model):
    """The random key of a day's visitor hashes. Deleted after the day, so that the hashes can't be traced back."""

    __tablename__ = "visitor_salt"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class JournalMark(Model):
    """How far a click journal has been read."""

    __tablename__ = "journal_mark"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
