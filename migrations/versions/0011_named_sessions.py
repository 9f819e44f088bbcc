"""Sessions of browsers whose holders an identity provider named."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("actor", sa.String(300)))
    op.add_column("sessions", sa.Column("role", sa.String(16)))


def downgrade() -> None:
    op.drop_column("sessions", "role")
    op.drop_column("sessions", "actor")
