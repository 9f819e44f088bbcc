"""The audit in the database: it is written with the act or not at all, and only grows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.records.audit import Act, AuditSelection
from app.records.callers import LOCAL
from app.storage.audit import AuditRows
from app.storage.database import Database
from tests.app.databases import lay_out


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url)
    with database.transaction("default") as rows:
        rows.audit.note(LOCAL, Act.plan_made, "plan_1", 5, name="é", version=None)
    yield database
    database.close()


def test_an_entry_comes_out_as_it_went_in(database: Database) -> None:
    """With its detail."""
    with database.reading("default") as rows:
        [entry] = rows.audit.page(AuditSelection(), 10)
    assert (entry.at, entry.actor, entry.act, entry.thing) == (5, "local", Act.plan_made, "plan_1")
    assert entry.detail == {"name": "é", "version": None}


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE at = 5"]
)
def test_the_database_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    """Whoever asks it, by whatever way; on PostgreSQL emptying the table, too."""
    statements = [statement, "TRUNCATE audit"] if not database.embedded else [statement]
    for refused in statements:
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(refused))
    with database.reading("default") as rows:
        assert len(rows.audit.page(AuditSelection(), 10)) == 1


def test_an_act_that_fails_is_not_in_the_audit(database: Database) -> None:
    """Both are of one transaction."""
    with pytest.raises(KeyError), database.transaction("default") as rows:  # noqa: PT012 - the block is what fails
        rows.audit.note(LOCAL, Act.plan_made, "plan_2", 6)
        raise KeyError
    with database.reading("default") as rows:
        assert [entry.thing for entry in rows.audit.page(AuditSelection(), 10)] == ["plan_1"]


def test_there_is_no_way_to_change_an_entry() -> None:
    """Entries can be added and read: nothing else has a name here."""
    assert {name for name in vars(AuditRows) if not name.startswith("_")} == {"table", "note", "page"}


def test_an_act_of_a_later_release_is_listed(url: str) -> None:
    """While processes of two releases run, the earlier one reads what the later one did."""
    lay_out(url)
    database = Database(url)
    with database.engine.begin() as connection:
        values = "('default', 'audit_1', 5, 'local', 'plan.sung', 'plan_1', '{}')"
        connection.execute(text(f"INSERT INTO audit (workspace, id, at, actor, act, thing, detail) VALUES {values}"))
    with database.reading("default") as rows:
        assert [entry.act for entry in rows.audit.page(AuditSelection(), 9)] == ["plan.sung"]
    database.close()
