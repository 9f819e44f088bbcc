"""Upgrades of a database in use: with plans in it, beside locks, under code of the release before."""

from __future__ import annotations

import ast
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect, text

import migrations
from app.errors import BusyError
from app.storage import schema
from app.storage.database import Database, exclusive
from app.storage.errors import SchemaError
from app.storage.schema import configuration, prepare, state, upgrade, verify

VERSIONS = Path(migrations.__file__).parent / "versions"
FIRST = "0001"
ADDING = {"create_table", "create_index", "add_column", "bulk_insert", "get_bind"}  # what older code does not notice
PLAN = {
    "id": "plan_00000000000005" + "0" * 16,
    "created_at": 5,
    "name": "Spring",
    "status": "optimal",
    "currency": "EUR",
    "spend_minor": 10**17 + 1,
    "digits": 2,
    "digest": "sha256:0",
    "scenario": '{"name": "é"}',
    "plan": "{}",
}


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    database = Database(url)
    yield database.engine
    database.close()


def revisions() -> list[str]:
    return sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def to(engine: Engine, revision: str) -> None:
    """Migrate to a revision, up or down."""
    with exclusive(engine) as connection:
        move = command.upgrade if _at(connection) < revision else command.downgrade
        move(configuration(connection), revision)


def _at(connection: Connection) -> str:
    table = schema.VERSION_TABLE
    there = inspect(connection).has_table(table)
    found: str | None = connection.scalar(text(f"SELECT max(version_num) FROM {table}")) if there else None
    return found or ""


def as_of_the_first_release(engine: Engine) -> list[tuple[object, ...]]:
    """The plans, as code of the first release reads them."""
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {', '.join(PLAN)} FROM plans ORDER BY id"))]


def add_as_the_first_release(engine: Engine, plan: dict[str, object]) -> None:
    values = ", ".join(f":{name}" for name in plan)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO plans ({', '.join(plan)}) VALUES ({values})"), plan)


def test_a_plan_outlives_every_step_up_down_and_up(engine: Engine) -> None:
    """A plan stored in the first layout is the same in each later one, on the way back, and up again."""
    to(engine, FIRST)
    add_as_the_first_release(engine, PLAN)
    stored = as_of_the_first_release(engine)
    steps = revisions()
    for revision in (*steps[1:], *reversed(steps[:-1]), steps[-1]):
        to(engine, revision)
        assert as_of_the_first_release(engine) == stored, revision
    with exclusive(engine) as connection:
        command.check(configuration(connection))


def test_migrations_that_serve_older_code_only_add() -> None:
    """A migration that says that code of an earlier revision still runs does nothing which that code would notice;
    what it changes of a table it changes in a batch, where a test below tries the older code."""
    for path in VERSIONS.glob("[0-9]*.py"):
        tree = ast.parse(path.read_text())
        stated = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body
                  if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}  # fmt: skip
        if stated.get("serves", stated["revision"]) == stated["revision"]:
            continue
        [body] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
        used = {node.attr for node in ast.walk(body) if isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name) and node.value.id == "op"}  # fmt: skip
        assert used <= ADDING | {"batch_alter_table"}, path.name


def test_the_layout_says_whom_it_serves(url: str) -> None:
    """What the newest migration states stands in the database: code of that revision may go on."""
    upgrade(url)
    with create_engine(url).connect() as connection:
        served = connection.scalar(text("SELECT serves FROM layout"))
    assert served in revisions()


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """The migrations of a release after this one, which adds a column and a table."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder)
    (folder / "versions" / "9999_later.py").write_text(
        f'''"""Later."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on, serves = "9999", "{revisions()[-1]}", None, None, "{FIRST}"
def upgrade():
    op.add_column("plans", sa.Column("later", sa.Text, server_default="x"))
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
def downgrade(): pass
'''
    )
    return folder


def upgrade_with(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the migrations of that folder, as its release would."""

    def of_that_release(connection: Connection | None = None) -> Config:
        config = configuration(connection)
        config.set_main_option("script_location", str(folder))
        return config

    with monkeypatch.context() as patched:
        patched.setattr(schema, "configuration", of_that_release)
        upgrade(url)


def test_this_code_serves_on_after_an_upgrade_that_adds(
    url: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the next release is rolled out, processes of this one go on, stay ready, start, and migrate nothing."""
    upgrade(url)
    database = Database(url)
    upgrade_with(next_release, url, monkeypatch)
    verify(database)
    prepare(database)
    upgrade(url)
    add_as_the_first_release(database.engine, PLAN)
    assert len(as_of_the_first_release(database.engine)) == 1
    with database.engine.connect() as connection:
        assert state(connection) == "newer"
        assert connection.scalar(text("SELECT later FROM plans")) == "x"
    database.close()


def test_this_code_stops_after_an_upgrade_that_breaks_it(
    url: str, next_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later layout that does not serve this release is refused at the start, and not ready while it runs."""
    later = next_release / "versions" / "9999_later.py"
    later.write_text(later.read_text().replace(f'"{FIRST}"\n', '"9999"\n'))
    upgrade(url)
    database = Database(url)
    upgrade_with(next_release, url, monkeypatch)
    for refused in (verify, prepare):
        with pytest.raises(SchemaError, match="not of this release"):
            refused(database)
    database.close()


def test_a_migration_waits_for_a_lock_only_so_long(postgresql: str) -> None:
    """While somebody holds the table, it gives up in time, says so, changes nothing, and works later."""
    database = Database(postgresql)
    to(database.engine, FIRST)
    with database.engine.begin() as holder:
        holder.execute(text("LOCK TABLE plans IN ACCESS SHARE MODE"))
        holder.execute(text("LOCK TABLE headrace_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(SchemaError, match="nothing was changed"):
            upgrade(postgresql, lock_seconds=1)
    with database.engine.connect() as connection:
        assert state(connection) == "older"
    upgrade(postgresql, lock_seconds=1)
    verify(database)
    database.close()


def test_a_locked_file_is_migrated_later(sqlite: str) -> None:
    """The same for SQLite."""
    database = Database(sqlite)
    to(database.engine, FIRST)
    with exclusive(database.engine), pytest.raises(BusyError, match="does not answer"):
        upgrade(sqlite, lock_seconds=1)
    upgrade(sqlite)
    verify(database)
    database.close()


def test_migrations_that_meet_wait_for_each_other(url: str) -> None:
    """Several processes that migrate at once: one does it, none fails."""
    failed: list[BaseException] = []

    def migrate() -> None:
        try:
            upgrade(url, lock_seconds=30)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    verify(Database(url))
