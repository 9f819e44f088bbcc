"""How much callers have asked for, for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "allowances",
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("policy", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("who", "policy", name="pk_allowances"),
    )
    op.create_index("ix_allowances_ends_at", "allowances", ["ends_at"])


def downgrade() -> None:
    op.drop_table("allowances")
