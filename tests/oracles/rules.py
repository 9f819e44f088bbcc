"""Budget, spend limits and every kind of rule, checked exactly: decimals as fractions, no tolerance.

Only what runs through a curve (metrics other than spend, required goals) is compared at 1e-9 of the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import numpy as np

from tests.oracles.curves import Witness, Worth
from tests.oracles.exact import Cells, Statement, exact, total
from tests.oracles.families import Wire
from tests.oracles.goals import targets
from tests.oracles.metrics import measured
from tests.oracles.switching import SWITCHING

CURVES = 1e-9  # relative: curves are not decimals

Complaints = Iterator[str]
Check = Callable[[Wire, Statement, Cells], Complaints]


def _range(name: str, amount: Fraction, limits: Wire, unit: Fraction | int = 1) -> Complaints:
    if "at_least" in limits and amount < exact(limits["at_least"]) * unit:
        yield f"{name}: {float(amount)} is below {limits['at_least']} x {float(unit)}"
    if "at_most" in limits and amount > exact(limits["at_most"]) * unit:
        yield f"{name}: {float(amount)} is above {limits['at_most']} x {float(unit)}"
    if "exactly" in limits and amount != exact(limits["exactly"]) * unit:
        yield f"{name}: {float(amount)} is not {limits['exactly']}"


def _spend_range(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    yield from _range(rule["name"], statement.spent(cells, rule.get("scope")), rule)


def _share_range(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    part, whole = (statement.spent(cells, rule.get(side)) for side in ("scope", "of"))
    yield from _range(rule["name"], part, rule, whole)


def _linear(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    parts = (exact(term["coefficient"]) * statement.spent(cells, term.get("scope")) for term in rule["terms"])
    yield from _range(rule["name"], sum(parts, Fraction(0)), rule)


def _commitment(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    yield from _range(rule["name"], statement.spent(cells, rule.get("scope")), {"exactly": rule["amount"]})


def _minimum_if_active(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    for cell in statement.selected(rule.get("scope")):
        if 0 < cells[cell] < exact(rule["at_least"]):
            yield f"{rule['name']}: {cell} is active with {float(cells[cell])}, below {rule['at_least']}"


def _packages(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    for cell in statement.selected(rule.get("scope")):
        if (cells[cell] / exact(rule["price"])).denominator != 1:
            yield f"{rule['name']}: {cell} spends {float(cells[cell])}, not a multiple of {rule['price']}"


def _change_limit(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    scope = rule.get("scope", {})
    names = list(dict.fromkeys(tactic for tactic, _ in statement.selected(scope)))
    chosen = {period for _, period in statement.selected(scope)}
    steps = [pair for pair in pairwise(statement.periods) if set(pair) <= chosen]
    for group in [names] if rule.get("together") else [[name] for name in names]:
        rows = [[total(cells[name, period] for name in group) for period in pair] for pair in steps]
        if rule.get("from_current"):
            today = total(exact(statement.tactics[name]["current_spend"]) for name in group)
            rows.append([today, total(cells[name, statement.periods[0]] for name in group)])
        for before, now in rows:
            yield from _moved(rule, now - before, {"amount": 1, "share": before})


def _moved(rule: Wire, move: Fraction, units: dict[str, Fraction | int]) -> Complaints:
    for limit, unit in units.items():
        if limit in rule and abs(move) > exact(rule[limit]) * unit:
            yield f"{rule['name']}: moves by {float(move)}, {limit} {rule[limit]}"


def _turnover_limit(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    if "reference" in rule:
        stated = {(line["tactic"], line.get("period")): exact(line["spend"]) for line in rule["reference"]}
        targets = {cell: stated.get(cell, stated.get((cell[0], None), Fraction(0))) for cell in cells}
    else:
        targets = {cell: exact(statement.tactics[cell[0]]["current_spend"]) for cell in cells}
    compared = statement.selected(rule.get("scope"))
    moved = total(abs(cells[cell] - targets[cell]) for cell in compared)
    yield from _moved(rule, moved, {"amount": 1, "share": total(targets[cell] for cell in compared)})
    unit = statement.minor_unit
    differing = [
        cell
        for cell in compared
        if not floor(targets[cell] / unit) * unit <= cells[cell] <= ceil(targets[cell] / unit) * unit
    ]
    if len(differing) > rule.get("lines", len(compared)):
        yield f"{rule['name']}: {len(differing)} lines differ, at most {rule['lines']} may"


def _metric_range(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    if rule["metric"] == "spend":
        yield from _spend_range(rule, statement, cells)
    else:
        yield from _measured(rule, statement, cells)


def _efficiency(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    worth = _worth(statement, cells)
    amount = measured(statement, worth, rule.get("metric", "revenue"), rule.get("scope"))
    asked = float(exact(rule["at_least"]) * statement.spent(cells, rule.get("scope")))
    ahead = rule.get("ahead", 0.0)
    if amount + ahead - asked < -CURVES * max(abs(asked), abs(ahead)):
        yield f"{rule['name']}: yields {amount}, at least {asked} are asked for"


def _measured(item: Wire, statement: Statement, cells: Cells) -> Complaints:
    """A metric of a scope within at_least and at_most, up to 1e-9 of the limit."""
    worth = _worth(statement, cells)
    amount = measured(statement, worth, item["metric"], item.get("scope"))
    for side, sign in (("at_least", 1.0), ("at_most", -1.0)):
        if side in item and sign * (amount - item[side]) < -CURVES * abs(item[side]):
            yield f"{item['name']}: {item['metric']} is {amount}, {side} {item[side]}"


KINDS: dict[str, Check] = {
    "spend_range": _spend_range,
    "share_range": _share_range,
    "metric_range": _metric_range,
    "efficiency": _efficiency,
    "change_limit": _change_limit,
    "turnover_limit": _turnover_limit,
    "linear": _linear,
    "commitment": _commitment,
    "minimum_if_active": _minimum_if_active,
    "packages": _packages,
    "rate_card": lambda *_: iter(()),  # it says what money buys: the witness of outcome reads it
    **SWITCHING,
}


def _worth(statement: Statement, cells: Cells) -> Worth:
    return statement.worth or Witness(statement.scenario).value(array(statement, cells))


def array(statement: Statement, cells: Cells) -> np.ndarray:
    """The spend as an array, shape (tactics, periods)."""
    flat = [float(cells[cell]) for cell in statement.cells]
    return np.array(flat).reshape(len(statement.tactics), len(statement.periods))


def broken(statement: Statement, cells: Cells) -> list[str]:
    """Every limit that the spend breaks, in words; empty when it keeps them all."""
    return [*_limits(statement, cells), *_budget(statement, cells), *_rules(statement, cells)]


def _limits(statement: Statement, cells: Cells) -> Complaints:
    for (tactic, period), spend in cells.items():
        limits = {"at_least": 0} | statement.tactics[tactic].get("spend", {})
        yield from _range(f"spend limit of {tactic} in {period}", spend, limits)


def _budget(statement: Statement, cells: Cells) -> Complaints:
    budget = statement.scenario.get("budget") or {}
    yield from _range("budget", statement.spent(cells), budget)
    for period, limits in budget.get("by_period", {}).items():
        yield from _range(f"budget of {period}", statement.spent(cells, {"periods": [period]}), limits)


def _rules(statement: Statement, cells: Cells) -> Complaints:
    for rule in statement.scenario.get("rules", []):
        yield from KINDS[rule["rule"]](rule, statement, cells)
    for goal in statement.scenario.get("goals", []):
        if goal.get("required"):
            for scope, target in targets(goal, statement.periods):
                part = {"name": goal["name"], "metric": goal["metric"], "scope": scope, "at_least": target}
                yield from _measured(part, statement, cells)
