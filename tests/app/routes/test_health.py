"""/healthz and /readyz tell the truth."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from structlog.testing import capture_logs

from tests.app.conftest import Start, small


def test_a_service_that_can_work_is_ready(start: Start) -> None:
    """Both answer ok after the start."""
    client = start()
    assert client.get("/healthz").json() == {"status": "ok", "troubles": []}
    assert client.get("/readyz").status_code == 200


def test_a_service_without_its_tables_lives_and_is_not_ready(start: Start, tmp_path: Path) -> None:
    """The trouble is said in a sentence; the process is not to be restarted for it."""
    client = start()
    with sqlite3.connect(tmp_path / "plans.sqlite3") as connection:
        connection.execute("UPDATE headrace_version SET version_num = 'ffff'")
        connection.execute("UPDATE layout SET serves = 'ffff'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "troubled")
    assert "not of this release" in answer.json()["troubles"][0]
    assert client.get("/healthz").status_code == 200


def test_a_locked_database_is_told_as_such(start: Start, tmp_path: Path) -> None:
    """503 with Retry-After, not an internal error, while another program holds the file; later it works.

    The caller is told no more than that; the log, what the database said.
    """
    client = start(database_seconds=1, log_level="warning")
    other = sqlite3.connect(tmp_path / "plans.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as log:
        answer = client.post("/v1/plans", json=small("Spring"))
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"]
    reasons = [line["reason"] for line in log if line["event"] == "database not reached"]
    assert set(reasons) == {"database is locked"}
    other.execute("ROLLBACK")
    assert client.post("/v1/plans", json=small("Spring")).status_code == 201
