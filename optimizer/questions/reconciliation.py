"""A bottom-up proposal against top-down goals: what it sums to and breaks, and the least change that closes the gap."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimizer.answers.certificate import gap_between, largest_violation
from optimizer.answers.evaluation import broken
from optimizer.answers.goals import goal_results
from optimizer.answers.plan import Conflict, Plan, Status
from optimizer.answers.proposal import Line, expectations_of, outcomes_of, owners_of, proposed
from optimizer.answers.reconciliation import (
    Change,
    ChangeCertificate,
    Method,
    Reconciliation,
    Standing,
    changes_of,
    moved,
    summary_of,
)
from optimizer.answers.report import totals
from optimizer.curves import Array
from optimizer.optimize import Progress, SizeLimits, check_size, optimize
from optimizer.problem.canonical import canonical_order
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario, SolveSettings
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Clock, Deadline
from optimizer.search.money.least_change import LeastChange, least_change

ANY_PLAN = 0.4  # of the time, at the most, to find a plan at all, or prove that there is none
ROUGHLY = 0.01  # gap of that plan: it only says how far need be looked


def reconcile(
    scenario: Scenario,
    lines: Sequence[Line],
    method: Method = "least_money",
    *,
    clock: Clock = time.monotonic,
    progress: Callable[[Progress], None] | None = None,
    limits: SizeLimits | None = None,
) -> Reconciliation:
    """What the proposal sums to, and the plan nearest to it that keeps all limits and rules and meets all goals.

    Every goal counts as required, soft ones too; the scenario's own objective plays no part in the plan. Ends after
    `scenario.solve.time_limit` [seconds of `clock`] with what was proved by then.
    Raises ScenarioError (names that the scenario does not have), LimitError and SolverFault.
    """
    limits = limits or SizeLimits()
    check_size(scenario, limits)
    deadline = Deadline.after(scenario.solve.time_limit, clock)
    strict = _strict(scenario)
    reference, valuer = proposed(scenario, lines), Valuer(strict)
    given = valuer.value(reference)
    answer = _Answer(scenario, lines, given)
    if not answer.proposed.violations:
        lines_bound = 0 if method == "fewest_lines" else None
        nothing = LeastChange(valuation=given, money=0.0, lines=lines_bound, proved=True)
        return answer.told("optimal", given, reference, _certificate(given, reference, nothing, method))
    first = optimize(_roughly(strict), clock=clock, progress=progress, limits=limits)
    if first.totals is None:
        return answer.without(first)
    found = _nearest(strict, reference, first, method, deadline)
    certificate = _certificate(found.valuation, reference, found, method)
    return answer.told("optimal" if found.proved else "feasible", found.valuation, reference, certificate)


def _strict(scenario: Scenario) -> Scenario:
    """The scenario with every goal required, asked for the least spend: an aim that no limit depends on."""
    goals = tuple(replace(goal, required=True) for goal in scenario.goals)
    return replace(scenario, goals=goals, objective=Objective(aim="spend"))


def _roughly(scenario: Scenario) -> Scenario:
    quick = SolveSettings(
        gap=max(ROUGHLY, scenario.solve.gap), time_limit=max(0.01, ANY_PLAN * scenario.solve.time_limit)
    )
    return replace(scenario, solve=quick)


def _nearest(strict: Scenario, reference: Array, first: Plan, method: Method, deadline: Deadline) -> LeastChange:
    """Solved in the order of names, so that the order in which tactics were written changes nothing."""
    ordered = canonical_order(strict)
    rows = {tactic.name: row for row, tactic in enumerate(strict.tactics)}
    order = [rows[tactic.name] for tactic in ordered.tactics]
    spend = np.array([cell.spend for cell in first.allocations]).reshape(reference.shape)
    found = least_change(ordered, reference[order], spend[order], method, deadline)
    own = Valuer(strict).value(found.valuation.spend[np.argsort(order)])
    return replace(found, valuation=own)


def _certificate(valuation: Valuation, reference: Array, found: LeastChange, method: Method) -> ChangeCertificate:
    """Recomputed from the rounded spend alone; the bound never stands above what the plan moves."""
    amount = moved(valuation.spend, reference)
    bound = min(found.money, amount)
    return ChangeCertificate(
        method=method,
        moved=amount,
        bound=bound,
        gap=gap_between(amount, bound),
        lines=int((valuation.spend != reference).sum()),
        lines_bound=found.lines,
        largest_violation=largest_violation(valuation),
    )


class _Answer:
    """What is known of the proposal, to be completed by what came of it."""

    def __init__(self, scenario: Scenario, lines: Sequence[Line], given: Valuation) -> None:
        self._scenario, self._lines = scenario, lines
        self.proposed = self._standing(given)
        brought = outcomes_of(given, lines)
        self._owners = owners_of(given, lines, brought)
        self._expectations = expectations_of(lines, brought)

    def told(
        self, status: Status, planned: Valuation, reference: Array, certificate: ChangeCertificate
    ) -> Reconciliation:
        """With a plan."""
        changes = changes_of(Valuer(planned.scenario), planned, reference, self._lines)
        detail = (
            "" if status == "optimal" else "stopped before the least change was proved; the bound is what was proved"
        )
        return self._whole(status, certificate, None, detail, self._standing(planned), changes)

    def without(self, plan: Plan) -> Reconciliation:
        """Without one: the goals cannot be met together, or no plan was found in time."""
        return self._whole(plan.status, None, plan.conflict, plan.termination.detail)

    def _whole(
        self,
        status: Status,
        certificate: ChangeCertificate | None,
        conflict: Conflict | None,
        detail: str,
        planned: Standing | None = None,
        changes: tuple[Change, ...] = (),
    ) -> Reconciliation:
        return Reconciliation(
            status=status,
            fits=not self.proposed.violations,
            summary=tuple(summary_of(self._scenario, self.proposed, certificate, conflict)),
            proposed=self.proposed,
            owners=self._owners,
            expectations=self._expectations,
            planned=planned,
            changes=changes,
            certificate=certificate,
            conflict=conflict,
            detail=detail,
        )

    def _standing(self, valuation: Valuation) -> Standing:
        required = {goal.name: goal.required for goal in self._scenario.goals}
        goals = (replace(goal, required=required[goal.name]) for goal in goal_results(valuation))
        return Standing(totals=totals(valuation), goals=tuple(goals), violations=broken(valuation))
