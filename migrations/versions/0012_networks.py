"""accounts of every network: handles, limits, keys, renewal; apps by server; shares that are held, opened, passed on"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
OPENED = "uq_share_submission_network_opened"
STATE = conv("ck_share_state")
BEFORE = "'scheduled', 'claimed', 'armed', 'published', 'failed', 'unconfirmed', 'cancelled', 'removed'"


def upgrade() -> None:
    """Columns with no value or a constant, a small table, a check that holds no writer up."""
    op.add_column("account", sa.Column("handle", sa.Text(), server_default="", nullable=False))
    op.add_column("account", sa.Column("key", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("limits", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("account", sa.Column("limits_at", MOMENT, nullable=True))
    op.add_column("account", sa.Column("renew_at", MOMENT, nullable=True))
    op.add_column("account", sa.Column("warned_days", sa.SmallInteger(), nullable=True))
    op.add_column("account", sa.Column("broken_at", MOMENT, nullable=True))
    op.add_column("account", sa.Column("broken_reason", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("matching_agreed_at", MOMENT, nullable=True))
    op.create_index("ix_account_renew_at", "account", ["renew_at"], postgresql_where=sa.text("renew_at is not null"))
    _apps()
    _shares(f"{BEFORE}, 'held', 'opened'")
    op.add_column("share", sa.Column("reshare_of", sa.Text(), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index(
            OPENED, "share", ["submission", "network"], unique=True,
            postgresql_where=sa.text("state = 'opened'"), postgresql_concurrently=True,
        )  # fmt: skip


def _apps() -> None:
    op.create_table(
        "network_app",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_app")),
        sa.UniqueConstraint("network", "host", name=op.f("uq_network_app_network_host")),
    )


def _shares(states: str) -> None:
    op.drop_constraint(STATE, "share", type_="check")
    op.execute(f"alter table share add constraint {STATE} check (state in ({states})) not valid")
    op.execute(f"alter table share validate constraint {STATE}")


def downgrade() -> None:
    """Take it back; shares that were held count as failed, those only opened go, as they never counted."""
    op.drop_index(OPENED, "share")
    op.execute("update share set state = 'failed' where state = 'held'")
    op.execute("delete from share where state = 'opened'")
    _shares(BEFORE)
    op.drop_column("share", "reshare_of")
    op.drop_table("network_app")
    op.drop_index("ix_account_renew_at", "account")
    for column in (
        "matching_agreed_at", "broken_reason", "broken_at", "warned_days", "renew_at", "limits_at", "limits", "key",
        "handle",
    ):  # fmt: skip
        op.drop_column("account", column)
