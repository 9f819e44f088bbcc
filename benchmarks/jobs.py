"""Jobs a second with one and two workers, and reads while solves run: `python -m benchmarks.jobs [POSTGRESQL_URL]`.

Jobs do nothing (the solver of the tests), so that what is counted is the queue. Prints one line for each figure.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from app.config import Settings
from app.engine import running
from app.records.callers import LOCAL
from app.records.jobs import JobSelection
from app.records.named import SENT_ALONG
from app.routes.counting import Metrics
from app.schemas.scenario import ScenarioIn, read_scenario
from app.services.jobs import JobService
from app.services.scenarios import Stated
from app.storage.schema import upgrade
from tests.app.conftest import small

FAKE = "tests.app.fake_solver:solve"
JOBS = 200
READS = 400
ROOT = Path(__file__).resolve().parents[1]


def main(urls: Sequence[str]) -> None:
    """Every figure on every database."""
    for url in urls:
        upgrade(url)
        kind = url.partition(":")[0]
        for workers in (1, 2):
            print(f"{kind}: {rate(url, workers):.0f} jobs/s with {workers} worker{'s' * (workers > 1)}", flush=True)
        print(f"{kind}: {1000 * order_to_result(url):.0f} ms from order to result, within one process", flush=True)
        for solving, seconds in reads(url):
            low, high = (1000 * seconds[round(share * (len(seconds) - 1))] for share in (0.5, 0.99))
            print(f"{kind}: reads {solving}: p50 {low:.1f} ms, p99 {high:.1f} ms", flush=True)


def rate(url: str, workers: int) -> float:
    """Jobs a second: from the start of the first to the end of the last."""
    stated = Stated(ScenarioIn.model_validate(small("x")).to_domain(), SENT_ALONG)
    with running(_settings(url, run_jobs=False), FAKE, Metrics()) as engine:
        ids = {engine.making.submit(LOCAL, stated).id for _ in range(JOBS)}
        with ExitStack() as stack:
            for _ in range(workers):
                stack.enter_context(_worker(url))
            jobs = JobService(engine.database, engine.desk)
            while any(not job.ended for job in _all(jobs, ids)):
                time.sleep(0.1)
            ended = _all(jobs, ids)
    first, last = min(job.started_at or 0 for job in ended), max(job.ended_at or 0 for job in ended)
    return JOBS / ((last - first) / 1e6)


def order_to_result(url: str) -> float:
    """The median of ten jobs, one after the other [s]."""
    stated = Stated(ScenarioIn.model_validate(small("x")).to_domain(), SENT_ALONG)
    took = []
    with running(_settings(url), FAKE, Metrics()) as engine:
        jobs = JobService(engine.database, engine.desk)
        for _ in range(10):
            began = time.perf_counter()
            job = engine.making.submit(LOCAL, stated)
            while not jobs.job(LOCAL, job.id).ended:
                time.sleep(0.001)
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def reads(url: str) -> Iterator[tuple[str, list[float]]]:
    """Times of reading a plan over and over [s], sorted: idle, and with two real solves running."""
    scenario = read_scenario((ROOT / "examples" / "robyn.json").read_bytes())
    hard = read_scenario((ROOT / "examples" / "full_funnel.json").read_bytes())
    busy = replace(hard, solve=replace(hard.solve, gap=1e-9, time_limit=60.0))
    with running(_settings(url, idle=True), "app.solving.job:answer", Metrics()) as engine:
        made = engine.making.make(LOCAL, Stated(scenario, SENT_ALONG), 60.0)
        yield "idle", _read(lambda: engine.plans.plan(LOCAL, made.id))
        for _ in range(8):
            engine.making.submit(LOCAL, Stated(busy, SENT_ALONG))
        time.sleep(1.0)
        yield "with two solves running", _read(lambda: engine.plans.plan(LOCAL, made.id))


def _read(read: object) -> list[float]:
    took = []
    for _ in range(READS):
        began = time.perf_counter()
        read()  # type: ignore[operator]
        took.append(time.perf_counter() - began)
        time.sleep(0.005)
    return sorted(took)


def _all(jobs: JobService, ids: set[str]) -> list:  # type: ignore[type-arg]
    found, cursor = [], None
    while len(found) < len(ids):
        page = jobs.page(LOCAL, JobSelection(), 100, cursor)
        found += [job for job in page.items if job.id in ids]
        cursor = page.next
        if cursor is None:
            break
    return found


@contextmanager
def _worker(url: str) -> Iterator[None]:
    code = f"from app.config import Settings; from app.engine import work; work(Settings(), {FAKE!r})"
    settings = {"HEADRACE_DATABASE_URL": url, "HEADRACE_WORKERS": "2", "HEADRACE_SOLVER_PRIORITY": "low"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | settings, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _settings(url: str, *, run_jobs: bool = True, idle: bool = False) -> Settings:
    priority = "idle" if idle else "low"  # solvers that do nothing would starve on a busy machine
    return Settings(database_url=url, workers=2, run_jobs=run_jobs, log_level="error", solver_priority=priority)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main([f"sqlite:///{folder}/jobs.sqlite3", *sys.argv[1:]])
