"""Schedules and their runs, actuals, webhooks and what is delivered to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    _table(
        "schedules",
        ["id"],
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cron", sa.Text, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("paused_at", sa.BigInteger),
        sa.Column("deleted_at", sa.BigInteger),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])
    _table(
        "schedule_runs",
        ["schedule", "due"],
        sa.Column("schedule", sa.String(48), nullable=False),
        sa.Column("due", sa.String(64), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("job", sa.String(48)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("decision", sa.String(16)),
        sa.Column("reason", sa.String(32)),
        sa.Column("gain", sa.Double),
        sa.Column("plan", sa.String(35)),
        sa.Column("answer", sa.Text),
        sa.Column("problem", sa.Text),
    )
    op.create_index("ix_schedule_runs_workspace_schedule_id", "schedule_runs", ["workspace", "schedule", "id"])
    _table(
        "actuals",
        ["book", "period", "upload"],
        sa.Column("book", sa.String(63), nullable=False),
        sa.Column("period", sa.String(300), nullable=False),
        sa.Column("upload", sa.String(48), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
    )
    op.create_index("ix_actuals_workspace_book_upload", "actuals", ["workspace", "book", "upload"])
    _table(
        "webhooks",
        ["id"],
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("secret", sa.String(80), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("disabled_at", sa.BigInteger),
        sa.Column("disabled_because", sa.Text),
    )
    _table(
        "deliveries",
        ["id"],
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("webhook", sa.String(48), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("delivered_at", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])
    op.create_index("ix_deliveries_workspace_webhook_id", "deliveries", ["workspace", "webhook", "id"])


def downgrade() -> None:
    for table in ("deliveries", "webhooks", "actuals", "schedule_runs", "schedules"):
        op.drop_table(table)


def _table(name: str, keys: list[str], *columns: sa.Column) -> None:
    """A table whose rows belong to a workspace."""
    op.create_table(
        name,
        sa.Column("workspace", sa.String(63), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("workspace", *keys, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=f"fk_{name}_workspace"),
    )
