"""What Robyn's allocator answered (*_reallocated.csv): limits, current spend, and its own plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import ResponseCurve
from optimizer.errors import FileError
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.tactic import CarryOver, SpendLimits
from optimizer.sources.curve_set import BudgetProblem, FittedCurve
from optimizer.sources.options import Options
from optimizer.sources.report import Check
from optimizer.sources.tables import Records, read_workbook

TARGET = "target_efficiency"
SLACK = 1e-4  # of the budget, by which a plan within it may pass it
DIGITS = 6  # a plan of Robyn's is not in whole cents
TEXTS = ("", "solID", "dep_var_type", "channels", "date_min", "date_max", "periods")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One channel of the allocator's table [all per period]; None where its release has no such column."""

    channel: str
    current: float
    current_response: float | None
    bounded: tuple[float, float]
    unbounded: tuple[float, float] | None
    spend: float | None
    spend_unbounded: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The table: its lines, the budget per period, and the totals that it claims; `free` where the budget was none.

    Robyn's target_efficiency spends as much as an efficiency allows: its answer is compared at what it spent.
    """

    lines: tuple[Line, ...]
    budget: float
    outcome: float | None
    outcome_unbounded: float | None
    free: bool

    def applied(
        self, curves: tuple[FittedCurve, ...], planning: Mapping[str, ResponseCurve]
    ) -> tuple[tuple[FittedCurve, ...], tuple[BudgetProblem, ...], list[Check]]:
        """Curves with these limits and spends, the problems as they were solved, and how the responses compare."""
        lines = {line.channel: line for line in self.lines if line.channel in planning}
        limited = tuple(_limited(curve, lines.get(curve.name)) for curve in curves)
        checks = [_check(line, planning[name]) for name, line in lines.items() if line.current_response is not None]
        stated = [replace(c, response=planning[c.name], carry_over=CarryOver()) for c in limited if c.name in lines]
        problems = [self._problem("bounded", stated, lines, self.outcome)]
        if all(line.unbounded is not None for line in lines.values()):
            problems.append(self._problem("unbounded", stated, lines, self.outcome_unbounded))
        return limited, tuple(problems), checks

    def _problem(
        self, name: str, curves: list[FittedCurve], lines: Mapping[str, Line], outcome: float | None
    ) -> BudgetProblem:
        free = name == "unbounded"
        bounds = {key: (line.unbounded if free else None) or line.bounded for key, line in lines.items()}
        spend = {key: line.spend_unbounded if free else line.spend for key, line in lines.items()}
        stated = [value for value in spend.values() if value is not None]
        budget = sum(stated) if self.free and len(stated) == len(lines) else self.budget
        return BudgetProblem(
            name=f"Robyn allocator, {name}",
            curves=tuple(replace(curve, spend=_limits(bounds[curve.name])) for curve in curves),
            budget=Budget(total=BudgetLimit(at_most=round(budget, DIGITS))),
            digits=DIGITS,
            published_spend=tuple((key, value) for key, value in spend.items() if value is not None),
            published_outcome=outcome,
        )


def allocation_of(options: Options, names: Mapping[str, str]) -> Allocation | None:
    """The first table among the options that is an allocator's; channels may be called by their spend."""
    for file in options.data:
        sheet = read_workbook(file.raw, file.name, options.conventions).sheets[0]
        records = Records.of(sheet, options.conventions, texts=TEXTS)
        if records.has("channels") and records.has("initSpendUnit"):
            return _read(records, names, TARGET in file.name.casefold())
    return None


def _read(records: Records, names: Mapping[str, str], free: bool) -> Allocation:
    records.needed("channels", "initSpendUnit", "constr_low", "constr_up")
    lines = tuple(_line(records, row, names) for row in records.rows)
    if not lines:
        raise FileError("empty_file", "channels", "has no rows", "export the allocation again")
    first = records.rows[0]
    totals = ("total_budget_unit", "expSpendUnitTotal", "initSpendUnitTotal")
    budget = next((found for name in totals if (found := records.number(first, name)) is not None), None)
    if budget is None:
        budget = sum(line.current for line in lines)
    return Allocation(
        lines=lines,
        budget=budget,
        free=free or _passed(lines, budget),
        outcome=records.number(first, "optmResponseUnitTotal"),
        outcome_unbounded=records.number(first, "optmResponseUnitTotalUnbound"),
    )


def _passed(lines: tuple[Line, ...], budget: float) -> bool:
    """Whether a plan spends more than the budget: then it had none."""
    plans = ([line.spend for line in lines], [line.spend_unbounded for line in lines])
    return any(sum(spend or 0.0 for spend in plan) > budget * (1.0 + SLACK) for plan in plans)


def _line(records: Records, row: int, names: Mapping[str, str]) -> Line:
    channel = records.text(row, "channels") or ""
    current = records.number(row, "initSpendUnit") or 0.0
    return Line(
        channel=names.get(channel, channel),
        current=current,
        current_response=records.number(row, "initResponseUnit"),
        bounded=_bounds(records, row, "", current) or (0.0, current),
        unbounded=_bounds(records, row, "_unb", current),
        spend=records.number(row, "optmSpendUnit"),
        spend_unbounded=records.number(row, "optmSpendUnitUnbound"),
    )


def _bounds(records: Records, row: int, which: str, current: float) -> tuple[float, float] | None:
    """In money where the table has them so, else as multiples of the current spend."""
    found = []
    for side in ("low", "up"):
        money = records.number(row, f"constr_{side}{which}_abs")
        times = records.number(row, f"constr_{side}{which}")
        if money is None and times is None:
            return None
        found.append((times or 0.0) * current if money is None else money)
    return found[0], found[1]


def _limits(bounds: tuple[float, float]) -> SpendLimits:
    return SpendLimits(at_least=round(bounds[0], DIGITS), at_most=round(bounds[1], DIGITS))


def _limited(curve: FittedCurve, line: Line | None) -> FittedCurve:
    return curve if line is None else replace(curve, spend=_limits(line.bounded), current_spend=line.current)


def _check(line: Line, response: ResponseCurve) -> Check:
    computed = float(response.value(np.array([line.current]))[0])
    return Check(name=f"initResponseUnit of {line.channel}", stated=line.current_response or 0.0, computed=computed)
