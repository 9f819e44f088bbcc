"""POST /v1/plans against the library call: a plan of 20 tactics, answered and stored on SQLite."""

from __future__ import annotations

import statistics
import time

from app.demo import _folder, _service, call
from benchmarks.scenario import domain
from benchmarks.timing import milliseconds, timed
from optimizer.optimize import optimize
from tests.oracles import instances

CALLS = 40
HEAD = ["20 tactics", "library", f"POST /v1/plans, p50 of {CALLS}", "3 x library + 10 ms"]


def rows() -> list[list[str]]:
    """One line."""
    document = instances.one_period(20, 1)
    scenario = domain(document)
    with _folder() as folder, _service(folder) as address:
        library, _ = timed(lambda: optimize(scenario))
        taken = []
        for number in range(CALLS):
            start = time.perf_counter()
            call(address, "/v1/plans", document | {"name": f"plan {number}"})
            taken.append(time.perf_counter() - start)
    median = statistics.median(taken)
    return [HEAD, ["end to end", milliseconds(library), milliseconds(median), milliseconds(3 * library + 0.01)]]
