"""Budgets that a question about returns asks for: found by solving, not read off a curve.

stops_paying            maximise profit without a budget: from there on one more unit of money makes a loss
target_marginal_roi m   maximise metric − m · spend without a budget: from there on it returns less than m
target_roi r            maximise spend such that revenue − r · spend ≥ 0; then the best plan at that budget
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from optimizer.answers.certificate import finite, gap_between
from optimizer.answers.frontier import EndedBy, Point, Question, SoughtBudget
from optimizer.answers.margins import Limits
from optimizer.errors import ScenarioError
from optimizer.formulation.model import build
from optimizer.formulation.most_spend import most_spend
from optimizer.formulation.spend import reach
from optimizer.formulation.tighten import tightened
from optimizer.optimize import search_any
from optimizer.problem.limits import BUDGET, spend_limit
from optimizer.problem.objective import Objective
from optimizer.problem.rules.efficiency import Efficiency
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.questions.moving import SHARP, Moving
from optimizer.questions.sweep import Charged, Sweep
from optimizer.search.deadline import Deadline
from optimizer.search.money.money import minor_of
from optimizer.search.plan.ending import proved_gap
from optimizer.search.plan.outcome import stopping
from optimizer.search.plan.settle import Whole, empty_point, settled_point, whole_spends
from optimizer.search.prices.duals import NOTHING
from optimizer.search.search import Found, search
from optimizer.search.spends.ceiling import is_open, worth_at_most
from optimizer.search.spends.within import narrowed
from optimizer.units import LARGEST

RETURN = "the return asked for"
ENDLESS = ("unbounded", "no_budget")
STEPS = 4  # corrections, by a unit of money or so, until rounded figures keep the return
SLACK = 1e-6  # of the return asked for, above which it is not what ends the budget
KEPT = 1e-12  # of a return: the rounding of doubles


def for_profit(scenario: Scenario) -> Objective:
    """What is pursued where money stops paying."""
    return replace(scenario.objective, aim="profit", target_marginal_roi=0.0)


def beyond_return(scenario: Scenario, target: float) -> Objective:
    """What is pursued where one more unit of money adds `target` to what the objective measures."""
    return replace(scenario.objective, target_marginal_roi=target)


def stops_paying(scenario: Scenario, known: Charged, deadline: Deadline) -> SoughtBudget:
    """The spend of the plan with the most profit; `scenario` in canonical order, like all that follow.

    `known` are plans without a budget by what they pursue, where points led to them.
    """
    beyond = "one more unit of money would make a loss"
    return _charged("stops_paying", None, scenario, for_profit(scenario), known, deadline, beyond)


def at_marginal_roi(scenario: Scenario, target: float, known: Charged, deadline: Deadline) -> SoughtBudget:
    """The spend beyond which one more unit of money adds less than `target` to what the objective measures."""
    objective = beyond_return(scenario, target)
    beyond = "one more unit of money would return less than asked for"
    answer = _charged("target_marginal_roi", target, scenario, objective, known, deadline, beyond)
    if answer.plan is None:
        return answer
    return replace(answer, plan=_own_value(answer.plan, target - scenario.objective.target_marginal_roi))


def at_roi(scenario: Scenario, target: float, deadline: Deadline, highest: float | None = None) -> SoughtBudget:
    """The largest budget whose best plan still has revenue / spend ≥ `target`.

    `highest` is the highest return of the plans that are known, None without any.
    """
    try:
        found = _most_spend(scenario, target, deadline)
    except ScenarioError as error:
        return _endless("target_roi", target, error)
    if found.columns is None:
        return _unreached(target, _without("target_roi", target, found), highest)
    bound = -found.bound * found.model.worth
    spend = float((found.columns * found.model.scale)[found.model.spend].sum())
    return _at_budget(scenario, target, spend, bound, _holding(found), deadline)


def _charged(
    question: Question,
    target: float | None,
    scenario: Scenario,
    objective: Objective,
    known: Charged,
    deadline: Deadline,
    beyond: str,
) -> SoughtBudget:
    if objective in known:
        found, whole = known[objective]
    else:
        try:
            asked = Moving(scenario=scenario).without_budget(objective)
            found = search_any(asked, deadline, lambda *_: None)
        except ScenarioError as error:
            return _endless(question, target, error)
        if found.columns is None:
            return _without(question, target, found)
        [whole] = whole_spends([found], Valuer(asked), deadline)
    point = settled_point(found, whole._replace(told=True), 0.0, BUDGET)  # no budget stands there
    stopped = stopping(found, whole.valuation, Valuer(found.model.scenario), whole.minor.unit)
    ended_by, limits = _end(whole, stopped)
    proved = proved_gap(found) <= scenario.solve.gap
    assert point.spend is not None
    return SoughtBudget(
        question=question,
        target=target,
        status="optimal" if proved else "feasible",
        detail=_words(proved, ended_by, limits, beyond),
        budget=point.spend,
        ended_by=ended_by,
        limits=limits,
        plan=replace(point, amount=point.spend, status="optimal" if proved else "feasible", marginal=None),
    )


def _own_value(point: Point, charge: float) -> Point:
    """The point in the scenario's own objective: whoever spends as much at most is worth at most that much more."""
    assert point.value is not None
    assert point.bound is not None
    assert point.spend is not None
    assert point.certificate is not None
    value, bound = point.value + charge * point.spend, point.bound + charge * point.spend
    gap = finite(gap_between(value, bound))
    certificate = replace(point.certificate, value=value, bound=bound, gap=gap)
    return replace(point, value=value, bound=bound, gap=gap, certificate=certificate)


