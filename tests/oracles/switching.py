"""On/off rules, checked exactly: which cells are on, how many, in which runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from tests.oracles.exact import Cells, Statement, exact
from tests.oracles.families import Wire

Complaints = Iterator[str]


def _on(scope: Wire | None, statement: Statement, cells: Cells) -> set[tuple[str, str]]:
    """The active cells of a scope."""
    return {cell for cell in statement.selected(scope) if cells[cell] > 0}


def _faint(rule: Wire, scope: Wire | None, statement: Statement, cells: Cells) -> Complaints:
    """A cell that is on spends the rule's minimum, or one minor unit."""
    least = exact(rule["minimum"]) if "minimum" in rule else statement.minor_unit
    for cell in statement.selected(scope):
        if 0 < cells[cell] < least:
            yield f"{rule['name']}: {cell} is active with {float(cells[cell])}, below {float(least)}"


def _counted(rule: Wire, count: int, where: str) -> Complaints:
    if count < rule.get("at_least", 0):
        yield f"{rule['name']}: {count} active {where}, below {rule['at_least']}"
    if count > rule.get("at_most", count):
        yield f"{rule['name']}: {count} active {where}, above {rule['at_most']}"


def _periods(statement: Statement, scope: Wire | None) -> Sequence[str]:
    return [period for period in statement.periods if period in {own for _, own in statement.selected(scope)}]


def _active_count(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    scope = rule.get("scope")
    yield from _faint(rule, scope, statement, cells)
    on = _on(scope, statement, cells)
    if rule.get("over_all"):
        yield from _counted(rule, len({tactic for tactic, _ in on}), "over all")
        return
    for period in _periods(statement, scope):
        yield from _counted(rule, len([tactic for tactic, own in on if own == period]), f"in {period}")


def _active_periods(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    scope, silent = rule.get("scope"), rule.get("blackout", [])
    for tactic, period in statement.selected(scope):
        if period in silent and cells[tactic, period] > 0:
            yield f"{rule['name']}: {tactic} spends {float(cells[tactic, period])} in {period}"
    if not {"at_least", "at_most", "min_run", "minimum"} & set(rule):
        return
    yield from _faint(rule, scope, statement, cells)
    on = _on(scope, statement, cells)
    for tactic in {own for own, _ in statement.selected(scope)}:
        active = [period for period in statement.periods if (tactic, period) in on]
        yield from _counted(rule, len(active), f"periods of {tactic}")
        for run in _runs(statement, active):
            after = statement.periods[statement.periods.index(run[-1]) + 1 :][:1]
            cut_off = not after or (tactic, after[0]) not in statement.selected(scope)
            before = rule.get("running", 0) if run[0] == statement.periods[0] else 0
            if before + len(run) < rule.get("min_run", 1) and not cut_off:
                yield f"{rule['name']}: {tactic} is on for {len(run)} periods from {run[0]} on"
        first = (tactic, statement.periods[0])
        if (
            first in statement.selected(scope)
            and first not in on
            and 0 < rule.get("running", 0) < rule.get("min_run", 1)
        ):
            yield f"{rule['name']}: {tactic} ends before the first period"


def _runs(statement: Statement, active: Sequence[str]) -> list[list[str]]:
    """The active periods, those that follow each other in the plan together."""
    runs: list[list[str]] = []
    for period in active:
        before = statement.periods.index(period) - 1
        if runs and before >= 0 and runs[-1][-1] == statement.periods[before]:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs


def _requires(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    yield from _faint({"name": rule["name"]}, rule.get("scope"), statement, cells)
    if "minimum" not in rule:
        yield from _faint(rule, rule["needs"], statement, cells)
    asking, needs = _on(rule.get("scope"), statement, cells), statement.selected(rule["needs"])
    for when in [set(statement.periods)] if rule.get("over_all") else [{period} for period in statement.periods]:
        together = sum((cells[cell] for cell in needs if cell[1] in when), Fraction(0))
        missing = together < exact(rule["minimum"]) if "minimum" in rule else together <= 0
        if missing and any(period in when for _, period in asking):
            yield f"{rule['name']}: {float(together)} is spent on what is needed in {sorted(when)}"


def _exclusive(rule: Wire, statement: Statement, cells: Cells) -> Complaints:
    members = rule.get("groups") or [
        {"tactics": [tactic]} | {key: own for key, own in rule.get("scope", {}).items() if key == "periods"}
        for tactic in {own for own, _ in statement.selected(rule.get("scope"))}
    ]
    for member in members:
        yield from _faint(rule, member, statement, cells)
    limit = {"name": rule["name"], "at_most": rule.get("at_most", 1)}
    for when in [set(statement.periods)] if rule.get("over_all") else [{period} for period in statement.periods]:
        count = sum(any(period in when for _, period in _on(member, statement, cells)) for member in members)
        yield from _counted(limit, count, f"in {sorted(when)}")


SWITCHING: dict[str, Callable[[Wire, Statement, Cells], Complaints]] = {
    "active_count": _active_count,
    "active_periods": _active_periods,
    "requires": _requires,
    "exclusive": _exclusive,
}
