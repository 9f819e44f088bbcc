"""Sessions of browsers, each opened with a key."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("key_id", sa.String(48), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_sessions_workspace"),
    )
    op.create_index("ix_sessions_hash", "sessions", ["hash"], unique=True)


def downgrade() -> None:
    op.drop_table("sessions")
