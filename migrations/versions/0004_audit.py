"""The audit, which only grows."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import forget_append_only, make_append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("thing", sa.String(63), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_audit"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_audit_workspace"),
    )
    for column in ("thing", "actor", "act"):
        op.create_index(f"ix_audit_workspace_{column}_id", "audit", ["workspace", column, "id"])
    make_append_only("audit")


def downgrade() -> None:
    op.drop_table("audit")
    forget_append_only()
