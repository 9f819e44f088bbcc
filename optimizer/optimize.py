"""The one sentence: scenario → seed → search → certificate → plan."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import mul

import numpy as np

from optimizer.answers.plan import Plan
from optimizer.errors import LimitError, ScenarioError
from optimizer.formulation.model import Model
from optimizer.problem.canonical import canonical_order
from optimizer.problem.limits import limits_of
from optimizer.problem.scenario import Scenario
from optimizer.search.conflicts.explain import explain
from optimizer.search.conflicts.sums import Sums
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.draws.tail import search_tail
from optimizer.search.goals.attainment import pursue
from optimizer.search.goals.extra_budget import extra_budgets
from optimizer.search.plan.outcome import conflict_plan, found_plan, missing_plan, provenance_of
from optimizer.search.search import Found
from optimizer.search.spends.within import Watch, search_within

CONFLICT_SECONDS = 0.5  # at the least, to name a conflict once it is proved; the pool kills a second after the limit
RANGE_SECONDS = 0.4  # at the least, for a plan near by and the ranges of prices, for the same reason
RANGE_SHARE = 0.7  # of the time that is left, for them; the rest is for what goals would cost


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
    """The largest model that is built: `cells` readings of curves, `entries` of rows, `readings` of draws of curves.

    Estimated before building.
    """

    cells: int = 250_000
    entries: int = 20_000_000
    readings: int = 10_000_000


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
    with _as_stated(scenario, ordered):
        attained = pursue(ordered, deadline, _watch(progress, deadline)) if ordered.objective.aim == "goals" else None
        found = search_any(ordered, deadline, _watch(progress, deadline)) if attained is None else attained.found
    provenance, sums = provenance_of(scenario, found), None
    if found.columns is not None:
        until = Deadline.after(max(RANGE_SECONDS, RANGE_SHARE * deadline.left), clock)
        plan = found_plan(scenario, found, provenance, attained, until)
        sums = _disproof(scenario, plan)
        if sums is None and plan.goals:
            plan = replace(plan, goals=extra_budgets(ordered, plan.goals, deadline))
    elif not found.proved_empty:
        plan = missing_plan(scenario, found.stopped, provenance)
    if found.proved_empty or sums is not None:
        more = Deadline.after(max(CONFLICT_SECONDS, deadline.left), clock)
        plan = conflict_plan(explain(ordered, more, sums), provenance)
    return replace(plan, provenance=replace(provenance, seconds=deadline.spent))


def _disproof(scenario: Scenario, plan: Plan) -> Sums | None:
    """What proves that a plan that breaks limits is all tolerance, and that there is none; None without a proof."""
    if plan.certificate is None or plan.certificate.largest_violation == 0.0:
        return None
    spends = np.array([own.spend for own in plan.allocations]).reshape(len(scenario.tactics), -1)
    sums = Sums(scenario, spends)
    return None if sums.conflict(limits_of(scenario)) is None else sums


@contextmanager
def _as_stated(scenario: Scenario, ordered: Scenario) -> Iterator[None]:
    """Errors of the search, which counts tactics by name, are told at the tactic's place in the scenario itself."""
    try:
        yield
    except ScenarioError as error:
        own = {tactic.name: place for place, tactic in enumerate(scenario.tactics)}
        places = [own[tactic.name] for tactic in ordered.tactics]
        path = re.sub(r"^tactics\[(\d+)\]", lambda found: f"tactics[{places[int(found[1])]}]", error.path)
        raise ScenarioError(error.code, path, error.problem, error.remedy) from None


def search_any(scenario: Scenario, deadline: Deadline, watch: Watch) -> Found:
    """The search that the objective of a scenario, in canonical order, asks for."""
    look = search_within if scenario.objective.confidence is None else search_tail
    return look(scenario, deadline, watch)


def check_size(scenario: Scenario, limits: SizeLimits) -> None:
    """Refuse a model that is too large, before it is built."""
    periods, tactics = len(scenario.periods), scenario.tactics
    spans = [periods + tail for tail in scenario.tails]
    lengths = [min(tactic.carry_over.adstock.length or 3, periods) for tactic in tactics]
    draws = [len(tactic.response.members) for tactic in tactics]
    sizes = (
        ("cells", sum(spans), limits.cells),
        ("entries", sum(map(mul, spans, lengths)), limits.entries),
        ("readings of draws", sum(map(mul, spans, draws)), limits.readings),
    )
    for what, size, most in sizes:
        if size > most:
            raise LimitError(
                "model_too_large",
                "tactics",
                f"make a model of {size:,} {what}; at most {most:,} are solved here",
                "plan fewer tactics, periods or draws at a time, or shorten adstocks",
            )


def _watch(progress: Callable[[Progress], None] | None, deadline: Deadline) -> Watch:
    def watch(model: Model, rounds: int, nodes: int, cost: float, bound: float) -> None:
        if progress is not None:
            progress(_progress(model, rounds, nodes, cost, bound, deadline.spent))

    return watch


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