def _most_spend(scenario: Scenario, target: float, deadline: Deadline) -> Found:
    """The most that can be spent while revenue / spend ≥ target; raises where nothing limits it."""
    free = scenario.under(replace(scenario.budget, total=None), Objective(aim="spend"))
    asked = replace(free, rules=(*scenario.rules, Efficiency(name=RETURN, at_least=target)))
    most = reach(asked, LARGEST)
    if is_open(asked):
        most = np.minimum(most, tightened(build(asked, most)))
        charged = replace(free, objective=Objective(aim="revenue", target_marginal_roi=target))
        most = np.minimum(most, worth_at_most(charged, 0.0, most))
    return search(most_spend(narrowed(asked, most)), SHARP, deadline, lambda *_: None)


def _at_budget(
    scenario: Scenario, target: float, most: float, bound: float, holding: tuple[str, ...], deadline: Deadline
) -> SoughtBudget:
    """The best plan at the budget that was found, or a little below it where rounding would cost the return."""
    minor, _ = minor_of(scenario, most)
    units = minor.down(most)
    for _ in range(STEPS):
        point = _best_at(scenario, float(minor.money(np.array(units))), deadline)
        short = _missing(point, target)
        if short <= 0.0:
            break
        lost = max(target - (point.marginal or 0.0), KEPT)  # of return, by each unit of money
        units = max(0, units - 1 - int(short / lost / minor.unit))
    if point.spend is None or point.status in ("conflict", "no_plan"):
        detail = "the budget was found, but no plan for it in time; allow more time"
        return SoughtBudget(question="target_roi", target=target, status="no_plan", detail=detail, at_most=bound)
    budget = float(minor.money(np.array(units)))
    slack = -_missing(point, target) > target * (SLACK * point.spend + STEPS * minor.unit)
    limits = holding if slack else ()
    ended_by: EndedBy = "limits" if slack else "curves"
    close = bound - budget <= scenario.solve.gap * bound + minor.unit * STEPS
    known = close and point.status == "optimal"
    return SoughtBudget(
        question="target_roi",
        target=target,
        status="optimal" if known else "feasible",
        detail=_words(known, ended_by, limits, "a larger budget would return less than asked for in all"),
        budget=budget,
        at_most=max(bound, budget),
        ended_by=ended_by,
        limits=limits,
        plan=point,
    )


def _best_at(scenario: Scenario, budget: float, deadline: Deadline) -> Point:
    moving = Moving(scenario=scenario)
    [point] = Sweep(moving, [budget], deadline).points(0, lambda _: None)
    return point


def _missing(point: Point, target: float) -> float:
    """How much revenue the plan misses the return by [money]; the rounding of doubles is none."""
    if point.revenue is None or point.spend is None:
        return 0.0
    wanted = target * point.spend
    return wanted - point.revenue - KEPT * wanted


def _holding(found: Found) -> tuple[str, ...]:
    """The limits that the largest spend runs into, apart from the return itself."""
    assert found.columns is not None
    model, duals = found.model, np.zeros(len(found.model.drafts)) if found.duals is None else found.duals
    names = {
        row.owner for row, dual in zip(model.drafts, duals, strict=True) if row.side != "link" and abs(dual) > NOTHING
    }
    spend = (found.columns * model.scale)[model.spend]
    for row, tactic in enumerate(model.scenario.tactics):
        if tactic.spend.at_most is not None and (spend[row] >= tactic.spend.at_most * (1.0 - SLACK)).any():
            names.add(spend_limit(tactic))
    return tuple(sorted(names - {RETURN}))


def _end(whole: Whole, stopped: Limits) -> tuple[EndedBy, tuple[str, ...]]:
    """Whether some spend could grow and does not pay, or every one stands at a limit; and the limits that hold."""
    scenario, spend = whole.valuation.scenario, whole.valuation.spend
    limits = tuple(sorted({name for names in stopped.values() for name in names}))
    unit = 10.0**-scenario.money_digits
    least, _ = scenario.own_limits
    free = any(not stopped.get((row, column), ()) for row, column in np.argwhere(spend > least + unit).tolist())
    return ("curves" if free or not limits else "limits"), limits


def _words(known: bool, ended_by: EndedBy, limits: tuple[str, ...], curves: str) -> str:
    if not known:
        return "the best that was found in time; more may pay"
    if ended_by == "curves":
        return curves
    return f"more money cannot be spent: {', '.join(limits)}" if limits else "more money cannot be spent"


def _endless(question: Question, target: float | None, error: ScenarioError) -> SoughtBudget:
    if error.code not in ENDLESS:
        raise error
    return SoughtBudget(question=question, target=target, status="unbounded", detail=error.problem)


def _unreached(target: float, answer: SoughtBudget, highest: float | None) -> SoughtBudget:
    """The answer without a plan; where there are plans, and none returns as much, that is what is said."""
    if answer.status != "conflict" or highest is None:
        return answer
    detail = f"no spend that is allowed here returns {target:g}; the highest return of the points is {highest:.6g}"
    return replace(answer, detail=detail)


def _without(question: Question, target: float | None, found: Found) -> SoughtBudget:
    point = empty_point(found, 0.0)
    status: Literal["conflict", "no_plan"] = "conflict" if point.status == "conflict" else "no_plan"
    return SoughtBudget(question=question, target=target, status=status, detail=point.detail)
