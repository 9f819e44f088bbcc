"""The layout of the database, as the latest migration leaves it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"},
)

plans = Table(
    "plans",
    metadata,
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
    Index(None, "name", "id"),
    Index(None, "status", "id"),
)
