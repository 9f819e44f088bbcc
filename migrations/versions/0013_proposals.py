"""Proposals that were reconciled."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("plan_id", sa.String(35), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("decimal", sa.String(8), nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_proposals_workspace"),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_proposals"),
    )


def downgrade() -> None:
    op.drop_table("proposals")
