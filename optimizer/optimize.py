"""The one sentence: scenario → seed → search → certificate → plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.plan import Plan, Provenance
from optimizer.errors import LimitError
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import reach
from optimizer.problem.canonical import digest
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import tail_length
from optimizer.search.ceiling import first_ceiling, is_open, worth_at_most
from optimizer.search.conflict import explain
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.outcome import conflict_plan, found_plan, missing_plan
from optimizer.search.search import Found, formulation_of, search
from optimizer.solver.highs import version
from optimizer.units import LARGEST
from optimizer.version import VERSION

CONFLICT_SECONDS = 5.0  # at the most, to name a conflict once it is proved
WIDER = 1000.0


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
    provenance = Provenance(
        digest=digest(scenario),
        solver=version(),
        headrace=VERSION,
        seconds=0.0,
        formulation=formulation_of(found.model)[1],
        rounds=found.rounds,
        nodes=found.nodes,
    )
    if found.columns is not None:
        plan = found_plan(scenario, found, provenance)
    elif found.proved_empty:
        more = Deadline.after(max(CONFLICT_SECONDS, deadline.left), clock)
        plan = conflict_plan(explain(ordered, more), provenance)
    else:
        plan = missing_plan(scenario, found, provenance)
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
    if not is_open(scenario):
        return _searched(scenario, reach(scenario, np.inf), deadline, progress)
    charged = scenario.objective.maximizes
    ceiling = min(worth_at_most(scenario, 0.0), LARGEST) if charged else first_ceiling(scenario)
    empty, within = None, -1.0
    while True:
        found = _searched(scenario, reach(scenario, max(ceiling, 1e-9)), deadline, progress)
        if found.columns is None:
            if deadline.left <= 0:
                return found
            if found.stopped or ceiling >= LARGEST:
                return found if empty is None else empty
            empty, within = (found, ceiling) if found.proved_empty else (empty, within)
            ceiling = min(ceiling * WIDER, LARGEST)
            continue
        if empty is not None and float(_spend(found).max()) <= within:
            return empty  # a wide ceiling let tolerances pass for a plan where it was proved that there is none
        enough = _enough(scenario, found)
        if found.stopped or 0.5 * ceiling <= enough <= ceiling or (enough <= ceiling and charged):
            return found
        ceiling = enough


def _spend(found: Found) -> NDArray[np.float64]:
    """The spend of what was found [money], shape (tactics, periods)."""
    assert found.columns is not None
    spend: NDArray[np.float64] = (found.columns * found.model.scale)[found.model.spend]
    return spend


def _enough(scenario: Scenario, found: Found) -> float:
    """A spend [money] that no better plan than the one found exceeds."""
    if scenario.objective.maximizes:
        return worth_at_most(scenario, -found.cost * found.model.worth)
    return float(_spend(found).sum()) * (1.0 + 1e-9)


def _searched(
    scenario: Scenario,
    most: NDArray[np.float64],
    deadline: Deadline,
    progress: Callable[[Progress], None] | None,
) -> Found:
    model = build(scenario, most)

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
