"""What compose.yaml starts, started without a container engine: its commands and settings, on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.app.conftest import small
from tests.app.databases import postgresql, postgresql_server  # noqa: F401 - fixtures
from tests.app.test_server import _free_port

ROOT = Path(__file__).parents[1]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
PLANS = 120
Process = subprocess.Popen[bytes]


class Composition:
    """Its processes; the program `headrace` may be another installation's (COMPOSED_PROGRAM)."""

    def __init__(self, folder: Path, database: str, stack: ExitStack) -> None:
        self._folder, self._database, self._stack = folder, database, stack
        self._program = os.environ.get("COMPOSED_PROGRAM", f"{sys.executable} -m app.cli").split()
        self.addresses: list[str] = []
        self.key = ""

    def environment(self, service: str) -> dict[str, str]:
        """What the file sets, with another address of the database."""
        stated: dict[str, str] = SERVICES[service]["environment"] | {"HEADRACE_DATABASE_URL": self._database}
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | stated

    def run(self, service: str, *words: str) -> str:
        """A command that ends."""
        command, settings = [*self._program, *words], self.environment(service)
        done = subprocess.run(command, env=settings, cwd=self._folder, capture_output=True, text=True, check=True)
        return done.stdout

    def start(self, service: str, port: int | None = None) -> Process:
        """A command that serves, at another port than in a container of its own."""
        words = SERVICES[service]["command"][1:]
        words = [str(port) if before == "--port" else word for before, word in zip(["", *words], words, strict=False)]
        with (self._folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                [*self._program, *words], env=self.environment(service), cwd=self._folder, stderr=log
            )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def make(self, number: int) -> None:
        """A plan, asked for until it is answered, at one API process or the other; every second one as a job."""
        asked = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": f"plan-{number}"}
        asked |= {"Prefer": "respond-async"} if number % 2 else {}
        for attempt in range(600):
            address = f"{self.addresses[(number + attempt) % 2]}/v1/plans"
            with suppress(httpx.TransportError):
                answer = httpx.post(address, json=small(f"plan {number}"), headers=asked, timeout=30)
                if answer.status_code in (201, 202):
                    return
                assert answer.status_code in (409, 429, 503), answer.text
            time.sleep(0.2)
        raise AssertionError(f"plan {number} is never answered")

    def names(self) -> Counter[str]:
        """How often each plan is there."""
        found: Counter[str] = Counter()
        headers, page = {"Authorization": f"Bearer {self.key}"}, "/v1/plans?limit=100"
        while page:
            told = httpx.get(self.addresses[0] + page, headers=headers, timeout=30).json()
            found.update(plan["name"] for plan in told["plans"])
            page = told["next"]
        return found


@contextmanager
def composed(folder: Path, database: str) -> Iterator[tuple[Composition, list[Process], list[Process]]]:
    """Migrated, with a key, two API processes and two workers."""
    with ExitStack() as stack:
        made = Composition(folder, database, stack)
        made.run("migrate", *SERVICES["migrate"]["command"][1:])
        made.key = json.loads(made.run("migrate", "keys", "create", "--name", "first", "--role", "admin"))["key"]
        ports = [_free_port() for _ in range(SERVICES["api"]["deploy"]["replicas"])]
        made.addresses = [f"http://127.0.0.1:{port}" for port in ports]
        apis = [made.start("api", port) for port in ports]
        workers = [made.start("worker") for _ in range(SERVICES["worker"]["deploy"]["replicas"])]
        for address in made.addresses:
            _until(lambda address=address: httpx.get(f"{address}/readyz").status_code == 200)  # type: ignore[misc]
        yield made, apis, workers


def _until(true: Any, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):
            if true():
                return
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.deep
def test_a_killed_process_of_each_kind_loses_nothing(tmp_path: Path, postgresql: str) -> None:  # noqa: F811 - fixture
    """An API process, then a worker, under load; started again as the file says, and everything ends politely."""
    with composed(tmp_path, postgresql) as (made, apis, workers), ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(made.make, number) for number in range(PLANS)]
        for processes, service in ((apis, "api"), (workers, "worker")):
            due = sum(each.done() for each in asked) + PLANS // 6
            _until(lambda due=due: sum(each.done() for each in asked) >= due)
            processes[0].send_signal(signal.SIGKILL)
            processes[0].wait()
            port = int(made.addresses[0].rpartition(":")[2]) if service == "api" else None
            processes[0] = made.start(service, port)
        for each in asked:
            each.result()
        _until(lambda: len(made.names()) == PLANS)
        assert set(made.names().values()) == {1}
        for process in (*apis, *workers):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=75) for process in (*apis, *workers)] == [0, 0, 0, 0]
