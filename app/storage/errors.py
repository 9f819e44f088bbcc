"""What can be wrong with the place that plans are kept in."""

from __future__ import annotations

from optimizer.errors import HeadraceError


class UnavailableError(HeadraceError):
    """The database is locked, lost or silent; the request left no trace and may be sent again."""

    def __init__(self) -> None:
        super().__init__("database_unavailable", "", "the database does not answer", "try again in a few seconds")

    def __reduce__(self) -> tuple[type[UnavailableError], tuple[()]]:
        return type(self), ()


class SchemaError(Exception):
    """The database is not laid out as this release needs it; the operator's move."""
