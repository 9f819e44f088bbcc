"""What can be wrong with the place that plans are kept in."""

from __future__ import annotations

from app.errors import BusyError


class SchemaError(Exception):
    """The database is not laid out as this release needs it; the operator's move."""


class NotMigratedError(SchemaError):
    """The database waits for `headrace migrate`."""


def unavailable() -> BusyError:
    """The database is locked, lost or silent."""
    return BusyError("database_unavailable", "", "the database does not answer", "try again in a few seconds")
