"""Workspaces and API keys; the plans there are belong to the workspace `default`."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    workspaces = op.create_table(
        "workspaces",
        sa.Column("id", sa.String(63), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
    )
    op.bulk_insert(workspaces, [{"id": "default", "name": "Default", "created_at": time.time_ns() // 1000}])
    op.create_table(
        "api_keys",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_api_keys_workspace"),
    )
    op.create_index("ix_api_keys_hash", "api_keys", ["hash"], unique=True)
    with op.batch_alter_table("plans") as plans:
        plans.add_column(sa.Column("workspace", sa.String(63), nullable=False, server_default="default"))
        plans.drop_constraint("pk_plans", type_="primary")
        plans.create_primary_key("pk_plans", ["workspace", "id"])
        plans.create_foreign_key("fk_plans_workspace", "workspaces", ["workspace"], ["id"])
        plans.drop_index("ix_plans_name_id")
        plans.drop_index("ix_plans_status_id")
    op.create_index("ix_plans_workspace_name_id", "plans", ["workspace", "name", "id"])
    op.create_index("ix_plans_workspace_status_id", "plans", ["workspace", "status", "id"])


def downgrade() -> None:
    """Refused while other workspaces have plans: without workspaces, everybody would see them."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM plans WHERE workspace <> 'default'")):
        raise RuntimeError("plans of other workspaces than `default` would lose their owner: move them away first")
    op.drop_index("ix_plans_workspace_name_id", "plans")
    op.drop_index("ix_plans_workspace_status_id", "plans")
    with op.batch_alter_table("plans") as plans:
        plans.drop_constraint("fk_plans_workspace", type_="foreignkey")
        plans.drop_constraint("pk_plans", type_="primary")
        plans.drop_column("workspace")
        plans.create_primary_key("pk_plans", ["id"])
    op.create_index("ix_plans_name_id", "plans", ["name", "id"])
    op.create_index("ix_plans_status_id", "plans", ["status", "id"])
    op.drop_table("api_keys")
    op.drop_table("workspaces")
