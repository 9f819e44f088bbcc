"""Every query is scoped by workspace: no family of rows can write a statement that is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine

import app.storage
from app.records.keys import Workspace
from app.records.plans import Selection
from app.storage import tables
from app.storage.database import Database
from app.storage.rows import Rows
from app.storage.scoped import ScopedRows
from tests.app.databases import lay_out
from tests.app.storage.test_plans import record

STATEMENTS = {"select", "insert", "update", "delete", "text", "exists", "literal_column", "union", "union_all"}
MAY_WRITE = {"scoped.py", "unscoped.py", "queue.py"}


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url)
    with database.across_workspaces() as rows:
        rows.add_workspace(Workspace(id="other", name="Other", created_at=1))
    yield database
    database.close()


def imported(path: Path) -> set[str]:
    """What a file takes from SQLAlchemy, under the names it has there."""
    found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in found if isinstance(node, ast.Import) for alias in node.names}
    names = {
        alias.name
        for node in found
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sqlalchemy")
        for alias in node.names
    }
    return names | {module for module in modules if module.startswith("sqlalchemy")}


def test_statements_begin_in_three_files_only() -> None:
    """`select` and its like are imported where the workspace is added, and where its absence is the file's purpose."""
    files = [path for path in Path(app.storage.__file__).parent.glob("*.py") if path.name not in MAY_WRITE]
    wild = {path.name: found for path in files if (found := imported(path) & (STATEMENTS | {"sqlalchemy"}))}
    assert wild == {}


def test_every_table_has_a_workspace() -> None:
    """First in its key, but for the list of workspaces itself, the layout, and counts of whoever asks."""
    for table in tables.metadata.sorted_tables:
        if table.name not in ("workspaces", "layout", "allowances"):
            assert next(iter(table.primary_key)).name == "workspace", table.name


def test_all_families_are_scoped() -> None:
    """Whatever `Rows` holds is built on the one base."""
    with create_engine("sqlite://").connect() as connection:
        families = vars(Rows(connection, "here"))
    assert families
    assert all(isinstance(family, ScopedRows) for family in families.values())


def test_a_workspace_sees_its_own_plans(database: Database) -> None:
    """The same calls in another workspace find nothing, whatever is asked for."""
    stored = record(5)
    with database.transaction("default") as rows:
        rows.plans.add(stored)
    with database.reading("other") as rows:
        assert rows.plans.plan(stored.id) is None
        assert rows.plans.scenario(stored.id) is None
        assert rows.plans.page(Selection(), 10) == []
    with database.transaction("other") as rows:
        rows.plans.add(stored)  # ids of others are no obstacle, and so tell nothing
        assert rows.plans.plan(stored.id) == stored.plan


class Things(ScopedRows):
    table = Table(
        "things", MetaData(), Column("workspace", String, primary_key=True), Column("id", String, primary_key=True)
    )
    other = Table("others", table.metadata, Column("workspace", String, primary_key=True), Column("of", String))

    def ids(self, *columns: Any) -> list[tuple[Any, ...]]:
        query = self._select(*columns or (self.table.c.id,)).order_by(self.table.c.id)
        joined = query.where(self.table.c.workspace == self.other.c.workspace) if columns else query
        return [tuple(row) for row in self._connection.execute(joined)]


def test_the_base_adds_the_workspace_to_each_kind_of_statement() -> None:
    """Selecting, joining, updating, deleting, inserting, inserting once."""
    engine = create_engine("sqlite://")
    Things.table.metadata.create_all(engine)
    with engine.begin() as connection:
        here, there = Things(connection, "here"), Things(connection, "there")
        for rows in (here, there):
            connection.execute(rows._insert(id="a"))
            connection.execute(Things.other.insert().values(workspace=rows._workspace, of=rows._workspace))
        assert (here._add_once(id="a"), here._add_once(id="b")) == (False, True)
        assert here.ids() == [("a",), ("b",)]
        assert here.ids(Things.table.c.id, Things.other.c.of) == [("a", "here"), ("b", "here")]
        connection.execute(here._update(Things.table.c.id == "b").values(id="c"))
        connection.execute(there._delete())
        assert (here.ids(), there.ids()) == ([("a",), ("c",)], [])
