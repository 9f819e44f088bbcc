"""Rivers of S-shaped curves: how many are proved to 1e-4 in ten seconds, and what the others leave open."""

from __future__ import annotations

import time

import numpy as np

from app.schemas.scenario import ScenarioIn
from optimizer.optimize import optimize
from tests.oracles.bent_rivers import bent_river

GAP, SECONDS = 1e-4, 10.0
LARGE = 8
LENGTHS = (6, 8, 12)
HEAD = ["periods", "rivers", "proved to 1e-4", "time, median", "gap of the others, median", "largest"]


def rows(seeds: int) -> list[list[str]]:
    """By the number of periods; one run each."""
    found: dict[int, list[tuple[float, bool, float]]] = {length: [] for length in LENGTHS}
    for seed in range(seeds):
        document = bent_river(seed, LARGE, LENGTHS) | {"solve": {"gap": GAP, "time_limit": SECONDS}}
        scenario = ScenarioIn.model_validate(document).to_domain()
        start = time.process_time()
        plan = optimize(scenario, clock=time.process_time)
        gap = np.inf if plan.gap is None else plan.gap
        found[len(scenario.periods)].append((time.process_time() - start, plan.status == "optimal", gap))
    return [HEAD, *(_row(length, own) for length, own in found.items() if own)]


def _row(length: int, own: list[tuple[float, bool, float]]) -> list[str]:
    left = [gap for _, proved, gap in own if not proved]
    median = float(np.median([seconds for seconds, _, _ in own]))
    gaps = [f"{np.median(left):.1e}", f"{max(left):.1e}"] if left else ["", ""]
    return [str(length), str(len(own)), str(len(own) - len(left)), f"{median:.1f} s", *gaps]
