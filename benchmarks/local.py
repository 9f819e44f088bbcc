"""SLSQP's best of twenty starts on one instance: PyMC-Marketing's settings, all cells at once, with rules and pools.

In a process of its own that is killed when its time is up: one step of SLSQP among 2600 spends takes minutes, and asks
nobody. What stood before that counts if it keeps the limits.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from scipy.optimize import LinearConstraint

from benchmarks.concave import Array, Carry, Concave, Wire
from benchmarks.timing import milliseconds, percent
from tests.oracles import slsqp
from tests.oracles.curves import selects

STARTS = 20
KEPT = 1e-6  # of the budget: what rows may be missed by
HEAD = f"SLSQP, {STARTS} starts (of ours, loss)"

Earned = tuple[float, Array]  # value, and its slope in every spend


@dataclass(frozen=True, slots=True)
class Local:
    """How many starts ended in how many seconds of the processor, and the best value that keeps every limit."""

    ended: int
    seconds: float
    value: float = -np.inf

    def beside(self, own: float, bound: float) -> str:
        """In words: beside Headrace's seconds and the bound that it proved."""
        lost = f"{percent(1.0 - self.value / bound)} lost" if np.isfinite(self.value) else "nothing found"
        if self.ended == STARTS:
            return f"{milliseconds(self.seconds)} ({self.seconds / own:.0f} x, {lost})"
        return f"{self.ended} of {STARTS} in {self.seconds:.0f} s (> {self.seconds / own:.0f} x, {lost})"


def best(scenario: Wire, cap: float) -> Local:
    """The best of the starts, or of those that `cap` seconds of the clock allow."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_climb, args=(scenario, theirs), daemon=True)
    child.start()
    theirs.close()
    found = ours.recv()  # it has read the scenario: time counts from here
    until = time.monotonic() + cap
    try:
        while found.ended < STARTS and ours.poll(max(0.0, until - time.monotonic())):
            found = ours.recv()
    except EOFError:
        pass
    stopped = found.ended < STARTS
    child.kill()
    child.join()
    return Local(found.ended, cap, found.value) if stopped else found


def _climb(scenario: Wire, told: Connection) -> None:
    """Each better point that keeps the rows, and each end, is told as it comes."""
    earned, rows = earning(scenario), _rows(scenario)
    budget = float(scenario["budget"]["at_most"])
    told.send(Local(0, 0.0))
    start, best_value, ended = time.process_time(), -np.inf, 0

    low, high = slsqp.limits(scenario)

    def kept(x: Array) -> bool:
        sums = rows.A @ x
        missed = max((rows.lb - sums).max(initial=0.0), (sums - rows.ub).max(initial=0.0), x.sum() - budget)
        return bool(missed <= KEPT * budget and (x >= low - KEPT).all() and (x <= high + KEPT).all())

    def value(x: Array) -> float:
        nonlocal best_value
        now = earned(np.maximum(x, 0.0))[0]
        if now > best_value and kept(x):
            best_value = now
            told.send(Local(ended, time.process_time() - start, best_value))
        return now

    def slope(x: Array) -> Array:
        return np.minimum(np.nan_to_num(earned(np.maximum(x, 0.0))[1], nan=0.0), slsqp.STEEPEST)

    for begin in slsqp.starts(scenario, STARTS):
        value(slsqp.climb(scenario, value, slope, begin, rows=rows))
        ended += 1
        told.send(Local(ended, time.process_time() - start, best_value))


def earning(scenario: Wire) -> Callable[[Array], Earned]:
    """Revenue and its slope: of every tactic by itself, or of those that convert what others have fed into pools."""
    curves, carry = Concave(scenario), Carry(scenario)
    pools = [_Pool(scenario, pool, carry.shape) for pool in scenario.get("demand_pools", [])]
    worth = np.repeat([t.get("revenue_per_outcome", 1.0) for t in scenario["tactics"]], carry.shape[1])
    for pool in pools:
        worth.reshape(carry.shape)[pool.drawing] = 0.0

    def earned(x: Array) -> Earned:
        media = carry.push(x)
        responses = curves.value(media)
        total, each = float(worth @ responses), worth.copy()
        for pool in pools:
            value, slope = pool.earned(responses.reshape(carry.shape))
            total, each = total + value, each + slope.ravel()
        return total, carry.pull(each * curves.slope(media))

    return earned


class _Pool:
    """Demand that is converted as soon as there is response: of equal worth at any time, none is better kept.

    stock_t = arriving_t + retention · (stock_(t−1) − taken_(t−1))      taken_t = min(Σ responses drawing, stock_t)
    """

    def __init__(self, scenario: Wire, pool: Wire, shape: tuple[int, int]) -> None:
        tactics = scenario["tactics"]
        self.shape, self.kept, self.end = shape, pool.get("retention", 0.0), pool.get("end_value", 0.0)
        self.known = np.full(shape[1], float(pool.get("organic", 0.0)))
        self.known[0] += pool.get("initial", 0.0)
        self.drawing = [row for row, own in enumerate(tactics) if own.get("draws_from") == pool["name"]]
        self.feeding = [
            (row, own.get("lead", 0)) for row, own in enumerate(tactics) if own.get("feeds") == pool["name"]
        ]
        self.worth = float(tactics[self.drawing[0]]["revenue_per_outcome"])

    def earned(self, responses: Array) -> Earned:
        """Revenue and what is left at the end; and the slope."""
        count = self.shape[1]
        arriving, response = self.known.copy(), responses[self.drawing].sum(axis=0)
        for row, lead in self.feeding:
            arriving[lead:] += responses[row, : count - lead]
        stock, taken = np.zeros(count), np.zeros(count)
        for t in range(count):
            stock[t] = arriving[t] + (self.kept * (stock[t - 1] - taken[t - 1]) if t else 0.0)
            taken[t] = min(response[t], stock[t])
        slope, later = np.zeros(self.shape), self.end
        ahead = np.zeros(count)
        for t in reversed(range(count)):
            scarce = response[t] > stock[t]
            slope[self.drawing, t] = 0.0 if scarce else self.worth - later
            ahead[t] = self.worth if scarce else later
            later = self.kept * ahead[t]
        for row, lead in self.feeding:
            slope[row, : count - lead] += ahead[lead:]
        return float(self.worth * taken.sum() + self.end * (stock[-1] - taken[-1])), slope


def _rows(scenario: Wire) -> LinearConstraint:
    """Spend ranges and shares of all spend, as rows."""
    tactics, count = scenario["tactics"], len(scenario.get("periods") or ["all"])
    rows, low, high = [], [], []
    for rule in scenario.get("rules", []):
        own = np.repeat([float(selects(rule["scope"], tactic)) for tactic in tactics], count)
        share = rule["rule"] == "share_range"
        for side, limit in ((side, rule[side]) for side in ("at_least", "at_most") if side in rule):
            rows.append(own - limit if share else own)
            low.append((0.0 if share else limit) if side == "at_least" else -np.inf)
            high.append((0.0 if share else limit) if side == "at_most" else np.inf)
    return LinearConstraint(np.array(rows).reshape(len(rows), len(tactics) * count), low, high)
