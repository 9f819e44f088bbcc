"""Requests with an idempotency key, and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("route", sa.String(300), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(16), nullable=False),
        sa.Column("seed", sa.String(30), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.Text),
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("workspace", "route", "key", name="pk_requests"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_requests_workspace"),
    )
    op.create_index("ix_requests_expires_at", "requests", ["expires_at"])


def downgrade() -> None:
    op.drop_table("requests")
