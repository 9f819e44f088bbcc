"""Plans, each with the scenario it answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.String(35), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("gap", sa.Double),
        sa.Column("spend_minor", sa.BigInteger),
        sa.Column("digits", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_name_id", "plans", ["name", "id"])
    op.create_index("ix_plans_status_id", "plans", ["status", "id"])


def downgrade() -> None:
    op.drop_table("plans")
