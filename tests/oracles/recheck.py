"""A plan, exactly re-checked against its scenario: `recheck(scenario, plan)` names everything that is wrong.

Both are wire documents. Money is compared as decimals, without tolerance; what runs through a curve at 1e-9,
against the independent valuation; by draw, where the objective has a confidence. An empty answer is a clean plan.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from tests.oracles import risk, river
from tests.oracles.curves import Witness, Worth, periods
from tests.oracles.exact import DIGITS, Cell, Statement, exact, total
from tests.oracles.families import Array, Wire
from tests.oracles.goals import attained, shortfalls, targets
from tests.oracles.media import media, rate
from tests.oracles.metrics import measured
from tests.oracles.rules import array, broken

SAME = 1e-9  # relative: two valuations of one spend
SLOPES = 1e-6  # relative: two derivatives of one curve
LEFT = 1e-9  # relative: this far to the left is before a table's point
CANCELLED = 1e-14  # of the whole, by which an increment may be off: it is the difference of two readings
FLAT = 1e-60  # a slope that underflows on its way
STEEP = 1e60  # a complex step's way of saying infinite
FINEST = 15  # digits after the point

Complaints = Iterator[str]


@dataclass(frozen=True, slots=True)
class _Case:
    statement: Statement
    plan: Wire
    cells: dict[Cell, Fraction]
    worth: Worth

    @property
    def scenario(self) -> Wire:
        return self.statement.scenario


def recheck(scenario: Wire, plan: Wire) -> list[str]:
    """Everything that is wrong with the plan, in words."""
    statement = Statement.of(scenario)
    if plan["status"] not in ("optimal", "feasible"):
        return [f"status is {plan['status']}: there is no plan"]
    listed = [(line["tactic"], line["period"]) for line in plan["allocations"]]
    if sorted(listed) != sorted(statement.cells):
        return ["the allocations are not one for each tactic and period"]
    cells = {cell: exact(line["spend"]) for cell, line in zip(listed, plan["allocations"], strict=True)}
    worth = Witness(scenario).value(array(statement, cells))
    whole = worth.outcome + worth.baseline
    if scenario.get("demand_pools"):
        worth = river.claimed(scenario, plan, worth)
        if complaints := list(river.wrong(scenario, plan, whole, worth)):
            return complaints
        statement = replace(statement, worth=worth)
    case = _Case(statement, plan, cells, worth)
    return broken(statement, cells) + [complaint for check in CHECKS for complaint in check(case)]


def _near(name: str, told: float | None, true: float, scale: float = 0.0) -> Complaints:
    if told is None or not math.isclose(told, true, rel_tol=SAME, abs_tol=SAME * scale + 1e-300):
        yield f"{name} is told as {told}, is {true}"


def _same(name: str, told: float | None, true: Fraction) -> Complaints:
    if told is None or exact(told) != true:
        yield f"{name} is told as {told}, is {float(true)}"


def _minor_units(case: _Case) -> Complaints:
    """Whole minor units; a plan too small for its currency may round finer, if it says so in a warning."""
    digits = case.scenario.get("digits")
    told = digits is None and any("minor unit" in warning for warning in case.plan.get("warnings", []))
    places = FINEST if told else DIGITS[case.scenario["currency"]] if digits is None else digits
    for cell, spend in case.cells.items():
        if (spend * 10**places).denominator != 1:
            yield f"spend of {cell} is not a whole number of minor units: {float(spend)}"


def _money(case: _Case) -> Complaints:
    spent = case.statement.spent(case.cells)
    totals = case.plan["totals"]
    yield from _same("totals.spend", totals["spend"], spent)
    limit = case.scenario.get("budget") or {}
    budget = limit.get("at_most", limit.get("exactly"))
    if budget is not None:
        yield from _same("totals.unspent", totals["unspent"], exact(budget) - spent)
    for line in case.plan["tactics"]:
        tactic = case.statement.tactics[line["tactic"]]
        own = total(spend for (name, _), spend in case.cells.items() if name == line["tactic"])
        yield from _same(f"tactics[{line['tactic']}].spend", line["spend"], own)
        if tactic.get("current_spend") is not None:
            change = own - exact(tactic["current_spend"]) * len(case.statement.periods)
            yield from _same(f"tactics[{line['tactic']}].change_from_current", line["change_from_current"], change)


def _outcomes(case: _Case) -> Complaints:
    rows = {name: row for row, name in enumerate(case.statement.tactics)}
    columns = {name: column for column, name in enumerate(case.statement.periods)}
    scale = abs(case.worth.baseline).max() + abs(case.worth.outcome).max()
    for line in case.plan["allocations"]:
        at = rows[line["tactic"]], columns[line["period"]]
        name = f"allocations[{line['tactic']}, {line['period']}]"
        yield from _near(f"{name}.outcome", line["outcome"], case.worth.outcome[at], scale)
        yield from _near(f"{name}.revenue", line["revenue"], case.worth.revenue[at], scale)
    for line in case.plan["tactics"]:
        row = rows[line["tactic"]]
        outcome = math.fsum(case.worth.outcome[row]) + case.worth.after[row]
        revenue = math.fsum(case.worth.revenue[row]) + case.worth.revenue_after[row]
        yield from _near(f"tactics[{line['tactic']}].outcome", line["outcome"], outcome, scale)
        yield from _near(f"tactics[{line['tactic']}].revenue", line["revenue"], revenue, scale)
        yield from _roi(f"tactics[{line['tactic']}].roi", line["roi"], revenue, line["spend"], scale)


def _roi(name: str, told: float | None, revenue: float, spend: float, scale: float = 0.0) -> Complaints:
    if spend > 0:
        yield from _near(name, told, revenue / spend, abs(told or 0.0) + CANCELLED / SAME * scale / spend)
    elif told is not None:
        yield f"{name} is told as {told} without any spend"


def _totals(case: _Case) -> Complaints:
    totals, worth = case.plan["totals"], case.worth
    base = math.fsum(worth.baseline.ravel()) + math.fsum(worth.baseline_after)
    yield from _near("totals.outcome", totals["outcome"], worth.total_outcome, abs(base))
    yield from _near("totals.revenue", totals["revenue"], worth.total_revenue, abs(base))
    yield from _near("totals.profit", totals["profit"], worth.profit, totals["spend"] + abs(totals["revenue"]))
    yield from _near("totals.baseline_outcome", totals["baseline_outcome"], base)
    yield from _near("totals.total_outcome", totals["total_outcome"], base + worth.total_outcome)
    yield from _roi("totals.roi", totals["roi"], worth.total_revenue, totals["spend"])


def _marginals(case: _Case) -> Complaints:
    """`marginal_revenue` is the derivative of total revenue; at a table's point, one from left to right
    of it."""
    witness = Witness(case.scenario)
    right, left = (_slopes(witness, case.worth.spend * near) for near in (1 + LEFT, 1 - LEFT))  # adstock rounds inputs
    steepest = right[right < STEEP].max(initial=0.0)
    told = {(line["tactic"], line["period"]): line["marginal_revenue"] for line in case.plan["allocations"]}
    pooled = {name for name, tactic in case.statement.tactics.items() if {"feeds", "draws_from"} & set(tactic)}
    for cell, a, b in zip(case.statement.cells, right.ravel(), left.ravel(), strict=True):
        if cell[0] in pooled:
            continue  # what demand is worth has a test of its own
        tiny = SLOPES**2 * steepest + FLAT
        low, high = min(a, b) * (1 - SLOPES) - tiny, max(a, b) * (1 + SLOPES) + tiny
        if (told[cell] is None) != (a > STEEP) or (told[cell] is not None and not low <= told[cell] <= high):
            yield f"marginal_revenue of {cell} is told as {told[cell]}, is {a}"


def _slopes(witness: Witness, spend: Array) -> Array:
    bought = media(witness.scenario, spend)
    rows = [response.gradient(row) for response, row in zip(witness.responses, bought, strict=True)]
    return np.asarray(witness.worth_each[:, None] * np.array(rows) * rate(witness.scenario, spend))


def _goals(case: _Case) -> Complaints:
    told = {line["name"]: line for line in case.plan["goals"]}
    for goal in case.scenario.get("goals", []):
        line = told[goal["name"]]
        asked = targets(goal, periods(case.scenario))
        span = asked[-1][0] if "path" not in goal else goal.get("scope")
        achieved = measured(case.statement, case.worth, goal["metric"], span)
        missed = shortfalls(goal, case.statement, case.worth, SAME)
        missing, size = math.fsum(each for each, _ in missed), abs(line["target"])
        whole = math.fsum(target for _, target in asked) if "path" in goal else asked[-1][1]
        yield from _near(f"goals[{goal['name']}].target", line["target"], whole)
        yield from _near(f"goals[{goal['name']}].achieved", line["achieved"], achieved, size)
        yield from _near(f"goals[{goal['name']}].shortfall", line["shortfall"], missing, size)
        if line["met"] != (missing == 0.0):
            yield f"goals[{goal['name']}].met is told as {line['met']}"


def _value(case: _Case) -> float:
    if case.scenario["objective"].get("maximize") == "goals":
        return attained(case.scenario["goals"], case.statement, case.worth, SAME)
    if case.scenario["objective"].get("confidence") is not None and "maximize" in case.scenario["objective"]:
        return risk.Draws(case.scenario).objective(case.worth.spend)
    return Witness(case.scenario).objective_of(case.worth, river.end_value(case.scenario, case.plan))


def _certificate(case: _Case) -> Complaints:
    proof, value = case.plan["certificate"], case.plan["certificate"]["value"]
    if proof["bound"] is None:
        yield "there is a plan, and no bound"
        return
    true = _value(case)
    size = case.plan["totals"]["spend"]
    if case.scenario["objective"].get("confidence") is not None:
        size += risk.SAME / SAME * abs(true)  # each draw is converted by a linear program
    yield from _near("certificate.value", value, true, size)
    for name in ("value", "bound", "gap"):
        if case.plan[name] != proof[name]:
            yield f"{name} is {case.plan[name]} on the plan and {proof[name]} on its certificate"
    if value:
        yield from _near("certificate.gap", proof["gap"], abs(proof["bound"] - value) / abs(value), 1.0)
    minimizes = "minimize" in case.scenario["objective"]
    beyond = value < proof["bound"] * (1 - 1e-12) if minimizes else value > proof["bound"] + 1e-12 * abs(value)
    if beyond:
        yield f"the value {value} lies beyond its bound {proof['bound']}"
    if proof["largest_violation"] > SAME:
        yield f"largest_violation is {proof['largest_violation']}"


def _risk(case: _Case) -> Complaints:
    yield from risk.wrong(case.scenario, case.plan, case.worth.spend)


def _status(case: _Case) -> Complaints:
    """Optimal means: the gap asked for, and what rounding to minor units took on top."""
    proof = case.plan["certificate"]
    asked = case.scenario.get("solve", {}).get("gap", 1e-6)
    rounding = proof["rounding_cost"] / abs(proof["value"]) if proof["value"] else np.inf
    if proof["rounding_cost"] < 0:
        yield f"rounding_cost is {proof['rounding_cost']}"
    gap = np.inf if proof["gap"] is None else proof["gap"]  # nothing to compare with: the plan is worth nothing
    if case.plan["status"] == "optimal" and gap > asked * (1 + SAME) + rounding:
        yield f"optimal is claimed with a gap of {proof['gap']}, asked {asked}, rounding {rounding}"


CHECKS: tuple[Callable[[_Case], Complaints], ...] = (
    _minor_units,
    _money,
    _outcomes,
    _totals,
    _marginals,
    _goals,
    _certificate,
    _risk,
    _status,
)
