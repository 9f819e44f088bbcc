"""S-shaped curves within one budget, beside shares, with on/off minimums, and with both, over many seeds: how long
plans take, how many are proved.

All curves S-shaped, and seven of ten: among the others are some that rise without end at 0. Beside one large tactic
limits are Robyn's, half to twice the current spend, within which it often stands where its curve is convex. Minimums
are those of all tactics, three tenths of the current spend.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.concave import Wire
from benchmarks.scenario import domain
from benchmarks.timing import milliseconds
from optimizer.optimize import optimize
from tests.oracles import instances

LARGE, BESIDE, MINIMUMS = ", one of them large", " + 5 shares", ", on/off minimums"
BOTH = f"{BESIDE}{MINIMUMS}"
SIZES = (
    *(("", 20), (LARGE, 20), ("", 1000), ("", 5000), (BESIDE, 20), (BESIDE, 200)),
    *((MINIMUMS, 20), (MINIMUMS, 200), (MINIMUMS, 1000), (BOTH, 20), (BOTH, 200)),
)
SHARES = (1.0, 0.7)
GAP = 1e-6
HEAD = ["tactics", "S-shaped", "seeds", "median", "slowest", "proved", "regions at most"]


def rows(seeds: int) -> list[list[str]]:
    """One line a number of tactics and a share of them."""
    return [HEAD, *(_row(beside, tactics, share, seeds) for beside, tactics in SIZES for share in SHARES)]


def _row(beside: str, tactics: int, share: float, seeds: int) -> list[str]:
    taken, gaps, nodes = [], [], []
    for seed in range(1, seeds + 1):
        scenario = domain(_document(beside, tactics, share, seed))
        start = time.process_time()
        plan = optimize(scenario, clock=time.process_time)
        taken.append(time.process_time() - start)
        gaps.append(1.0 if plan.gap is None else plan.gap)
        nodes.append(plan.provenance.nodes)
    proved = sum(gap <= GAP for gap in gaps)
    own = milliseconds(statistics.median(taken)), milliseconds(max(taken))
    return [f"{tactics}{beside}", f"{100 * share:.0f} %", str(seeds), *own, f"{proved} of {seeds}", str(max(nodes))]


def _document(beside: str, tactics: int, share: float, seed: int) -> Wire:
    if beside == LARGE:
        return instances.with_a_large_one(tactics, seed, s_share=share, limits="robyn")
    alone = instances.one_period(tactics, seed, s_share=share, limits="wide")
    if beside in (BESIDE, BOTH):
        alone = instances.with_shares(alone)
    return instances.with_minimums(alone) if beside in (MINIMUMS, BOTH) else alone
