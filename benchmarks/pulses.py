"""S-shaped curves with adstock over a year, seed by seed: 10 and 20 × 52 at a gap of 1e-4, the limit 10 s of the
processor."""

from __future__ import annotations

import time

from benchmarks.scenario import domain
from optimizer.optimize import optimize
from tests.oracles import instances

TACTICS, GAP, LIMIT, SEEDS = (10, 20), 1e-4, 10.0, 20


def rows() -> list[list[str]]:
    """One line a seed."""
    head = ["tactics", "seed", "time", "gap", "status", "regions"]
    return [head, *(_row(tactics, seed) for tactics in TACTICS for seed in range(1, SEEDS + 1))]


def _row(tactics: int, seed: int) -> list[str]:
    scenario = domain(
        instances.weekly(tactics, seed, s_share=1.0) | {"solve": {"gap": GAP, "time_limit": LIMIT}},
    )
    start = time.process_time()
    plan = optimize(scenario, clock=time.process_time)
    seconds = time.process_time() - start
    gap = "none" if plan.gap is None else f"{plan.gap:.1e}"
    return [str(tactics), str(seed), f"{seconds:.2f} s", gap, plan.status, str(plan.provenance.nodes)]
