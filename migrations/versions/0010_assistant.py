"""assistant"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Move the schema forward: a new table, and two columns with a constant default."""
    op.create_table(
        "assist_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("press", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("material", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("retry_after", sa.Integer(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("put_away_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind in ('wordings', 'shorter', 'plainer', 'own_words', 'translation')",
            name=op.f("ck_assist_request_kind"),
        ),
        sa.CheckConstraint("state in ('asked', 'running', 'done', 'failed')", name=op.f("ck_assist_request_state")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assist_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_request")),
        sa.UniqueConstraint(
            "person_id", "press", "kind", "digest", name=op.f("uq_assist_request_person_id_press_kind_digest")
        ),
    )
    op.create_index("ix_assist_request_waiting", "assist_request", ["id"], postgresql_where=sa.text("state = 'asked'"))
    op.create_index(
        "ix_assist_request_running", "assist_request", ["started_at"], postgresql_where=sa.text("state = 'running'")
    )
    op.create_index("ix_assist_request_person_id_asked_at", "assist_request", ["person_id", "asked_at"])
    op.create_index("ix_assist_request_asked_at", "assist_request", ["asked_at"])
    op.add_column("post_version", sa.Column("assisted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("share", sa.Column("assisted", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Move it back; which words the assistant had a part in is forgotten."""
    op.drop_column("share", "assisted")
    op.drop_column("post_version", "assisted")
    op.drop_table("assist_request")
