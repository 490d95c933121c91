"""delivery: fair claims by body and urgency, what networks were asked of unconfirmed shares, what networks cost"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHUNK = 20_000
BODY = "fk_share_organisation_id"
INDEXES = {
    "ix_share_claims": (["organisation_id", "priority", "due_at", "id"], "state = 'scheduled'"),
    "ix_share_in_flight": (["account_id"], "state in ('claimed', 'armed')"),
    "ix_share_ask_at": (["ask_at"], "ask_at is not null"),
    "ix_share_desk": (
        ["organisation_id", "state", "id"],
        "state in ('scheduled', 'claimed', 'armed', 'unconfirmed', 'failed', 'held')",
    ),
}


def upgrade() -> None:
    """Columns with no value or a constant, filled in chunks; indexes built beside the traffic; a small new table."""
    _spending()
    op.add_column("share", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.add_column("share", sa.Column("priority", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("share", sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("share", sa.Column("asked", postgresql.JSONB(), server_default="[]", nullable=False))
    op.execute(
        f"alter table share add constraint {BODY} foreign key (organisation_id) references organisation (id) not valid"
    )
    with op.get_context().autocommit_block():
        _fill_bodies()
        op.execute(f"alter table share validate constraint {BODY}")
        for name, (columns, rows) in INDEXES.items():
            op.create_index(
                name, "share", columns, postgresql_where=sa.text(rows), postgresql_concurrently=True, if_not_exists=True
            )


def _fill_bodies() -> None:
    """So many shares at a time, each its own transaction: nobody waits for longer than one takes."""
    connection = op.get_bind()
    last = connection.scalar(sa.text("select coalesce(max(id), 0) from share"))
    fill = sa.text(
        "update share set organisation_id = person.organisation_id from person where person.id = share.person_id"
        " and share.organisation_id is null and share.id > :after and share.id <= :until"
    )
    for after in range(0, last or 0, CHUNK):
        connection.execute(fill, {"after": after, "until": after + CHUNK})


def _spending() -> None:
    op.create_table(
        "network_spend",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "day", name=op.f("pk_network_spend")),
    )


def downgrade() -> None:
    """Take it back."""
    for name in INDEXES:
        op.drop_index(name, "share")
    op.drop_constraint(BODY, "share", type_="foreignkey")
    for column in ("asked", "ask_at", "priority", "organisation_id"):
        op.drop_column("share", column)
    op.drop_table("network_spend")
