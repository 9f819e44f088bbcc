"""Confidence beside expected value, in one run: 20 tactics, 12 periods, 500 draws.

The same scenario, once for the mean over all draws, once for that over the worst tenth, at a gap of 1e-3 and of 1e-6.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Wire
from optimizer.answers.plan import Plan
from optimizer.optimize import optimize
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario

TACTICS, PERIODS, DRAWS, CONFIDENCE = 20, 12, 500, 0.9
HEAD = ["20 x 12 x 500 draws", "time", "of expected", "gap", "worst tenth", "mean"]


def scenario(seed: int = 1) -> Scenario:
    """Hill curves whose ceilings, half saturations and shapes are spread over draws."""
    rng = np.random.default_rng(seed)
    document = {
        "name": "risk",
        "currency": "EUR",
        "periods": [f"{period:02}" for period in range(PERIODS)],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 100.0 * TACTICS * PERIODS},
        "tactics": [_tactic(rng, f"tactic {number:02}") for number in range(TACTICS)],
    }
    return ScenarioIn.model_validate(document).to_domain()


def _tactic(rng: np.random.Generator, name: str) -> Wire:
    spend = rng.uniform(50.0, 150.0)
    ceilings = spend * rng.uniform(1.0, 4.0) * np.exp(rng.normal(0.0, 0.35, DRAWS))
    halves = spend * rng.uniform(0.3, 2.5) * np.exp(rng.normal(0.0, 0.3, DRAWS))
    shapes = np.clip(rng.uniform(0.6, 0.9) + rng.normal(0.0, 0.08, DRAWS), 0.3, 1.0)
    draws = [
        {"ceiling": float(ceiling), "half_saturation": float(half), "shape": float(shape)}
        for ceiling, half, shape in zip(ceilings, halves, shapes, strict=True)
    ]
    season = rng.uniform(0.7, 1.3, PERIODS).tolist()
    return {
        "name": name,
        "stage": "upstream",
        "response": {"family": "hill", "draws": draws},
        "seasonality": season,
    }


def _timed(problem: Scenario, confidence: float | None, gap: float) -> tuple[float, Plan]:
    objective = Objective(aim="revenue", confidence=confidence)
    asked = replace(problem, objective=objective, solve=replace(problem.solve, gap=gap))
    start = time.perf_counter()
    plan = optimize(asked)
    return time.perf_counter() - start, plan


def rows() -> list[list[str]]:
    """Expected value, then the tail at two gaps; one run each."""
    problem = scenario()
    cases = [("expected value", None, 1e-6), ("confidence 0.9", CONFIDENCE, 1e-3), ("confidence 0.9", CONFIDENCE, 1e-6)]
    timed = [(name, gap, *_timed(problem, confidence, gap)) for name, confidence, gap in cases]
    usual = timed[0][2]
    return [
        [
            f"{name}, gap {gap:.0e}",
            f"{seconds:.1f} s",
            f"{seconds / usual:.1f} x",
            f"{plan.gap:.1e} ({plan.status})",
            f"{plan.risk.value.cvar:,.0f}" if plan.risk else "",
            f"{plan.risk.value.mean:,.0f}" if plan.risk else "",
        ]
        for name, gap, seconds, plan in timed
    ]
