"""campaigns, assigned topics, the brand space"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECTIONS = "section in ('manifesto', 'tone', 'editorial', 'visual', 'positions', 'more')"


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key() -> sa.Column[object]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    """Make the tables; the new key of posts is checked without holding writers up."""
    _campaigns()
    _assignments()
    _pages()
    _versions_and_files()


def _campaigns() -> None:
    op.create_table(
        "campaign",
        key(),
        number("root_id"),
        number("organisation_id"),
        text("name"),
        text("aim"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        text("hashtag"),
        text("slug"),
        text("target_kind", nullable=True),
        sa.Column("target_number", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        moment("created_at"),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_campaign_days")),
        sa.CheckConstraint("(target_kind is null) = (target_number is null)", name=op.f("ck_campaign_target")),
        sa.CheckConstraint("target_kind in ('shares', 'readers', 'people')", name=op.f("ck_campaign_target_kind")),
        sa.CheckConstraint("target_number > 0", name=op.f("ck_campaign_target_number")),
        to("campaign", "root_id", "organisation"),
        to("campaign", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("root_id", "slug", name=op.f("uq_campaign_root_id_slug")),
    )
    op.create_index("ix_campaign_root_id_starts_on", "campaign", ["root_id", "starts_on"])
    op.create_index(op.f("ix_campaign_organisation_id"), "campaign", ["organisation_id"])
    op.add_column("post", number("campaign_id", nullable=True))
    name = op.f("fk_post_campaign_id_campaign")
    op.execute(
        f"alter table post add constraint {name} foreign key (campaign_id) references campaign (id)"
        " on delete set null not valid"
    )
    op.execute(f"alter table post validate constraint {name}")
    op.create_index(op.f("ix_post_campaign_id"), "post", ["campaign_id"])


def _assignments() -> None:
    op.create_table(
        "topic_assignment",
        number("topic_id"),
        number("audience_id"),
        moment("created_at"),
        to("topic_assignment", "topic_id", "topic", "CASCADE"),
        to("topic_assignment", "audience_id", "audience", "CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "audience_id", name=op.f("pk_topic_assignment")),
    )
    op.create_index(op.f("ix_topic_assignment_audience_id"), "topic_assignment", ["audience_id"])


def _pages() -> None:
    op.create_table(
        "brand_page",
        key(),
        number("root_id"),
        number("organisation_id"),
        text("section"),
        sa.Column("position", sa.Integer(), nullable=False),
        text("title_fr"),
        text("body_fr"),
        text("title_en"),
        text("body_en"),
        moment("published_at", nullable=True),
        sa.Column("shareable", sa.Boolean(), nullable=False),
        number("post_id", nullable=True),
        sa.Column("search", postgresql.TSVECTOR(), nullable=True),
        moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        moment("created_at"),
        sa.CheckConstraint(SECTIONS, name=op.f("ck_brand_page_section")),
        to("brand_page", "root_id", "organisation"),
        to("brand_page", "organisation_id", "organisation"),
        to("brand_page", "post_id", "post", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_page")),
    )
    op.create_index("ix_brand_page_root_id_section_position", "brand_page", ["root_id", "section", "position", "id"])
    op.create_index("ix_brand_page_search", "brand_page", ["search"], postgresql_using="gin")
    op.create_index(op.f("ix_brand_page_organisation_id"), "brand_page", ["organisation_id"])
    op.create_index(op.f("ix_brand_page_post_id"), "brand_page", ["post_id"])
    op.create_table(
        "brand_audience",
        number("page_id"),
        number("audience_id"),
        to("brand_audience", "page_id", "brand_page", "CASCADE"),
        to("brand_audience", "audience_id", "audience", "CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "audience_id", name=op.f("pk_brand_audience")),
    )
    op.create_index(op.f("ix_brand_audience_audience_id"), "brand_audience", ["audience_id"])


def _versions_and_files() -> None:
    op.create_table(
        "brand_version",
        key(),
        number("page_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        number("author_id", nullable=True),
        text("section"),
        text("title_fr"),
        text("body_fr"),
        text("title_en"),
        text("body_en"),
        moment("created_at"),
        to("brand_version", "page_id", "brand_page", "CASCADE"),
        to("brand_version", "author_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_version")),
        sa.UniqueConstraint("page_id", "number", name=op.f("uq_brand_version_page_id_number")),
    )
    op.create_index(op.f("ix_brand_version_author_id"), "brand_version", ["author_id"])
    op.create_table(
        "brand_file",
        key(),
        number("page_id"),
        text("name"),
        text("kind"),
        text("digest"),
        number("size"),
        text("image", nullable=True),
        moment("created_at"),
        to("brand_file", "page_id", "brand_page", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_file")),
    )
    op.create_index("ix_brand_file_page_id", "brand_file", ["page_id", "id"])


def downgrade() -> None:
    """Posts stay; campaigns, assignments and the brand space go."""
    for table in ("brand_file", "brand_version", "brand_audience", "brand_page", "topic_assignment"):
        op.drop_table(table)
    op.drop_index(op.f("ix_post_campaign_id"), "post")
    op.drop_constraint(op.f("fk_post_campaign_id_campaign"), "post", type_="foreignkey")
    op.drop_column("post", "campaign_id")
    op.drop_table("campaign")
