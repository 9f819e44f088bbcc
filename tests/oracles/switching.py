"""On/off rules, checked exactly: which cells are on, how many, in which runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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


SWITCHING: dict[str, Callable[[Wire, Statement, Cells], Complaints]] = {"active_count": _active_count}
