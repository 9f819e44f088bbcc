"""Jobs a second with one and two workers, on both databases.

Jobs do nothing (the solver of the tests), so that what is counted is the queue.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.config import Settings
from app.engine import running
from app.records.callers import LOCAL
from app.records.jobs import JobSelection
from app.records.named import SENT_ALONG
from app.routes.counting import Metrics
from app.schemas.scenario import ScenarioIn
from app.services.jobs import JobService
from app.services.scenarios import Stated
from benchmarks.load import databases
from benchmarks.timing import milliseconds
from tests.app.conftest import small

FAKE = "tests.app.fake_solver:solve"
JOBS = 200
HEAD = [f"{JOBS} jobs that solve nothing", "database", "jobs a second", "p50"]
ROOT = Path(__file__).resolve().parents[1]


def rows() -> list[list[str]]:
    """Every figure on both databases."""
    table = [HEAD]
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls:
            for workers in (1, 2):
                table.append([f"{workers} worker{'s' * (workers > 1)}", name, f"{rate(url, workers):.0f}", ""])
            table.append(["from order to result, within one process", name, "", milliseconds(order_to_result(url))])
    return table


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


def _settings(url: str, *, run_jobs: bool = True) -> Settings:
    """Solvers that do nothing would starve on a busy machine at idle priority."""
    return Settings(database_url=url, workers=2, run_jobs=run_jobs, log_level="error", solver_priority="low")
