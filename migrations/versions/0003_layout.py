"""Whom the layout serves: the first revision whose code can go on with it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "layout",
        sa.Column("serves", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("serves", name="pk_layout"),
    )


def downgrade() -> None:
    op.drop_table("layout")
