"""The database's own clock: the one that all processes share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class now(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """Microseconds since 1970, UTC."""

    type = BigInteger()
    inherit_cache = True


@compiles(now, "sqlite")
def _sqlite(*_: Any, **__: Any) -> str:
    return "(CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER) * 1000)"


@compiles(now, "postgresql")
def _postgresql(*_: Any, **__: Any) -> str:
    return "CAST(extract(epoch FROM statement_timestamp()) * 1000000 AS BIGINT)"


def span(seconds: float) -> int:
    """So many seconds as the clock counts them."""
    return round(seconds * 1_000_000)
