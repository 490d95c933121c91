"""sources of more kinds, rules, sightings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
KIND = conv("ck_source_kind")


def upgrade() -> None:
    """Nullable columns and constant defaults only; checks and keys of large tables are validated afterwards."""
    _rules()
    op.create_table(
        "item_sighting",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_sighting_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_item_sighting_source_id_source"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "source_id", name=op.f("pk_item_sighting")),
    )
    op.create_index(op.f("ix_item_sighting_source_id"), "item_sighting", ["source_id"])
    op.add_column("source", sa.Column("kind", sa.Text(), server_default="feed", nullable=False))
    for name in ("external_id", "newest_id"):
        op.add_column("source", sa.Column(name, sa.Text(), nullable=True))
    for name in ("failing_since", "warned_at"):
        op.add_column("source", sa.Column(name, MOMENT, nullable=True))
    op.execute(
        f"alter table source add constraint {KIND} check (kind in ('feed', 'youtube', 'mastodon', 'bluesky')) not valid"
    )
    op.execute(f"alter table source validate constraint {KIND}")
    op.execute("update source set failing_since = last_read_at where failure is not null")
    op.create_index(
        "ix_source_failing_since", "source", ["failing_since"], postgresql_where=sa.text("warned_at is null")
    )
    _items()
    op.add_column("post", sa.Column("rule_name", sa.Text(), nullable=True))


def _rules() -> None:
    op.create_table(
        "source_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("set_language", sa.Text(), nullable=True),
        sa.Column("topic_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("organisation_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("group_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("action in ('suggest', 'draft', 'dismiss')", name=op.f("ck_source_rule_action")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_source_rule_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_rule_source_id_source"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_source_rule_author_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_rule")),
    )
    op.create_index("ix_source_rule_organisation_id_position", "source_rule", ["organisation_id", "position"])
    for name in ("source_id", "author_id"):
        op.create_index(op.f(f"ix_source_rule_{name}"), "source_rule", [name])


def _items() -> None:
    op.add_column("item", sa.Column("image_alt", sa.Text(), server_default="", nullable=False))
    op.add_column("item", sa.Column("rule_id", sa.BigInteger(), nullable=True))
    op.add_column("item", sa.Column("matched", postgresql.ARRAY(sa.Text()), nullable=True))
    key = op.f("fk_item_rule_id_source_rule")
    op.execute(
        f"alter table item add constraint {key} foreign key (rule_id) references source_rule (id) on delete set null"
        " not valid"
    )
    op.execute(f"alter table item validate constraint {key}")
    op.create_index(
        "ix_item_rule_id_id", "item", ["rule_id", sa.text("id desc")], postgresql_where=sa.text("rule_id is not null")
    )
    op.create_index("ix_item_source_id_found_at", "item", ["source_id", "found_at"])


def downgrade() -> None:
    """Accounts and channels can't be read any more: they go, as do rules and sightings."""
    op.drop_column("post", "rule_name")
    op.drop_index("ix_item_source_id_found_at", table_name="item")
    op.drop_index("ix_item_rule_id_id", table_name="item")
    for name in ("matched", "rule_id", "image_alt"):
        op.drop_column("item", name)
    op.drop_index("ix_source_failing_since", table_name="source")
    op.drop_table("item_sighting")
    op.drop_table("source_rule")
    op.execute("delete from source where kind in ('mastodon', 'bluesky')")
    op.drop_constraint(KIND, "source", type_="check")
    for name in ("warned_at", "failing_since", "newest_id", "external_id", "kind"):
        op.drop_column("source", name)
