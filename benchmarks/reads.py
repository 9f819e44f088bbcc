"""Reads over HTTP, at a steady pace: idle, and while two solves run."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.load import databases, served
from benchmarks.timing import milliseconds
from tests.oracles import instances

PACE = 40.0  # reads a second
HEAD = ["reads over HTTP, 40 a second", "database", "p50", "p99"]


def rows(count: int) -> list[list[str]]:
    """Reading one plan, and the list of plans, `count` times each."""
    table = [HEAD]
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls:
            with served(url, workers="2", time_limit_max="600") as client:
                table += _of(name, client, count)
    return table


def _of(name: str, client: httpx.Client, count: int) -> list[list[str]]:
    plan = client.post("/v1/plans", json=instances.one_period(20, 1)).raise_for_status().json()["id"]
    table = [_row("idle", name, _paced(client, plan, count))]
    solving = [_begun(client) for _ in range(2)]
    while any(client.get(address).json()["state"] == "queued" for address in solving):
        time.sleep(0.1)
    table.append(_row("two solves running", name, _paced(client, plan, count)))
    states = {client.get(address).json()["state"] for address in solving}
    assert states == {"running"}, "the solves were over before the reads"
    for address in solving:
        client.delete(address)
    return table


def _begun(client: httpx.Client) -> str:
    """A solve that takes longer than all reads: a thousand S-shaped curves, to nine digits."""
    hard = instances.regional(20, 50, 1, s_share=1.0) | {"solve": {"gap": 1e-9, "time_limit": 600}}
    answer = client.post("/v1/plans", json=hard, headers={"Prefer": "respond-async"}).raise_for_status()
    return answer.headers["location"]


def _paced(client: httpx.Client, plan: str, count: int) -> list[float]:
    """How long each read took, sorted [s]; one that is late does not make the next one early."""
    took = []
    for number in range(2 * count):
        began = time.perf_counter()
        client.get(f"/v1/plans/{plan}" if number % 2 else "/v1/plans").raise_for_status()
        took.append(time.perf_counter() - began)
        time.sleep(max(0.0, 1 / PACE - took[-1]))
    return sorted(took)


def _row(state: str, name: str, took: list[float]) -> list[str]:
    return [state, name, milliseconds(statistics.median(took)), milliseconds(took[round(0.99 * (len(took) - 1))])]
