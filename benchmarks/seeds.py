"""S-shaped curves within one budget, over many seeds: how long plans take, and how many are proved to 1e-6.

All curves S-shaped, and seven of ten: among the others are some that rise without end at 0.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.scenario import domain
from benchmarks.timing import milliseconds
from optimizer.optimize import optimize
from tests.oracles import instances

SIZES = (20, 1000, 5000)
SHARES = (1.0, 0.7)
GAP = 1e-6
HEAD = ["tactics", "S-shaped", "seeds", "median", "slowest", "proved", "regions at most"]


def rows(seeds: int) -> list[list[str]]:
    """One line a number of tactics and a share of them."""
    return [HEAD, *(_row(tactics, share, seeds) for tactics in SIZES for share in SHARES)]


def _row(tactics: int, share: float, seeds: int) -> list[str]:
    taken, gaps, nodes = [], [], []
    for seed in range(1, seeds + 1):
        scenario = domain(instances.one_period(tactics, seed, s_share=share, limits="wide"))
        start = time.process_time()
        plan = optimize(scenario, clock=time.process_time)
        taken.append(time.process_time() - start)
        gaps.append(1.0 if plan.gap is None else plan.gap)
        nodes.append(plan.provenance.nodes)
    proved = sum(gap <= GAP for gap in gaps)
    own = milliseconds(statistics.median(taken)), milliseconds(max(taken))
    return [str(tactics), f"{100 * share:.0f} %", str(seeds), *own, f"{proved} of {seeds}", str(max(nodes))]
