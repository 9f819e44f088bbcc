"""The service as a process of its own, over a real socket: what a test client would smooth over."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.app.conftest import small
from tests.app.nest import Begun, begun

FAKE = "from app.main import create_app; app = lambda: create_app(function='tests.app.fake_solver:solve')"

HOST = b"Host: x\r\n"
POST = b"POST /v1/plans HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST


@contextmanager
def serving(folder: Path, factory: str = "served:app", **settings: str) -> Iterator[tuple[Begun, httpx.Client]]:
    """A server in its own process, killed at the end if it still lives."""
    port = _free_port()
    (folder / "served.py").write_text(FAKE)
    settings = {"patience": "60", "solver_priority": "low"} | settings  # the tests keep the processors busy
    environment = os.environ | {f"HEADRACE_{name.upper()}": value for name, value in settings.items()}
    environment |= {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(folder), str(Path.cwd())])}
    command = ["-m", "uvicorn", "--factory", factory, "--port", str(port), "--no-access-log"]
    process = begun(command, folder, folder / "log", environment)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            _wait_until_ready(client)
            yield process, client
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("server"), body_limit="200000", body_seconds="0.5", workers="1") as (
        _,
        client,
    ):
        yield client


def test_a_story_over_the_wire(server: httpx.Client) -> None:
    """Make two plans, read them, list them, compare them."""
    first, second = (server.post("/v1/plans", json=small(name)) for name in ("first", "second"))
    assert server.get(first.headers["location"]).content == first.content
    listed = [plan["id"] for plan in server.get("/v1/plans?limit=2").json()["plans"]]
    assert listed == [second.json()["id"], first.json()["id"]]
    assert server.get(f"/v1/comparisons?plans={','.join(listed)}").json()["labels"] == listed


def test_a_plan_that_was_acknowledged_survives_the_server(tmp_path: Path) -> None:
    """After kill -9 in the middle of other solves, every plan answered 201 is there to the byte."""
    made: list[httpx.Response] = []
    with serving(tmp_path, workers="2") as (process, client), ThreadPoolExecutor() as threads:

        def make(number: int) -> None:
            try:
                made.append(client.post("/v1/plans", json=small(f"plan {number}")))
            except httpx.HTTPError:
                return

        attempts = [threads.submit(make, number) for number in range(100)]
        while len(made) < 10:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        for attempt in attempts:
            attempt.result()
    with serving(tmp_path) as (_, client):
        for answer in made:
            assert answer.status_code == 201
            assert client.get(answer.headers["location"]).content == answer.content


def test_a_polite_end_leaves_no_process(tmp_path: Path) -> None:
    """SIGTERM ends the server and its workers; a solver in a dead loop ends with a killed server too."""
    with serving(tmp_path) as (process, client):
        assert client.post("/v1/plans", json=small("plan")).status_code == 201
        workers = _children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) in (0, -signal.SIGTERM)
        assert workers
        assert not any(_alive(worker) for worker in workers)


@pytest.mark.parametrize("manner", ["burn", "spin"])
def test_an_orphan_ends_itself(tmp_path: Path, manner: str) -> None:
    """A worker that hangs when its server is killed is ended by the kernel, whether it burns or sleeps."""
    with serving(tmp_path, workers="1") as (process, client):
        [worker] = _children(process.pid)
        with ThreadPoolExecutor() as threads:
            lost = threads.submit(client.post, "/v1/plans", json=small(f"die:{manner}", time_limit=0.1))
            time.sleep(0.3)
            process.send_signal(signal.SIGKILL)
            assert isinstance(lost.exception(), httpx.HTTPError)
        deadline = time.monotonic() + 20  # an idle process gets to its end slowly where others have the processor
        while _alive(worker) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _alive(worker)


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_body_is_refused_and_the_answer_can_be_read(server: httpx.Client, announced: bool) -> None:
    """413, with the connection closed, while the sender still sends: with and without Content-Length."""
    parts = (b" " * 50_000 for _ in range(40))
    headers = {"Content-Type": "application/json"} | ({"Content-Length": "2000000"} if announced else {})
    answer = server.post("/v1/plans", content=parts, headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


def test_an_endless_body_is_cut_off(server: httpx.Client) -> None:
    """A sender that never stops is answered and left, in about a second."""
    host, port = server.base_url.host, server.base_url.port or 0
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    began = time.monotonic()
    with socket.create_connection((host, port)) as connection, pytest.raises(OSError):  # noqa: PT011, PT012 - any
        connection.sendall(head)
        while time.monotonic() - began < 10:
            connection.sendall(b"2710\r\n" + b" " * 10_000 + b"\r\n")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x00\x01\x02\r\n\r\n", b"400"),
        (b"GET /nothing HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n" + HOST + b"\r\n", b"4"),
        (b"GET /v1/plans/%ff%fe HTTP/1.1\r\n" + HOST + b"\r\n", b"404"),
        (b"GET /v1/plans?name=%ff%fe HTTP/1.1\r\n" + HOST + b"\r\n", b"200"),
        (b"BREW /v1/plans HTTP/1.1\r\n" + HOST + b"\r\n", b"405"),
        (POST + b"Content-Length: 1" + b"0" * 22 + b"\r\n\r\n", b"4"),
        (POST + b"Content-Length: 10\r\n\r\n{", b"408"),
        (POST + b"Content-Length: 900000\r\nExpect: 100-continue\r\n\r\n", b"413"),
    ],
)
def test_strange_requests_are_answered(server: httpx.Client, request_bytes: bytes, status: bytes) -> None:
    """Whatever arrives, an answer goes back and the service lives."""
    with socket.create_connection((server.base_url.host, server.base_url.port or 0), timeout=5) as connection:
        connection.sendall(request_bytes)
        first = connection.recv(4096)
    assert first.startswith(b"HTTP/1.1 " + status), first[:100]
    assert server.get("/healthz").status_code == 200


def test_a_start_that_fails_is_one_sentence(tmp_path: Path) -> None:
    """A database that is not ours ends the start with the remedy, not with a traceback."""
    (tmp_path / "letter").write_text("no database " * 100)
    environment = os.environ | {
        "HEADRACE_DATABASE_URL": f"sqlite:///{tmp_path / 'letter'}",
        "PYTHONPATH": str(Path.cwd()),
    }
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "app.main:create_app",
        "--port",
        str(_free_port()),
    ]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "Headrace cannot start: the database cannot be used: file is not a database" in ended.stderr
    assert "Traceback" not in ended.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(client: httpx.Client) -> None:
    for _ in range(600):  # a minute: the machine may be busy with the other tests
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server does not get ready")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
