"""posts can be in review"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy.schema import conv

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = conv("ck_post_state")


def upgrade() -> None:
    """Add the state; the check is validated without holding writers up."""
    op.drop_constraint(NAME, "post", type_="check")
    op.execute(
        f"alter table post add constraint {NAME} check (state in ('draft', 'review', 'published', 'withdrawn')) not valid"
    )
    op.execute(f"alter table post validate constraint {NAME}")


def downgrade() -> None:
    """Posts in review are drafts again."""
    op.execute("update post set state = 'draft' where state = 'review'")
    op.drop_constraint(NAME, "post", type_="check")
    op.create_check_constraint(NAME, "post", "state in ('draft', 'published', 'withdrawn')")
