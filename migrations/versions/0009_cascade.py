"""cascade"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    """Make the tables; the new column of audiences has a constant default, so that no row is written anew."""
    op.add_column("post_audience", sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "local_say",
        number("post_id"),
        number("organisation_id"),
        sa.Column("shown", sa.Boolean(), nullable=True),
        to("local_say", "post_id", "post", "CASCADE"),
        to("local_say", "organisation_id", "organisation", "CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "organisation_id", name=op.f("pk_local_say")),
    )
    op.create_index(op.f("ix_local_say_organisation_id"), "local_say", ["organisation_id"])
    _offers()
    _replies()


def _offers() -> None:
    op.create_table(
        "offer",
        key(),
        number("post_id"),
        number("organisation_id"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        number("offered_by_id", nullable=True),
        moment("offered_at"),
        moment("withdrawn_at", nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        to("offer", "post_id", "post", "CASCADE"),
        to("offer", "organisation_id", "organisation"),
        to("offer", "offered_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("post_id", name=op.f("uq_offer_post_id")),
    )
    op.create_index(op.f("ix_offer_offered_by_id"), "offer", ["offered_by_id"])
    op.create_index("ix_offer_organisation_id_offered_at", "offer", ["organisation_id", "offered_at"])


def _replies() -> None:
    known = "answer in ('inherited', 'adapted', 'declined')"
    op.create_table(
        "offer_reply",
        key(),
        number("offer_id"),
        number("organisation_id"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        number("answered_by_id", nullable=True),
        moment("answered_at", nullable=True),
        number("adapted_id", nullable=True),
        sa.Column("seen_version", sa.Integer(), nullable=True),
        sa.Column("seen", postgresql.JSONB(), nullable=True),
        moment("tell_at", nullable=True),
        moment("told_at", nullable=True),
        sa.CheckConstraint(known, name=op.f("ck_offer_reply_answer")),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name=op.f("ck_offer_reply_answered")),
        to("offer_reply", "offer_id", "offer", "CASCADE"),
        to("offer_reply", "organisation_id", "organisation"),
        to("offer_reply", "answered_by_id", "person", "SET NULL"),
        to("offer_reply", "adapted_id", "post", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_reply")),
        sa.UniqueConstraint("offer_id", "organisation_id", name=op.f("uq_offer_reply_offer_id_organisation_id")),
        sa.UniqueConstraint("adapted_id", name=op.f("uq_offer_reply_adapted_id")),
    )
    op.create_index(op.f("ix_offer_reply_answered_by_id"), "offer_reply", ["answered_by_id"])
    op.create_index("ix_offer_reply_organisation_id_id", "offer_reply", ["organisation_id", "id"])
    due = sa.text("tell_at is not null")
    op.create_index("ix_offer_reply_tell_at", "offer_reply", ["tell_at"], postgresql_where=due)


def downgrade() -> None:
    """Posts stay, bodies' own versions too; who was offered what is gone, and what bodies took on with it."""
    op.drop_table("offer_reply")
    op.drop_table("offer")
    op.drop_table("local_say")
    op.execute("delete from post_audience where not chosen")
    op.drop_column("post_audience", "chosen")
