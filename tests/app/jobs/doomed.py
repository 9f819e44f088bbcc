"""Servers that are killed while they answer: `python -m tests.app.jobs.doomed URL POINTS SEED`.

One process imports everything once and forks a uvicorn for each point, with solvers that answer by themselves after a
moment. Callers send plans, jobs, batches, actuals and schedules, with keys and without; at a random moment the server
is killed by SIGKILL. The next one is asked again for whatever was not answered, and then everything must be there,
once. Prints a JSON object: points, requests that were cut off, and what was wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text

import app.engine
from app.config import Settings
from app.main import create_app
from app.server import Server
from app.storage.database import Database
from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario
from tests.app.conftest import small
from tests.app.fake_solver import InstantSolver

KINDS = ("plan", "job", "batch", "actuals", "schedule", "bare")
CALLERS = 4
BURST = 0.6  # seconds within which a server is killed, from its first answer on
PATIENCE = 60.0  # seconds until everything that was accepted has ended


class StillPool:
    """No processes."""

    alive = places = 4

    def __init__(self, *_: object, **__: object) -> None:
        """There is nothing to make."""

    def start(self) -> None:
        """There is nothing to start."""

    close = start


class Solver(InstantSolver):
    """Ten of everything, after a moment."""

    def __init__(self, *_: object) -> None:
        self._moments = random.Random(os.getpid())

    def solve(self, scenario: Scenario, *_: object, **__: object) -> Plan:
        """The plan."""
        time.sleep(self._moments.uniform(0, 0.02))
        return super().solve(scenario)


@dataclass(slots=True)
class Sent:
    """A request, and the answer to it if there was one."""

    kind: str
    name: str
    answer: httpx.Response | None = None

    def send(self, client: httpx.Client, plan: str) -> None:
        """Send it; again, where it has a key."""
        address, body = body_of(self.kind, self.name, plan)
        headers = {} if self.kind == "bare" else {"Idempotency-Key": self.name}
        headers |= {"Prefer": "respond-async"} if self.kind == "job" else {}
        try:
            self.answer = client.post(address, json=body, headers=headers)
        except httpx.HTTPError:
            self.answer = None

    @property
    def done(self) -> bool:
        """Whether it was answered as it should be."""
        return self.answer is not None and self.answer.status_code in (201, 202)


def body_of(kind: str, name: str, plan: str) -> tuple[str, dict[str, Any]]:
    """Where a request of that kind is sent, and what."""
    match kind:
        case "batch":
            return "/v1/batches", {"name": name, "scenarios": [small(f"{name} 0"), small(f"{name} 1")]}
        case "actuals":
            return "/v1/actuals", {"book": name, "actuals": [{"tactic": "tv", "period": "1", "spend": 1}]}
        case "schedule":
            return "/v1/schedules", {"name": name, "cron": "0 6 1 1 *", "plan": plan}
        case _:
            return "/v1/plans", small(name)


def served(url: str) -> tuple[int, httpx.Client]:
    """A server in a process of its own, which nobody has to wait for: its socket listens already."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    pid = os.fork()
    if pid == 0:
        try:
            _serve(url, listener)
        finally:
            os._exit(1)
    listener.close()  # with the process its socket is gone, too
    return pid, httpx.Client(base_url=address, timeout=30)


def _serve(url: str, listener: socket.socket) -> None:
    import uvicorn

    app.engine.Pool = StillPool  # type: ignore[misc,assignment]  # no solver processes
    app.engine.PoolSolver = Solver  # type: ignore[misc,assignment]  # their answers
    settings = Settings(database_url=url, workers=2, log_level="error")
    application = create_app(settings)
    Server(uvicorn.Config(application, log_level="error", access_log=False), application, 0.0).run([listener])


