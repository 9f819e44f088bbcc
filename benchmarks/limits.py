"""A thousand concave tactics in every regime of limits: time, and times the floor, over some seeds of each."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from benchmarks.concave import Wire
from benchmarks.floor import Certified, water_filling
from benchmarks.floor_with_shares import with_shares
from benchmarks.scenario import untouched
from benchmarks.timing import milliseconds, timed
from optimizer.optimize import optimize
from tests.oracles import instances

TACTICS, CALLS = 1000, 3
REGIMES: dict[
    str, tuple[instances.Limits, float]
] = {  # limits of each tactic, times its current spend, and the budget, times the current one
    "floors and ceilings drawn": ("mixed", 1.0),
    "the same, half the budget": ("mixed", 0.5),
    "0 to 4": ("wide", 1.0),
    "0 to 4, half the budget": ("wide", 0.5),
    "0.5 to 2": ("robyn", 1.0),
    "0.7 to 1.3": ("narrow", 1.0),
}
HEAD = ["limits", "rows", "median", "slowest", "of floor, median", "most", "proved to 1e-6"]


def rows(seeds: int) -> Iterator[list[str]]:
    """One line a regime, without shares and with five; processor time."""
    yield HEAD
    for regime, (limits, budget) in REGIMES.items():
        made = [instances.one_period(TACTICS, seed, limits=limits, budget=budget) for seed in range(1, seeds + 1)]
        yield _row(regime, "budget", made, water_filling)
        yield _row(regime, "and 5 shares", [instances.with_shares(own) for own in made], with_shares)


def _row(regime: str, what: str, documents: list[Wire], floor: Callable[[Wire], Certified]) -> list[str]:
    seen = [_once(document, floor) for document in documents]
    times, ratios, gaps = zip(*seen, strict=True)
    return [
        regime,
        what,
        milliseconds(statistics.median(times)),
        milliseconds(max(times)),
        f"{statistics.median(ratios):.1f} x",
        f"{max(ratios):.1f} x",
        f"{sum(gap <= 1e-6 for gap in gaps)} of {len(gaps)}",
    ]


def _once(document: Wire, floor: Callable[[Wire], Certified]) -> tuple[float, float, float]:
    """Seconds, times the floor, gap."""
    scenarios = untouched(document, CALLS)
    own, plan = timed(lambda: optimize(next(scenarios)), CALLS)
    assert plan.gap is not None
    return own, own / timed(lambda: floor(document))[0], plan.gap
