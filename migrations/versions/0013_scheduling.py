"""queues, caps, prints of texts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
BY_PERSON, BY_POST = "ix_share_person_id_wanted_at", "ix_share_post_id_network_wanted_at"


def upgrade() -> None:
    """Columns with no value or a constant, three tables, indexes that hold no writer up."""
    op.add_column("share", sa.Column("queued", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("share", sa.Column("queue_place", sa.Integer(), nullable=True))
    _hours()
    _caps()
    _prints()
    with op.get_context().autocommit_block():
        op.create_index(BY_PERSON, "share", ["person_id", "wanted_at"], postgresql_concurrently=True)
        op.create_index(BY_POST, "share", ["post_id", "network", "wanted_at"], postgresql_concurrently=True)


def _hours() -> None:
    op.create_table(
        "queue_hours",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("days", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("opens", sa.SmallInteger(), nullable=False),
        sa.Column("closes", sa.SmallInteger(), nullable=False),
        sa.Column("a_day", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "opens >= 0 and opens < closes and closes <= 24", name=op.f("ck_queue_hours_opens_before_it_closes")
        ),
        sa.CheckConstraint(
            "cardinality(days) > 0 and days <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[]", name=op.f("ck_queue_hours_days")
        ),
        sa.CheckConstraint("a_day between 1 and 12", name=op.f("ck_queue_hours_a_day")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_queue_hours_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_queue_hours")),
    )


def _caps() -> None:
    op.create_table(
        "share_cap",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("a_person_a_day", sa.Integer(), nullable=True),
        sa.Column("a_post_an_hour", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_share_cap_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_share_cap")),
    )


def _prints() -> None:
    op.create_table(
        "text_print",
        sa.Column("share_id", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("bucket", sa.BigInteger(), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["share.id"], name=op.f("fk_text_print_share_id_share"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organisation.id"], name=op.f("fk_text_print_root_id_organisation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("share_id", "band", name=op.f("pk_text_print")),
    )
    op.create_index("ix_text_print_root_id_band_bucket", "text_print", ["root_id", "band", "bucket", "at"])
    op.create_index("ix_text_print_at", "text_print", ["at"])


def downgrade() -> None:
    """Take it back; what was queued goes at the moment it was planned for."""
    for index in (BY_POST, BY_PERSON):
        op.drop_index(index, "share")
    for table in ("text_print", "share_cap", "queue_hours"):
        op.drop_table(table)
    for column in ("queue_place", "queued"):
        op.drop_column("share", column)
