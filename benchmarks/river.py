"""Demand pools with rules: 50 tactics, 52 weeks, adstock, two pools, 30 rules, at a gap of 1e-4.

Beside it the same without pools, where every tactic earns by itself, and SLSQP's best of 20 starts.
"""

from __future__ import annotations

import time

import numpy as np

from app.schemas.scenario import ScenarioIn
from benchmarks import local
from benchmarks.concave import Wire
from optimizer.answers.plan import Plan
from optimizer.optimize import optimize

TACTICS, WEEKS, GROUPS = 50, 52, 10
POOLS = ("north", "south")
HEAD = [f"{TACTICS} x {WEEKS}, adstock, 30 rules", "time", "of no pools", "gap", "status", local.HEAD]


def scenario(*, pools: bool, seed: int = 1, tactics: int = TACTICS, weeks: int = WEEKS) -> Wire:
    """Half of the tactics feed one of two pools, the other half draw from it."""
    rng = np.random.default_rng(seed)
    week = 1000.0 * tactics / 4
    document: Wire = {
        "name": "river",
        "currency": "EUR",
        "periods": [f"w{week:02}" for week in range(weeks)],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": week * weeks},
        "tactics": [_tactic(rng, place, pools, upstream=place < tactics // 2) for place in range(tactics)],
        "rules": [rule for group in range(GROUPS) for rule in _rules(group, weeks)],
        "solve": {"gap": 1e-4, "time_limit": 120},
    }
    if pools:
        document["demand_pools"] = [
            {"name": "north", "initial": 5000, "organic": 10000, "retention": 0.7, "end_value": 0.3},
            {"name": "south", "initial": 5000, "organic": 8000, "retention": 0.9},
        ]
    return document


def _tactic(rng: np.random.Generator, place: int, pools: bool, *, upstream: bool) -> Wire:
    scale = float(rng.uniform(500.0, 3000.0))
    lead = int(rng.choice([1, 2, 4]))
    tactic: Wire = {
        "name": f"tactic {place:02}",
        "stage": "upstream" if upstream else "downstream",
        "tags": {"group": str(place % GROUPS)},
        "response": {
            "family": "hill",
            "ceiling": scale * float(rng.uniform(1.5, 5.0)),
            "half_saturation": scale,
            "shape": 1,
        },
        "revenue_per_outcome": 0.2 if upstream and pools else 1.5,
        "adstock": {"family": "geometric", "retention": float(rng.uniform(0.2, 0.7))},
        "spend": {"at_most": 3.0 * scale},
    }
    if pools:
        tactic |= {"feeds" if upstream else "draws_from": POOLS[place % 2]} | ({"lead": lead} if upstream else {})
    return tactic


def _rules(group: int, weeks: int) -> list[Wire]:
    scope = {"tags": {"group": str(group)}}
    one = {"tactics": [f"tactic {group:02}"]}
    return [
        {"rule": "spend_range", "name": f"floor {group}", "scope": scope, "at_least": 250 * weeks},
        {"rule": "share_range", "name": f"share {group}", "scope": scope, "at_most": 0.2},
        {"rule": "spend_range", "name": f"cap {group}", "scope": one, "at_most": 1500 * weeks},
    ]


def _timed(*, pools: bool) -> tuple[float, Plan]:
    problem = ScenarioIn.model_validate(scenario(pools=pools)).to_domain()
    start = time.process_time()
    plan = optimize(problem)
    return time.process_time() - start, plan


def rows(cap: float) -> list[list[str]]:
    """Without pools, then with two; one run each. Local search stops after `cap` seconds."""
    timed = [(pools, *_timed(pools=pools)) for pools in (False, True)]
    return [
        [
            "two pools" if pools else "no pools",
            f"{seconds:.1f} s",
            f"{seconds / timed[0][1]:.1f} x",
            f"{plan.gap:.1e}",
            plan.status,
            local.best(scenario(pools=pools), cap).beside(seconds, plan.bound or 0.0),
        ]
        for pools, seconds, plan in timed
    ]
