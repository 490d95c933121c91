"""the board: versions of posts, the words they are found by, the newest of each column"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEXEMES = " || ".join(
    f"setweight(to_tsvector('{language}', {column} || ' 0gap0'), '{weight}')"
    for column, weight in (("title", "A"), ("body", "D"))
    for language in ("french", "english", "simple")
)


def upgrade() -> None:
    """Two tables of their own, so that the posts are not rewritten; posts there already are indexed by a task."""
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_post_state_updated_at_id",
            "post",
            ["state", sa.text("updated_at DESC"), sa.text("id DESC")],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
    op.create_table(
        "post_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_post_version_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_version_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_version")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_post_version_post_id_number")),
    )
    op.create_index(op.f("ix_post_version_person_id"), "post_version", ["person_id"])
    op.create_table(
        "post_words",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), sa.Computed(LEXEMES, persisted=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_words_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_words")),
    )
    op.create_index("ix_post_words_lexemes", "post_words", ["lexemes"], postgresql_using="gin")


def downgrade() -> None:
    """Versions and words are forgotten."""
    op.drop_table("post_words")
    op.drop_table("post_version")
    op.drop_index("ix_post_state_updated_at_id", table_name="post")
