"""composer: focal point, pin, feature and campaign of a post; attachments, autosaves, templates"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FOCUS = conv("ck_post_focus")


def upgrade() -> None:
    """Columns that are empty or constant need no rewrite of the table; the check is validated apart."""
    op.add_column("post", sa.Column("focus_x", sa.SmallInteger()))
    op.add_column("post", sa.Column("focus_y", sa.SmallInteger()))
    op.add_column("post", sa.Column("pinned_until", sa.DateTime(timezone=True)))
    op.add_column("post", sa.Column("featured", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("post", sa.Column("utm_campaign", sa.Text(), server_default="", nullable=False))
    check = "focus_x between 0 and 100 and focus_y between 0 and 100"
    op.execute(f"alter table post add constraint {FOCUS} check ({check}) not valid")
    op.execute(f"alter table post validate constraint {FOCUS}")
    op.create_index(
        "ix_post_pinned_until", "post", ["pinned_until"], postgresql_where=sa.text("pinned_until is not null")
    )
    _attachment()
    _autosave()
    _template()


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer()),
        sa.Column("seconds", sa.Integer()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('document', 'video')", name=op.f("ck_attachment_kind")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_attachment_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_key"), "attachment", ["key"])


def _autosave() -> None:
    op.create_table(
        "post_autosave",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_autosave_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_post_autosave_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_post_autosave")),
    )
    op.create_index(op.f("ix_post_autosave_person_id"), "post_autosave", ["person_id"])


def _template() -> None:
    op.create_table(
        "post_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_post_template_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_post_template_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_template")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_post_template_organisation_id_name")),
    )
    op.create_index(op.f("ix_post_template_author_id"), "post_template", ["author_id"])


def downgrade() -> None:
    """What the composer added goes, with what was written into it."""
    op.drop_table("post_template")
    op.drop_table("post_autosave")
    op.drop_table("attachment")
    op.drop_index("ix_post_pinned_until", "post")
    op.drop_constraint(FOCUS, "post", type_="check")
    for name in ("utm_campaign", "featured", "pinned_until", "focus_y", "focus_x"):
        op.drop_column("post", name)
