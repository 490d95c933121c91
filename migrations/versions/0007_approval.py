"""approval, compliance, the record, recall"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLE = conv("ck_role_grant_role")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Move the schema forward: new tables, nullable or constant columns, one check validated on its own."""
    _people_and_posts()
    _chains()
    _rounds()
    _rules()
    _record()
    _recall()


def _key() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _people_and_posts() -> None:
    op.drop_constraint(ROLE, "role_grant", type_="check")
    op.execute(
        f"alter table role_grant add constraint {ROLE} check (role in ('employee', 'approver', 'editor', 'admin')) not valid"
    )
    op.execute(f"alter table role_grant validate constraint {ROLE}")
    op.add_column("organisation", sa.Column("country", sa.Text(), nullable=True))
    op.add_column("post", sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("post", sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("post", sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=True))
    op.create_index("ix_post_expires_at", "post", ["expires_at"], postgresql_where=sa.text("expires_at is not null"))


def _chains() -> None:
    op.create_table(
        "approval_chain",
        _key(),
        sa.Column("origin", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("topic_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("body_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_approval_chain_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_chain")),
        sa.UniqueConstraint("origin", "version", name=op.f("uq_approval_chain_origin_version")),
    )
    op.create_index(
        "ix_approval_chain_organisation_id", "approval_chain", ["organisation_id"],
        postgresql_where=sa.text("retired_at is null"),
    )  # fmt: skip
    op.create_table(
        "stand_in",
        _key(),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("stand_in_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_stand_in_days")),
        sa.CheckConstraint("stand_in_id <> person_id", name=op.f("ck_stand_in_other")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["person.id"], name=op.f("fk_stand_in_stand_in_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index("ix_stand_in_stand_in_id", "stand_in", ["stand_in_id"])
    op.create_index("ix_stand_in_person_id", "stand_in", ["person_id"])


def _rounds() -> None:
    op.create_table(
        "approval_round",
        _key(),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("goes_live", sa.Boolean(), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("state in ('open', 'approved', 'sent_back', 'void')", name=op.f("ck_approval_round_state")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_approval_round_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_approval_round_opened_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_round")),
    )
    op.create_index(
        "uq_approval_round_post_id_open", "approval_round", ["post_id"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_index("ix_approval_round_post_id_id", "approval_round", ["post_id", "id"])
    op.create_table(
        "approval_step",
        _key(),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("rule in ('any', 'all')", name=op.f("ck_approval_step_rule")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["approval_round.id"], name=op.f("fk_approval_step_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chain_id"], ["approval_chain.id"], name=op.f("fk_approval_step_chain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
    )
    op.create_index("ix_approval_step_round_id", "approval_step", ["round_id"])
    op.create_index(
        "ix_approval_step_due_at", "approval_step", ["due_at"],
        postgresql_where=sa.text("done_at is null and asked_at is not null"),
    )  # fmt: skip
    op.create_table(
        "approval_seat",
        _key(),
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["step_id"], ["approval_step.id"], name=op.f("fk_approval_seat_step_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_approval_seat_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_approval_seat_approved_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_seat")),
        sa.UniqueConstraint("step_id", "person_id", name=op.f("uq_approval_seat_step_id_person_id")),
    )
    op.create_index(
        "ix_approval_seat_person_id", "approval_seat", ["person_id"],
        postgresql_where=sa.text("approved_at is null"),
    )  # fmt: skip


def _rules() -> None:
    op.create_table(
        "compliance_rule",
        _key(),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind in ('words', 'regex')", name=op.f("ck_compliance_rule_kind")),
        sa.CheckConstraint("level in ('warn', 'block')", name=op.f("ck_compliance_rule_level")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_compliance_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_rule")),
    )
    op.create_index(op.f("ix_compliance_rule_organisation_id"), "compliance_rule", ["organisation_id"])
    op.create_table(
        "disclosure_rule",
        _key(),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_disclosure_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_rule")),
        sa.UniqueConstraint(
            "organisation_id", "network", "country",
            name=op.f("uq_disclosure_rule_organisation_id_network_country"), postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


def _record() -> None:
    op.create_table(
        "post_record",
        _key(),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("for_person_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_record")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_post_record_post_id_number")),
    )
    op.create_table(
        "post_record_head",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_record_head")),
    )
    op.execute(
        """
        create function refuse_change_of_record() returns trigger language plpgsql as
        $$ begin raise exception 'the record of a post is never changed'; end $$
        """
    )
    op.execute(
        "create trigger post_record_stays before update or delete on post_record"
        " for each row execute function refuse_change_of_record()"
    )


def _recall() -> None:
    op.create_table(
        "recall",
        _key(),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_recall_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recall_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    op.create_index(op.f("ix_recall_post_id"), "recall", ["post_id"])
    op.create_index(
        "uq_recall_post_id_open", "recall", ["post_id"], unique=True, postgresql_where=sa.text("closed_at is null")
    )
    op.add_column("share", sa.Column("recall_id", sa.BigInteger(), nullable=True))
    op.add_column("share", sa.Column("recall_asked_at", MOMENT, nullable=True))
    op.add_column("share", sa.Column("recall_reminders", sa.Integer(), server_default="0", nullable=False))
    op.add_column("share", sa.Column("removal_declared_at", MOMENT, nullable=True))
    op.execute(
        f"alter table share add constraint {op.f('fk_share_recall_id')}"
        " foreign key (recall_id) references recall (id) on delete set null not valid"
    )
    op.execute(f"alter table share validate constraint {op.f('fk_share_recall_id')}")
    op.create_index("ix_share_recall_id", "share", ["recall_id"], postgresql_where=sa.text("recall_id is not null"))


def downgrade() -> None:
    """Move it back; approvers are employees again, and the record is lost."""
    op.drop_index("ix_share_recall_id", "share")
    op.drop_constraint(op.f("fk_share_recall_id"), "share", type_="foreignkey")
    for name in ("removal_declared_at", "recall_reminders", "recall_asked_at", "recall_id"):
        op.drop_column("share", name)
    op.drop_table("recall")
    op.drop_table("post_record")
    op.execute("drop function refuse_change_of_record()")
    for name in (
        "post_record_head", "disclosure_rule", "compliance_rule", "approval_seat", "approval_step", "approval_round",
        "stand_in", "approval_chain",
    ):  # fmt: skip
        op.drop_table(name)
    op.drop_index("ix_post_expires_at", "post")
    for name in ("roles", "countries", "locked"):
        op.drop_column("post", name)
    op.drop_column("organisation", "country")
    op.execute("delete from role_grant where role = 'approver'")
    op.drop_constraint(ROLE, "role_grant", type_="check")
    op.create_check_constraint(ROLE, "role_grant", "role in ('employee', 'editor', 'admin')")
