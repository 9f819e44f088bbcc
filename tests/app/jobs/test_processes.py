"""Workers as processes of their own: told to end, killed, and with their solvers killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.storage.schema import upgrade
from tests.app.conftest import Start, small
from tests.app.nest import Begun, begun

WORK = "from app.config import Settings; from app.engine import work; work(Settings(), 'tests.app.fake_solver:solve')"
ASYNC = {"Prefer": "respond-async"}


@contextmanager
def worker(url: str, folder: Path) -> Iterator[Begun]:
    """A worker with one solver that does what the scenario's name says."""
    settings = {"HEADRACE_DATABASE_URL": url, "HEADRACE_WORKERS": "1", "HEADRACE_SOLVER_PRIORITY": "low"}
    environment = os.environ | settings | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path.cwd())])}
    process = begun(["-c", WORK], folder, folder / "log", environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def client(shared_url: str, start: Start) -> TestClient:
    """A service that does no jobs itself."""
    upgrade(shared_url)
    return start(database_url=shared_url, run_jobs=False)


def submit(client: TestClient, name: str) -> str:
    return client.post("/v1/plans", json=small(name, time_limit=60.0), headers=ASYNC).headers["location"]


def until(client: TestClient, address: str, *states: str, seconds: float = 60.0) -> float:
    """For how long one had to wait for one of the states [s]."""
    began = time.monotonic()
    while client.get(address).json()["state"] not in states:
        assert time.monotonic() - began < seconds, client.get(address).json()
        time.sleep(0.05)
    return time.monotonic() - began


def plans(client: TestClient) -> list[str]:
    return [plan["name"] for plan in client.get("/v1/plans?limit=100").json()["plans"]]


def test_a_worker_that_never_returns(shared_url: str, client: TestClient, tmp_path: Path) -> None:
    """Killed in the middle of a job: another does it within 15 s, and there is one plan."""
    with worker(shared_url, tmp_path) as first:
        job = submit(client, "nap:3")
        until(client, job, "running")
        first.kill()
        with worker(shared_url, tmp_path):
            assert until(client, job, "done") < 15 + 3 + 10  # the lease, the solve, and a start on a busy machine
    assert client.get(job).json()["attempts"] == 2
    assert plans(client) == ["nap:3"]


def test_a_worker_that_is_told_to_end(shared_url: str, client: TestClient, tmp_path: Path) -> None:
    """It ends at once with 0, and what it had begun is queued again, as if it had not."""
    with worker(shared_url, tmp_path) as process:
        job = submit(client, "nap:30")
        until(client, job, "running")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    found = client.get(job).json()
    assert (found["state"], found["attempts"]) == ("queued", 0)


def test_a_solver_that_is_killed(shared_url: str, client: TestClient, tmp_path: Path) -> None:
    """The worker begins the job again with a new solver."""
    begun = tmp_path / "begun"
    with worker(shared_url, tmp_path) as process:
        job = submit(client, f"nap:2:{begun}")
        until(client, job, "running")
        while not begun.exists():  # a solver that is killed before it is asked costs no attempt
            time.sleep(0.05)
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        until(client, job, "done")
    assert client.get(job).json()["attempts"] == 2
    assert plans(client) == [f"nap:2:{begun}"]
