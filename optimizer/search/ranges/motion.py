"""How the rows of a model change when one limit moves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import ScenarioError
from optimizer.formulation.draft import Row, Sum
from optimizer.formulation.model import Model, rows_of
from optimizer.problem.rules import Rule
from optimizer.problem.side import Side

Array = NDArray[np.float64]
Index = NDArray[np.intp]


NOBODY: Index = np.zeros(0, dtype=np.intp)
NOTHING: Array = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """What moving a limit by one unit does [scaled]: to the limits and coefficients of rows, and to those of spends.

    `limit` [units of the limit] is where it stands, somewhere from `least` to `most`. The rows `rows` move by `lower`
    and `upper`; the entries at `entry_rows`, `entry_columns` by `entry_values`; the limits of the columns `columns` by
    `column_move`. `sized` is what a step is compared with, where that is known. Where limits move in place of
    coefficients (`as_sum`), what would turn `turned_rows` is `fixed_times` the `fixed_rows`.
    """

    name: str
    side: Side
    limit: float
    least: float = -np.inf
    most: float = np.inf
    rows: Index = field(default_factory=lambda: NOBODY)
    lower: Array = field(default_factory=lambda: NOTHING)
    upper: Array = field(default_factory=lambda: NOTHING)
    entry_rows: Index = field(default_factory=lambda: NOBODY)
    entry_columns: Index = field(default_factory=lambda: NOBODY)
    entry_values: Array = field(default_factory=lambda: NOTHING)
    columns: Index = field(default_factory=lambda: NOBODY)
    column_move: Array = field(default_factory=lambda: NOTHING)
    sized: float | None = None
    turned_rows: Index = field(default_factory=lambda: NOBODY)
    fixed_rows: Index = field(default_factory=lambda: NOBODY)
    fixed_times: Array = field(default_factory=lambda: NOTHING)

    def price(self, row_duals: Array, column_duals: Array, columns: Array) -> float:
        """∂cost/∂limit [scaled cost per unit of the limit] at a point and its duals."""
        pulled = row_duals[self.rows]
        moved = float(np.where(pulled > 0, self.lower, self.upper) @ pulled)
        turned = float((row_duals[self.entry_rows] * columns[self.entry_columns]) @ self.entry_values)
        return moved - turned + float(self.pulls(column_duals[self.columns]) @ self.column_move)

    def keeps(self, before: Array, duals: Array, shift: float) -> bool:
        """Whether the rows that fix what would turn are worth having as `before`, where the limit has moved."""
        paid = duals[self.fixed_rows] - shift * self.fixed_times * duals[self.turned_rows]
        return bool((paid * before[self.fixed_rows] > 0.0).all())

    def pulls(self, reduced: Array) -> Array:
        """Of the duals of its columns, those of the side that moves: above 0 at a low end, below 0 at a high one."""
        least = -np.inf if self.side != "at_least" else 0.0
        most = np.inf if self.side != "at_most" else 0.0
        return np.clip(reduced, least, most)

    def size(self, model: Model, columns: Array) -> float:
        """What a step of the limit is compared with: the limit, or what its rows add up, the larger [its unit]."""
        if self.sized is not None:
            return self.sized
        matrix, reach = model.matrix, 0.0
        for row, lower, upper in zip(self.rows, self.lower, self.upper, strict=True):
            (own, values), turned = matrix.row(row), self.entry_rows == row
            step = max(abs(lower), abs(upper)) + abs(
                float(self.entry_values[turned] @ columns[self.entry_columns[turned]])
            )
            whole = float(np.abs(values * columns[own]).sum())
            reach = max(reach, whole / step) if step else reach
        return max(abs(self.limit), reach) or 1.0


def of_limit(model: Model, name: str, side: Side) -> Motion | None:
    """How the limit of a name moves: a rule's, a required goal's, a budget's; None where that cannot be told."""
    rule = next((rule for rule in model.scenario.rules if rule.name == name), None)
    if rule is not None:
        return of_rule(model, rule, side)
    row = next(row for row in model.drafts if row.owner == name and row.side == side)
    lever = _lever(row)
    least = -np.inf if any(goal.name == name for goal in model.scenario.goals) else 0.0
    return of_rows(model, name, side, (row.upper if side == "at_most" else row.lower) / lever, least)


def of_rows(model: Model, name: str, side: Side, limit: float, least: float = -np.inf) -> Motion:
    """A limit that stands in its rows as it is: a budget, a period's budget, a goal."""
    rows = np.array([k for k, row in enumerate(model.drafts) if row.owner == name and row.side == side], dtype=np.intp)
    step = np.array([_lever(model.drafts[row]) for row in rows]) / model.row_scale[rows]
    lower, upper = model.matrix.lower[rows], model.matrix.upper[rows]
    return Motion(
        name=name,
        side=side,
        limit=limit,
        least=least,
        rows=rows,
        lower=np.where(np.isfinite(lower), step, 0.0),
        upper=np.where(np.isfinite(upper), step, 0.0),
    )


def _lever(row: Row) -> float:
    """By how much the row moves with the limit: parts of a goal move in proportion."""
    return row.lever if isinstance(row.lever, float) and row.lever else 1.0


def of_rule(model: Model, rule: Rule, side: Side) -> Motion | None:
    """Any rule: what its rows become when its limit moves, by writing it twice; None where that cannot be told."""
    limit = rule.limit(side)
    moved = None if limit is None else _moved(rule, side, limit)
    if limit is None or moved is None:
        return None
    by, other = moved
    rows = model.rows_owned(rule.name)
    before, after = rows_of(model, rule), rows_of(model, other)
    if not len(rows) == len(before) == len(after):
        return None
    entries = [_turned(old, new, by) for old, new in zip(before, after, strict=True)]
    columns = np.concatenate([entry.columns for entry in entries])
    if (columns >= len(model.names)).any():
        return None
    where = np.repeat(rows, [len(entry.columns) for entry in entries])
    scale = model.row_scale
    return Motion(
        name=rule.name,
        side=side,
        limit=limit,
        least=rule.span[0],
        most=rule.span[1],
        rows=rows,
        lower=_differences([row.lower for row in before], [row.lower for row in after], by) / scale[rows],
        upper=_differences([row.upper for row in before], [row.upper for row in after], by) / scale[rows],
        entry_rows=where,
        entry_columns=columns,
        entry_values=np.concatenate([entry.values for entry in entries]) * model.scale[columns] / scale[where],
    )


def _moved(rule: Rule, side: Side, limit: float) -> tuple[float, Rule] | None:
    """The rule with its limit a little higher or lower, whichever there can be; a power of two keeps sums exact."""
    by = 2.0 ** (np.floor(np.log2(max(abs(limit), 1e-3))) - 10.0)
    for step in (by, -by):
        try:
            return step, rule.moved(side, step)
        except ScenarioError:
            continue
    return None


def _turned(old: Row, new: Row, by: float) -> Sum:
    """By how much each coefficient changes per unit of the limit."""
    return ((new.sum - old.sum) * (1.0 / by)).merged()


def _differences(old: list[float], new: list[float], by: float) -> Array:
    return np.array([(b - a) / by if np.isfinite(a) else 0.0 for a, b in zip(old, new, strict=True)])
