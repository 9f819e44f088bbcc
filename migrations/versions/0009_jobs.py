"""Jobs, and batches of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(34), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("batch", sa.String(36)),
        sa.Column("position", sa.Integer),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.String(80)),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("progress", sa.Text),
        sa.Column("plan_id", sa.String(35)),
        sa.Column("problem", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_jobs_workspace"),
    )
    op.create_index("ix_jobs_state_priority_id", "jobs", ["state", "priority", "id"])
    op.create_index("ix_jobs_workspace_batch_position", "jobs", ["workspace", "batch", "position"])
    op.create_index("ix_jobs_workspace_key", "jobs", ["workspace", "key"], unique=True)
    op.create_table(
        "batches",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_batches"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_batches_workspace"),
    )


def downgrade() -> None:
    op.drop_table("batches")
    op.drop_table("jobs")
