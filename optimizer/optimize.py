"""The one sentence: scenario → seed → search → certificate → plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.plan import Plan
from optimizer.errors import LimitError
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import reach
from optimizer.formulation.tighten import tightened
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import tail_length
from optimizer.search.ceiling import first_ceiling, is_open, worth_at_most
from optimizer.search.conflict import ANY, explain
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.outcome import conflict_plan, found_plan, missing_plan, provenance_of
from optimizer.search.search import Found, search
from optimizer.units import LARGEST

Array = NDArray[np.float64]
CONFLICT_SECONDS = 0.5  # at the least, to name a conflict once it is proved; the pool kills a second after the limit
WIDER = 1000.0
QUICK = 0.1  # of the time limit, for each plan that only brings limits down
OPEN = 0.1 * LARGEST  # a spend that may reach this is taken to have no limit
NOTICEABLE = 0.99  # a limit that rows move below this share of itself is worth building again


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a solve has come: `value`, `bound` in the objective's units, None while unknown."""

    rounds: int
    nodes: int
    value: float | None
    bound: float | None
    gap: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """The largest model that is built: `cells` readings of curves, `entries` of rows, estimated before building."""

    cells: int = 250_000
    entries: int = 20_000_000


def optimize(
    scenario: Scenario,
    *,
    clock: Clock = time.monotonic,
    progress: Callable[[Progress], None] | None = None,
    limits: SizeLimits = SizeLimits(),
) -> Plan:
    """The best plan for a scenario, with a certificate of how good it is.

    Stops when `scenario.solve.gap` is proved or `scenario.solve.time_limit` [seconds of `clock`] have passed.
    A scenario that nothing satisfies ends as a plan with status `conflict`.
    Raises LimitError, ScenarioError (spend without end pays) and SolverFault.
    """
    check_size(scenario, limits)
    deadline = Deadline.after(scenario.solve.time_limit, clock)
    ordered = canonical_order(scenario)
    found = _search(ordered, deadline, progress)
    provenance = provenance_of(scenario, found)
    if found.columns is not None:
        plan = found_plan(scenario, found, provenance)
    elif found.proved_empty:
        more = Deadline.after(max(CONFLICT_SECONDS, deadline.left), clock)
        plan = conflict_plan(explain(ordered, more), provenance)
    else:
        plan = missing_plan(scenario, found.stopped, provenance)
    return replace(plan, provenance=replace(provenance, seconds=deadline.spent))


def canonical_order(scenario: Scenario) -> Scenario:
    """The same scenario with tactics, goals and rules by name: the order they were written in changes no plan."""
    return replace(
        scenario,
        tactics=tuple(sorted(scenario.tactics, key=lambda tactic: tactic.name)),
        goals=tuple(sorted(scenario.goals, key=lambda goal: goal.name)),
        rules=tuple(sorted(scenario.rules, key=lambda rule: rule.name)),
    )


def check_size(scenario: Scenario, limits: SizeLimits) -> None:
    """Refuse a model that is too large, before it is built."""
    periods = len(scenario.periods)
    tails = [tail_length(scenario, tactic) for tactic in scenario.tactics]
    cells = sum(periods + tail for tail in tails)
    entries = sum(
        (periods + tail) * min(tactic.carry_over.adstock.length or 3, periods)
        for tactic, tail in zip(scenario.tactics, tails, strict=True)
    )
    for what, size, most in (("cells", cells, limits.cells), ("entries", entries, limits.entries)):
        if size > most:
            raise LimitError(
                "model_too_large",
                "tactics",
                f"make a model of {size:,} {what}; at most {most:,} are solved here",
                "plan fewer tactics or periods at a time, or shorten adstocks",
            )