def kill(pid: int) -> None:
    """At once, whatever it does."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def burst(client: httpx.Client, pid: int, turn: int, plan: str, moments: random.Random) -> list[Sent]:
    """Requests of every kind from several callers at once, and the end of the server in the middle of them."""
    sent = [Sent(kind, f"{turn}-{kind}-{caller}") for caller in range(CALLERS) for kind in KINDS]
    moments.shuffle(sent)
    with ThreadPoolExecutor(CALLERS) as threads:
        for each in sent:
            threads.submit(each.send, client, plan)
        time.sleep(moments.uniform(0, BURST))
        kill(pid)
    return sent


def made_up(client: httpx.Client, database: Database, sent: list[Sent], plan: str) -> list[str]:
    """Have the next server answer what was cut off, and do what is open: what was wrong with that."""
    with database.engine.begin() as connection:  # the dead hold their leases no longer than they have to
        connection.execute(text("UPDATE requests SET lease_until = 0 WHERE status IS NULL"))
        connection.execute(text("UPDATE jobs SET lease_until = 0 WHERE state = 'running'"))
    until, keyed = time.monotonic() + PATIENCE, [each for each in sent if each.kind != "bare"]

    def insist(each: Sent) -> None:
        while not each.done and time.monotonic() < until:
            each.send(client, plan)
            time.sleep(0.0 if each.done else 0.05)

    with ThreadPoolExecutor(CALLERS) as threads:
        list(threads.map(insist, keyed))
    wrong = [f"{each.name}: {each.answer and each.answer.text}" for each in keyed if not each.done]
    while _open(database) and time.monotonic() < until:
        time.sleep(0.02)
    return wrong + [f"open: {name}" for name in _open(database)]


def _open(database: Database) -> list[str]:
    with database.engine.begin() as connection:
        return list(connection.scalars(text("SELECT name FROM jobs WHERE state IN ('queued', 'running')")))


def judged(database: Database, turn: int, sent: list[Sent]) -> list[str]:
    """What is lost or doubled of this turn."""
    like = {"like": f"{turn}-%"}
    with database.engine.begin() as connection:
        plans = Counter(connection.scalars(text("SELECT name FROM plans WHERE name LIKE :like"), like))
        books = Counter(connection.scalars(text("SELECT book FROM actuals WHERE book LIKE :like"), like))
        schedules = Counter(connection.scalars(text("SELECT name FROM schedules WHERE name LIKE :like"), like))
        batches = Counter(connection.scalars(text("SELECT name FROM batches WHERE name LIKE :like"), like))
        ids = set(connection.scalars(text("SELECT id FROM plans WHERE name LIKE :like"), like))
    wrong = []
    for each in sent:
        match each.kind:
            case "batch":
                found = [batches[each.name], *(plans[f"{each.name} {place}"] for place in range(2))]
            case "actuals":
                found = [books[each.name]]
            case "schedule":
                found = [schedules[each.name]]
            case _:
                found = [plans[each.name]]
        allowed = ({1}, {0, 1})[each.kind == "bare" and not each.done]
        wrong += [] if set(found) <= allowed else [f"{each.name}: {found}"]
        if each.done and each.answer is not None and each.answer.status_code == 201 and each.kind in ("plan", "bare"):
            wrong += [] if each.answer.json()["id"] in ids else [f"{each.name}: is answered and not there"]
    return wrong


def main(url: str, points: int, seed: int) -> None:
    """Kill so many servers, one after the other."""
    moments, database = random.Random(seed), Database(url)
    pid, client = served(url)
    plan = client.post("/v1/plans", json=small("in force")).json()["id"]
    wrong: dict[int, list[str]] = {}
    cut_off = 0
    for turn in range(points):
        client.get("/healthz")  # it has begun
        sent = burst(client, pid, turn, plan, moments)
        client.close()
        cut_off += sum(not each.done for each in sent)
        database.close()  # nobody inherits a connection
        pid, client = served(url)
        if found := made_up(client, database, sent, plan) + judged(database, turn, sent):
            wrong[turn] = found
    kill(pid)
    print(json.dumps({"points": points, "sent": points * CALLERS * len(KINDS), "cut_off": cut_off, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
