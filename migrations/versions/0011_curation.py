"""curation"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Move the schema forward."""
    _board_and_reach()
    _four_eyes_and_names()
    _inherited_rules()
    _pacing()
    _crops()


def downgrade() -> None:
    """Move it back."""
    _undo_crops()
    _undo_pacing()
    _undo_inherited_rules()
    _undo_four_eyes_and_names()
    _undo_board_and_reach()


def _four_eyes_and_names() -> None:
    """Constant defaults: no row is written anew."""
    for name in ("four_eyes", "recall_names"):
        op.add_column("organisation", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    writers = sa.Column("writer_ids", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("approval_round", writers)


def _undo_four_eyes_and_names() -> None:
    op.drop_column("approval_round", "writer_ids")
    for name in ("recall_names", "four_eyes"):
        op.drop_column("organisation", name)


def _inherited_rules() -> None:
    op.add_column("source_rule", sa.Column("may_be_off", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "source_rule_off",
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["source_rule.id"], name=op.f("fk_source_rule_off_rule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_source_rule_off_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule_id", "organisation_id", name=op.f("pk_source_rule_off")),
    )
    op.create_index("ix_source_rule_off_organisation_id", "source_rule_off", ["organisation_id"])


def _undo_inherited_rules() -> None:
    op.drop_table("source_rule_off")
    op.drop_column("source_rule", "may_be_off")


def _pacing() -> None:
    for name in ("asked_at", "imported_at"):
        op.add_column("source", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_source_host_asked_at", "source", [sa.text("split_part(url, '/', 3)"), "asked_at"])
    op.create_index("ix_source_organisation_id_imported_at", "source", ["organisation_id", "imported_at"])


def _undo_pacing() -> None:
    op.drop_index("ix_source_organisation_id_imported_at", "source")
    op.drop_index("ix_source_host_asked_at", "source")
    for name in ("imported_at", "asked_at"):
        op.drop_column("source", name)


def _crops() -> None:
    op.add_column("post", sa.Column("crops", postgresql.JSONB(), nullable=True))


def _undo_crops() -> None:
    op.drop_column("post", "crops")


def _board_and_reach() -> None:
    """First of all, since an index that is built beside the work of others ends the transaction."""
    kept = {
        "ix_post_publish_at": ("post", ["publish_at"], "state = 'published'"),
        "ix_person_present": ("person", ["organisation_id", "id"], "deactivated_at is null"),
    }
    with op.get_context().autocommit_block():
        for name, (table, columns, where) in kept.items():
            op.create_index(
                name,
                table,
                columns,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def _undo_board_and_reach() -> None:
    op.drop_index("ix_person_present", "person")
    op.drop_index("ix_post_publish_at", "post")
