"""S-shaped curves, 20 tactics, in four regimes of limits: what each peer loses against the certified optimum.

For each: the share of seeds that it loses more than 1e-4 of the value on / the mean loss / the worst; median time.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from benchmarks.peers import PEERS, missing
from benchmarks.scenario import domain, spend_of
from benchmarks.timing import milliseconds, percent
from optimizer.optimize import optimize
from tests.oracles import instances, slsqp
from tests.oracles.curves import Witness

REGIMES: dict[str, tuple[instances.Limits, float]] = {
    "limits 0-4 x current": ("wide", 1.0),
    "the same, half budget": ("wide", 0.5),
    "Robyn's 0.5-2 x": ("robyn", 1.0),
    "within 30 %": ("narrow", 1.0),
}
TACTICS, STARTS, LOST = 20, 20, 1e-4
NAMES = ("Headrace", "SLSQP", f"SLSQP, {STARTS} starts", "Robyn SLSQP", "Robyn MMA", "Meridian")


def rows(seeds: int, cap: float) -> list[list[str]]:
    """One line a regime."""
    head = [f"S-shaped, {seeds} seeds: worse / mean / worst, time", *NAMES]
    return [head, *([name, *_regime(*regime, seeds, cap)] for name, regime in REGIMES.items())]


def _regime(limits: instances.Limits, budget: float, seeds: int, cap: float) -> list[str]:
    losses: dict[str, list[float]] = {name: [] for name in NAMES}
    seconds: dict[str, list[float]] = {name: [] for name in NAMES}
    for seed in range(seeds):
        document = instances.one_period(TACTICS, seed, s_share=1.0, limits=limits, budget=budget)
        scenario, witness = domain(document), Witness(document)
        start = time.process_time()
        plan = optimize(scenario)
        seconds["Headrace"].append(time.process_time() - start)
        assert plan.bound is not None
        losses["Headrace"].append(1.0 - witness.objective(spend_of(plan, scenario)) / plan.bound)
        for name in NAMES[1:]:
            if missing(name.partition(",")[0]):
                continue
            start = time.process_time()
            found = slsqp.best_of_slsqp(document, STARTS, seed)[1] if "," in name else PEERS[name](document, cap)
            seconds[name].append(time.process_time() - start)
            losses[name].append(1.0 - witness.objective(found) / plan.bound)
    return [_told(losses[name], seconds[name]) if losses[name] else "missing" for name in NAMES]


def _told(losses: list[float], seconds: list[float]) -> str:
    lost = np.array(losses)
    share = f"{100 * (lost > LOST).mean():.0f} %"
    return f"{share} / {percent(lost.mean())} / {percent(lost.max())}, {milliseconds(statistics.median(seconds))}"
