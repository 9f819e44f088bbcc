"""The layout of the database, as the latest migration leaves it.

Every table but `workspaces`, `layout` and `allowances` has a `workspace`, and what is listed is keyed and indexed by it
first.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    },
)


def _workspace(*, default: str | None = None) -> Column[str]:
    """The workspace a row belongs to. Code of a release without workspaces still writes where there is a default."""
    return Column("workspace", String(63), ForeignKey("workspaces.id"), primary_key=True, server_default=default)


workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String(63), primary_key=True),  # what operators type
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 of the secret, which is kept nowhere
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Index(None, "hash", unique=True),
)

audit = Table(  # triggers refuse to update or delete its rows
    "audit",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("thing", String(63), nullable=False),
    Column("detail", Text, nullable=False),  # a small JSON object
    Index(None, "workspace", "thing", "id"),
    Index(None, "workspace", "actor", "id"),
    Index(None, "workspace", "act", "id"),
)

named = Table(  # scenarios and curve sets: what the newest version of each says
    "named",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tags", Text, nullable=False),  # a JSON list, as the version has it
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("deleted_at", BigInteger),
    Index(None, "workspace", "kind", "id"),
)
_alive = named.c.deleted_at.is_(None)
Index("uq_named_name", *named.c["workspace", "kind", "name"], unique=True, sqlite_where=_alive, postgresql_where=_alive)

named_tags = Table(
    "named_tags",
    metadata,
    _workspace(),
    Column("tag", String(60), primary_key=True),
    Column("id", String(48), primary_key=True),
    Index(None, "workspace", "id"),
)

versions = Table(  # triggers refuse to update or delete its rows
    "versions",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON, given back as it is
    ForeignKeyConstraint(["workspace", "id"], ["named.workspace", "named.id"]),
)

sessions = Table(
    "sessions",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("key_id", String(48), nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 of the secret, which only the browser has
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("actor", String(300)),
    Column("role", String(16)),
    Index(None, "hash", unique=True),
)

plans = Table(
    "plans",
    metadata,
    _workspace(default="default"),
    Column("id", String(35), primary_key=True),  # begins with its time: ordered by id is ordered by age
    Column("created_at", BigInteger, nullable=False),  # microseconds since 1970, UTC
    Column("name", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("value", Double),
    Column("gap", Double),
    Column("spend_minor", BigInteger),  # money in whole minor units, `digits` of them after the decimal point
    Column("digits", Integer, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("scenario", Text, nullable=False),  # JSON, given back as it is
    Column("plan", Text, nullable=False),  # JSON, given back as it is
    Column("scenario_id", String(48)),  # the stored scenario that it was made from
    Column("scenario_version", Integer),
    Index(None, "workspace", "name", "id"),
    Index(None, "workspace", "status", "id"),
    Index(None, "workspace", "scenario_id", "id"),
)

standings = Table(  # how plans stand: beside them, because plans never change; a plan without a row is a draft
    "standings",
    metadata,
    _workspace(),
    Column("plan_id", String(35), primary_key=True),
    Column("scenario_id", String(48)),
    Column("state", String(16), nullable=False),
    Column("approved_by", Text),
    Column("approved_at", BigInteger),
    Column("pinned", Boolean, nullable=False),
    Column("notes", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "workspace", "state"),
)
_baseline = standings.c.state == "baseline"
Index(
    "uq_standings_baseline",
    *standings.c["workspace", "scenario_id"],
    unique=True,
    sqlite_where=_baseline,
    postgresql_where=_baseline,
)

layout = Table("layout", metadata, Column("serves", String(32), primary_key=True))  # one row: `app.storage.schema`

requests = Table(
    "requests",
    metadata,
    _workspace(),
    Column("route", String(300), primary_key=True),
    Column("key", String(64), primary_key=True),  # SHA-256
    Column("fingerprint", String(64), nullable=False),
    Column("holder", String(16), nullable=False),
    Column("seed", String(30), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", Integer),  # these three of the answer, once there is one
    Column("headers", Text),
    Column("body", LargeBinary),  # compressed by zlib
    Index(None, "expires_at"),
)

schedules = Table(
    "schedules",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("name", Text, nullable=False),
    Column("cron", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("terms", Text, nullable=False),  # JSON
    Column("actor", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("next_at", BigInteger),  # null: never again
    Column("paused_at", BigInteger),
    Column("deleted_at", BigInteger),
    Column("version", Integer, nullable=False, server_default="1"),  # code of earlier releases does not write it
    Index(None, "next_at"),
)

schedule_runs = Table(
    "schedule_runs",
    metadata,
    _workspace(),
    Column("schedule", String(48), primary_key=True),
    Column("due", String(64), primary_key=True),  # a time on the wall: each is run once
    Column("id", String(48), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("job", String(48)),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("decision", String(16)),
    Column("reason", String(32)),
    Column("gain", Double),
    Column("plan", String(35)),
    Column("answer", Text),  # JSON
    Column("problem", Text),  # JSON
    Index(None, "workspace", "schedule", "id"),
)

actuals = Table(
    "actuals",
    metadata,
    _workspace(),
    Column("book", String(63), primary_key=True),
    Column("period", String(300), primary_key=True),
    Column("upload", String(48), primary_key=True),  # begins with its time: the last one counts
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("lines", Text, nullable=False),  # JSON
    Index(None, "workspace", "book", "upload"),
)

webhooks = Table(
    "webhooks",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # JSON
    Column("secret", String(80), nullable=False),  # signs what is delivered, so it cannot be kept as a hash
    Column("actor", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("failing_since", BigInteger),
    Column("disabled_at", BigInteger),
    Column("disabled_because", Text),
)

deliveries = Table(
    "deliveries",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),
    Column("webhook", String(48), nullable=False),
    Column("event", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),  # null: delivered, or given up
    Column("delivered_at", BigInteger),
    Column("status", Integer),
    Column("error", Text),
    Index(None, "next_at"),
    Index(None, "workspace", "webhook", "id"),
)

jobs = Table(
    "jobs",
    metadata,
    _workspace(),
    Column("id", String(34), primary_key=True),  # begins with its time
    Column("kind", String(32), nullable=False),
    Column("key", String(200)),  # of two orders with one key the second is not stored
    Column("name", Text, nullable=False),
    Column("actor", Text, nullable=False),  # who asked for it
    Column("state", String(16), nullable=False),
    Column("priority", Integer, nullable=False),  # the least comes first
    Column("batch", String(36)),
    Column("position", Integer),  # in its batch
    Column("payload", Text, nullable=False),  # what its kind has to do
    Column("attempts", Integer, nullable=False),  # times it was begun
    Column("worker", String(80)),  # who has begun it
    Column("lease_until", BigInteger),  # by the database's clock; a worker that lives renews it
    Column("due_at", BigInteger, nullable=False),  # by the database's clock: not to begin before
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("progress", Text),  # JSON
    Column("plan_id", String(35)),
    Column("problem", Text),  # JSON
    Column("version", Integer, nullable=False),  # counts what happened to it
    Index(None, "state", "priority", "id"),  # the queue, across workspaces
    Index(None, "workspace", "batch", "position"),
    Index(None, "workspace", "key", unique=True),
)

proposals = Table(
    "proposals",
    metadata,
    _workspace(),
    Column("id", String(48), primary_key=True),  # begins with its time
    Column("created_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("plan_id", String(35), nullable=False),  # whose goals are meant
    Column("method", String(16), nullable=False),
    Column("decimal", String(8), nullable=False),  # how the numbers of the lines are written
    Column("lines", Text, nullable=False),  # as they were typed
)

batches = Table(
    "batches",
    metadata,
    _workspace(),
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

allowances = Table(  # counted before anybody knows whose the request is
    "allowances",
    metadata,
    Column("who", String(64), primary_key=True),  # SHA-256
    Column("policy", String(32), primary_key=True),
    Column("ends_at", BigInteger, nullable=False),  # by the database's clock
    Column("taken", Integer, nullable=False),
    Index(None, "ends_at"),
)
