"""`headrace serve`: how it leaves, and what it tells Prometheus."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.records.callers import Role
from app.services.once import OnceService
from tests.app.conftest import Start, small
from tests.app.nest import Begun, begun
from tests.app.routes.test_callers import give_key
from tests.app.test_server import _free_port, _wait_until_ready

HOST = b"Host: x\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[Begun, httpx.Client]]:
    """The command itself, in a process of its own."""
    port = _free_port()
    environment = os.environ | {f"HEADRACE_{name.upper()}": value for name, value in settings.items()}
    environment["PYTHONPATH"] = str(Path.cwd())
    process = begun(["-m", "app.cli", "serve", "--port", str(port)], folder, folder / "log", environment)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        try:
            _wait_until_ready(client)
            yield process, client
        finally:
            process.kill()
            process.wait()


def test_it_leaves_politely(tmp_path: Path) -> None:
    """First it says that it is not ready and serves on; then it takes nothing new, and ends what it has begun."""
    body = b'{"name": "x"}'
    head = b"POST /v1/plans HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(body)
    with serving(tmp_path, drain_seconds="2", shutdown_seconds="20", workers="1") as (process, client):
        address = (client.base_url.host, client.base_url.port or 0)
        with socket.create_connection(address, timeout=20) as begun:
            begun.sendall(head + body[:3])
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["troubles"]) == (503, ["the service is about to stop"])
            assert client.post("/v1/plans", json=small("late")).status_code == 201
            while _takes_connections(address):
                time.sleep(0.1)
            begun.sendall(body[3:])
            assert begun.recv(4096).startswith(b"HTTP/1.1 422")
        assert process.wait(timeout=20) == 0


def test_who_follows_a_job_does_not_hold_it_up(tmp_path: Path) -> None:
    """Streams end cleanly when it begins to leave; nothing is cut off, and nothing failed in the log."""
    with serving(tmp_path, shutdown_seconds="15", workers="1", run_jobs="false") as (process, client):
        job = client.post("/v1/plans", json=small("later"), headers={"Prefer": "respond-async"}).headers["location"]
        with client.stream("GET", f"{job}/events") as stream:
            told = stream.iter_text()
            while "queued" not in next(told):
                pass
            process.send_signal(signal.SIGTERM)
            assert "event: failed" not in "".join(told)
        assert process.wait(timeout=20) == 0
    log = (tmp_path / "log").read_text()
    assert "trace" not in log
    assert "timeout graceful shutdown exceeded" not in log


def test_the_log_is_one_object_a_line(tmp_path: Path) -> None:
    """What the server says of itself, too: where it listens, requests, its end."""
    with serving(tmp_path, workers="1") as (process, client):
        client.get("/v1/plans/x")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert all({"event", "level", "timestamp"} <= set(line) for line in told)
    assert any(str(line["event"]).startswith("Uvicorn running on") for line in told)
    assert [line["status"] for line in told if line["event"] == "request"][-1] == 404


def test_a_start_that_fails_is_told_in_the_same_way(tmp_path: Path) -> None:
    """Why, in one line, and an exit code that says whose move it is."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    environment = os.environ | {"HEADRACE_DATABASE_URL": f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    events = [json.loads(line)["event"] for line in ended.stderr.splitlines()]
    assert any(event.startswith("Headrace cannot start: the database cannot be used") for event in events)


def test_a_second_signal_is_obeyed_at_once(tmp_path: Path) -> None:
    """Whoever is in a hurry need not wait for the drain."""
    with serving(tmp_path, drain_seconds="60", workers="1") as (process, _):
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert process.wait(timeout=20) == 0


def _takes_connections(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


def figures(text: str) -> dict[str, float]:
    """The samples of Prometheus' text format, by name and labels."""
    return {name: float(value) for name, value in re.findall(r"^(headrace_[^ ]+) ([^ ]+)$", text, re.MULTILINE)}


def test_metrics_count_requests_and_solves(start: Start) -> None:
    """By address of the manual, never by what somebody made up; solves by how they ended."""
    client = start()
    for name in ("Spring", "conflict", "die:exit"):
        client.post("/v1/plans", json=small(name))
    for path in ("/v1/plans/plan_1", "/v1/plans/plan_2", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    client.request("BREW", "/v1/plans")
    found = figures(client.get("/metrics").text)
    assert found['headrace_requests_total{method="POST",route="/v1/plans",status="201"}'] == 2
    assert found['headrace_requests_total{method="GET",route="/v1/plans/{plan_id}",status="404"}'] == 2
    assert found['headrace_requests_total{method="GET",route="other",status="404"}'] == 2
    assert found['headrace_requests_total{method="other",route="/v1/plans",status="405"}'] == 1
    solves = {status: found[f'headrace_solves_total{{status="{status}"}}'] for status in ("feasible", "conflict")}
    assert solves == {"feasible": 1, "conflict": 1}
    assert found['headrace_solves_total{status="solver_died"}'] == 1
    assert found["headrace_solve_seconds_count"] == 3
    assert (found["headrace_solves_in_progress"], found["headrace_solve_oldest_seconds"]) == (0, 0)
    assert "headrace_solvers_alive" in found
    assert not re.search("nowhere|plan_1|Spring", client.get("/metrics").text)


def test_metrics_tell_what_waits(start: Start) -> None:
    """Depth and age of the queue that all processes share; left out while the database does not answer."""
    client = start(run_jobs=False)
    for name in ("a", "b"):
        assert client.post("/v1/plans", json=small(name), headers={"Prefer": "respond-async"}).status_code == 202
    found = figures(client.get("/metrics").text)
    assert (found["headrace_jobs_queued"], found["headrace_jobs_running"]) == (2, 0)
    assert found["headrace_job_oldest_seconds"] >= 0


def test_metrics_are_for_admins(start: Start) -> None:
    """They tell of every workspace."""
    client = start(auth="keys")
    answers = [
        client.get("/metrics", headers=headers)
        for headers in ({}, give_key(client, Role.approver), give_key(client, Role.admin))
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert answers[2].headers["content-type"].startswith("text/plain")


def test_each_application_counts_for_itself(start: Start) -> None:
    """Two in one process share no figure."""
    first, second = start(), start()
    first.get("/v1/plans")
    assert 'route="/v1/plans"' in first.get("/metrics").text
    assert 'route="/v1/plans"' not in second.get("/metrics").text


def test_a_fault_ends_nothing_that_is_done_again_and_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of old requests are forgotten in later rounds, too."""
    rounds: list[int] = []
    enough = threading.Event()

    def sweep(_: OnceService) -> int:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise ValueError("nobody expected it")
        enough.set()
        return 0

    monkeypatch.setattr("app.main.SWEEP", 0.01)
    monkeypatch.setattr(OnceService, "sweep", sweep)
    start()
    assert enough.wait(20)
