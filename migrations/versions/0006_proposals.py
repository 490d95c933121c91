"""people propose content"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RULE = conv("ck_group_proposals")
CREDIT = conv("fk_post_proposed_by_id")


def upgrade() -> None:
    """A table of proposals; who proposed a post; the rule of a group. Checks are validated without holding writers up."""
    op.add_column("group", sa.Column("proposals", sa.Text(), nullable=False, server_default="approve"))
    op.execute(f"alter table \"group\" add constraint {RULE} check (proposals in ('approve', 'publish')) not valid")
    op.execute(f'alter table "group" validate constraint {RULE}')
    op.add_column("post", sa.Column("proposed_by_id", sa.BigInteger(), nullable=True))
    op.add_column("post", sa.Column("credits_person", sa.Boolean(), nullable=False, server_default="false"))
    op.execute(
        f"alter table post add constraint {CREDIT} foreign key (proposed_by_id) references person (id)"
        " on delete set null not valid"
    )
    op.execute(f"alter table post validate constraint {CREDIT}")
    op.create_index(op.f("ix_post_proposed_by_id"), "post", ["proposed_by_id"])
    op.create_index("ix_post_link", "post", [sa.text("md5(link)")], postgresql_where=sa.text("link is not null"))
    _create_proposal()


def downgrade() -> None:
    """Without proposals; posts made of them stay."""
    op.drop_table("proposal")
    op.drop_index("ix_post_link", "post")
    op.drop_index(op.f("ix_post_proposed_by_id"), "post")
    op.drop_constraint(CREDIT, "post", type_="foreignkey")
    op.drop_column("post", "credits_person")
    op.drop_column("post", "proposed_by_id")
    op.drop_constraint(RULE, "group", type_="check")
    op.drop_column("group", "proposals")


def _create_proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("link_title", sa.Text(), nullable=False),
        sa.Column("link_description", sa.Text(), nullable=False),
        sa.Column("link_image", sa.Text(), nullable=True),
        sa.Column("link_image_alt", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("image_alt", sa.Text(), nullable=False),
        sa.Column("names_person", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("original_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'returned', 'accepted', 'declined', 'merged', 'withdrawn')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'withdrawn') or decided_at is not null", name=op.f("ck_proposal_decided")
        ),
        sa.CheckConstraint("state not in ('returned', 'declined') or note <> ''", name=op.f("ck_proposal_reason")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proposal_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_proposal_organisation_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_proposal_group_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_proposal_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_proposal_post_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["original_id"], ["proposal.id"], name=op.f("fk_proposal_original_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    for column in ("group_id", "decided_by_id", "post_id", "original_id"):
        op.create_index(op.f(f"ix_proposal_{column}"), "proposal", [column])
    op.create_index("ix_proposal_person_id_id", "proposal", ["person_id", sa.text("id DESC")])
    op.create_index("ix_proposal_organisation_id_state_id", "proposal", ["organisation_id", "state", "id"])
    op.create_index(
        "ix_proposal_canonical",
        "proposal",
        [sa.text("md5(canonical)")],
        postgresql_where=sa.text("canonical is not null"),
    )
    op.create_index("ix_proposal_read_at", "proposal", ["read_at"], postgresql_where=sa.text("read_at is not null"))
