"""Scenarios and curve sets under names, every version of each; where plans come from, and how they stand."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import make_append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
serves = "0001"


def upgrade() -> None:
    op.create_table(
        "named",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_named"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_named_workspace"),
    )
    op.create_index("ix_named_workspace_kind_id", "named", ["workspace", "kind", "id"])
    alive = sa.text("deleted_at IS NULL")
    op.create_index(
        "uq_named_name",
        "named",
        ["workspace", "kind", "name"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
    op.create_table(
        "named_tags",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("tag", sa.String(60), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "tag", "id", name="pk_named_tags"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_named_tags_workspace"),
    )
    op.create_index("ix_named_tags_workspace_id", "named_tags", ["workspace", "id"])
    op.create_table(
        "versions",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("id", sa.String(48), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", "version", name="pk_versions"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_versions_workspace"),
        sa.ForeignKeyConstraint(["workspace", "id"], ["named.workspace", "named.id"], name="fk_versions_workspace_id"),
    )
    make_append_only("versions")
    op.add_column("plans", sa.Column("scenario_id", sa.String(48)))
    op.add_column("plans", sa.Column("scenario_version", sa.Integer))
    op.create_index("ix_plans_workspace_scenario_id_id", "plans", ["workspace", "scenario_id", "id"])
    op.create_table(
        "standings",
        sa.Column("workspace", sa.String(63), nullable=False),
        sa.Column("plan_id", sa.String(35), nullable=False),
        sa.Column("scenario_id", sa.String(48)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "plan_id", name="pk_standings"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_standings_workspace"),
    )
    baseline = sa.text("state = 'baseline'")
    op.create_index(
        "uq_standings_baseline",
        "standings",
        ["workspace", "scenario_id"],
        unique=True,
        sqlite_where=baseline,
        postgresql_where=baseline,
    )
    op.create_index("ix_standings_workspace_state", "standings", ["workspace", "state"])


def downgrade() -> None:
    op.drop_table("standings")
    op.drop_index("ix_plans_workspace_scenario_id_id", "plans")
    op.drop_column("plans", "scenario_version")
    op.drop_column("plans", "scenario_id")
    op.drop_table("versions")
    op.drop_table("named_tags")
    op.drop_table("named")
