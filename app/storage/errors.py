"""What can be wrong with the place that plans are kept in."""

from __future__ import annotations

import structlog

from app.errors import BusyError
from app.logs import reason_of

log = structlog.get_logger()


class SchemaError(Exception):
    """The database is not laid out as this release needs it; the operator's move."""


class NotMigratedError(SchemaError):
    """The database waits for `headrace migrate`."""


def unavailable() -> BusyError:
    """The database is locked, lost or silent."""
    return BusyError("database_unavailable", "", "the database does not answer", "try again in a few seconds")


def lost(error: BaseException) -> BusyError:
    """The same of a database that is in use: callers are told to try again, the log what it or its driver said."""
    log.warning("database not reached", reason=reason_of(error))
    return unavailable()
