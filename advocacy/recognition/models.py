"""What sharing earns: a ledger of points that explains itself, and standings derived from it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, Date, ForeignKey, Index, Text, UniqueConstraint, desc
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from advocacy.db import Key, Model

_RANK = "(score::bigint * 4294967296 + 4294967295 - extract(epoch from (reached_at at time zone 'UTC'))::bigint)"


class PointEntry(Model):
    """A line of the ledger: it is never changed. Points are whole; a zero line says why nothing was earned."""

    __tablename__ = "point_entry"
    __table_args__ = (
        UniqueConstraint("person_id", "reason", "subject"),
        Index("ix_point_entry_person_id_earned_at", "person_id", desc("earned_at"), desc("id")),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    """What earned it, as post:12 or click:<uuid>; with the reason it can be entered once only."""
    points: Mapped[int]
    earned_at: Mapped[datetime]
    rules_version: Mapped[int]
    note: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Facts that the line is explained with: share_id, post_id, cap …"""


class Standing(Model):
    """How a person or an organisation stands on one board; a projection of the ledger that can be rebuilt.

    A board is a programme (root organisation), a kind of member and a period by its first day. Ties go to whoever
    reached the score first, then to the lower id. `rank_key` packs score and time into one indexed number.
    """

    __tablename__ = "standing"
    __table_args__ = (
        CheckConstraint("kind in ('person', 'organisation')", name="kind"),
        CheckConstraint("period in ('week', 'month', 'quarter', 'all')", name="period"),
        Index("ix_standing_board", "root_id", "kind", "period", "starts_on", desc("rank_key"), "member_id"),
    )

    root_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    period: Mapped[str] = mapped_column(Text, primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    score: Mapped[int]
    reached_at: Mapped[datetime]
    rank_key: Mapped[int] = mapped_column(BigInteger, Computed(_RANK, persisted=True))