def _search(scenario: Scenario, deadline: Deadline, progress: Callable[[Progress], None] | None) -> Found:
    """Search within the limits that the scenario states, or within ceilings that provably hold the optimum."""
    most = reach(scenario, LARGEST)
    if is_open(scenario):
        most = np.minimum(most, tightened(build(scenario, most)))
    if not scenario.objective.maximizes:
        return _least_spend(scenario, most, deadline, progress)
    if not is_open(scenario) or (most < OPEN).all():
        return _searched(scenario, most, deadline, progress)
    ceiling, empty = max(worth_at_most(scenario, 0.0), first_ceiling(scenario)), _Empty()
    while True:
        found = _searched(scenario, np.minimum(most, ceiling), deadline, progress)
        if found.columns is None:
            if not found.proved_empty or ceiling >= LARGEST:
                return found
            empty = _Empty(found=found, ceiling=ceiling)
            ceiling = min(ceiling * WIDER, LARGEST)  # a plan that must lose money may lie beyond
            continue
        if empty.found is not None and empty.holds(found):
            return empty.found
        enough = min(worth_at_most(scenario, -found.cost * found.model.worth), LARGEST)
        if found.stopped or enough <= ceiling:
            return found
        ceiling = enough


@dataclass(frozen=True, slots=True, kw_only=True)
class _Empty:
    """A search that proved that no plan spends at most `ceiling` in each cell."""

    found: Found | None = None
    ceiling: float = -1.0

    def holds(self, other: Found) -> bool:
        """Whether a plan found under a wider ceiling lies where there is none: its tolerances let it pass."""
        return float(_spend(other).max()) <= self.ceiling


def _spend(found: Found) -> Array:
    """The spend of what was found [money], shape (tactics, periods)."""
    assert found.columns is not None
    spend: Array = (found.columns * found.model.scale)[found.model.spend]
    return spend


def _least_spend(
    scenario: Scenario, most: Array, deadline: Deadline, progress: Callable[[Progress], None] | None
) -> Found:
    """Minimise spend: no plan that beats one found spends more in a cell than that one does in all.

    Where the stated limits are far above what the goals need, curves would be read on a hundredth of their interval,
    and nothing is accurate there; a few quick plans bring the limits down first.
    """
    ceiling, first, empty = float(most.max()), None, _Empty()
    if is_open(scenario):
        ceiling = min(ceiling, first_ceiling(scenario))
    while ceiling > 0:
        quick = Deadline.after(min(QUICK * scenario.solve.time_limit, deadline.left), deadline.clock)
        found = search(build(scenario, np.minimum(most, ceiling)), ANY, quick, lambda *_: None)
        if found.columns is None:
            if not found.proved_empty or ceiling >= float(most.max()):
                break
            empty = _Empty(found=found, ceiling=ceiling)
            ceiling = min(ceiling * WIDER, float(most.max()))
            continue
        if empty.found is not None and empty.holds(found):
            return empty.found
        first = found
        spent = float(_spend(found).sum()) * (1.0 + 1e-6) + 1e-12
        narrow = spent <= 0.5 * ceiling
        ceiling = spent if narrow else max(ceiling, spent)
        if not narrow:
            break
    last = _searched(scenario, np.minimum(most, ceiling), deadline, progress)
    return first if last.columns is None and first is not None else last


def _searched(
    scenario: Scenario,
    most: Array,
    deadline: Deadline,
    progress: Callable[[Progress], None] | None,
) -> Found:
    model = build(scenario, most)
    less = tightened(model)
    if (less < NOTICEABLE * most).any():
        model = build(scenario, less)

    def report(rounds: int, nodes: int, cost: float, bound: float) -> None:
        if progress is not None:
            progress(_progress(model, rounds, nodes, cost, bound, deadline.spent))

    return search(model, scenario.solve.gap, deadline, report)


def _progress(model: Model, rounds: int, nodes: int, cost: float, bound: float, seconds: float) -> Progress:
    sign = -model.worth if model.scenario.objective.maximizes else model.worth
    known, proved = bool(np.isfinite(cost)), bool(np.isfinite(bound))
    gap = (cost - bound) / abs(cost) if known and proved and cost else None
    return Progress(
        rounds=rounds,
        nodes=nodes,
        value=sign * cost if known else None,
        bound=sign * bound if proved else None,
        gap=gap,
        seconds=seconds,
    )
