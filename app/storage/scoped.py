"""The one place where queries get their workspace: nothing else in storage can write a statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Delete, Insert, Select, Table, Update, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite


class ScopedRows:
    """The rows of one `table` that belong to one workspace, within one transaction.

    Statements begin with the methods below, which add the workspace to every table that they name; a test keeps
    `select`, `insert`, `update`, `delete` and `text` out of the files of the families.
    """

    table: ClassVar[Table]

    def __init__(self, connection: Connection, workspace: str) -> None:
        self._connection = connection
        self._workspace = workspace

    def _select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """A selection; columns of other tables are of the same workspace, too."""
        named = dict.fromkeys([self.table, *(column.table for column in columns if hasattr(column, "table"))])
        return select(*columns).where(*(table.c.workspace == self._workspace for table in named))

    def _insert(self, **values: Any) -> Insert:
        return insert(self.table).values(**values, workspace=self._workspace)

    def _update(self, *conditions: ColumnElement[bool]) -> Update:
        return update(self.table).where(self.table.c.workspace == self._workspace, *conditions)

    def _delete(self, *conditions: ColumnElement[bool]) -> Delete:
        return delete(self.table).where(self.table.c.workspace == self._workspace, *conditions)

    def _add_once(self, **values: Any) -> bool:
        """Add a row unless one with its keys is there; whether it was added."""
        return add_once(self._connection, self.table, values | {"workspace": self._workspace})


def add_once(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Add a row unless one with its keys is there, in one statement: whether it was added."""
    own = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = own.insert(table).values(**values).on_conflict_do_nothing()
    added = statement.returning(next(iter(table.primary_key)))  # a count is not told by every driver
    return connection.scalar(added) is not None
