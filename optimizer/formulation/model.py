"""The whole model, scaled so that every column runs within [0, 1] and every row's largest coefficient is 1.

minimise    cost = −(Σ metric − m · spend) / V          (maximise revenue, profit or outcome)
            cost = Σ spend / V                          (minimise spend)
            cost = −Σ h · attained / V                  (pursue a level of goals)
V is the largest objective coefficient times its column's range, so that cost is of order 1 whatever the units.
Objective coefficients near 1e-8 make HiGHS return wrong optima as "Optimal": hence the scaling, always.

Columns     named by position: PuLP rewrites free text and lets two names collide
Rows        budget, rules, goals, adstock, demand pools; the tangents of the curves are added later, by the search
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.formulation.draft import Array, Draft, Follower, Index, Row, Sum, among
from optimizer.formulation.goals import NONE, Attainments, Pursuit, add_pursuit, add_required
from optimizer.formulation.matrix import Matrix, matrix_of
from optimizer.formulation.response import Cells, add_responses
from optimizer.formulation.river import Currents, add_river
from optimizer.formulation.rules import write
from optimizer.formulation.rules.packages import MANY, round_limits
from optimizer.formulation.spend import add_budget, add_reads, add_spend
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.problem.rules import Rule
from optimizer.problem.scenario import Scenario

MUCH = 200_000  # coefficients that rows have of sums of others, from which on these are kept once
FAR = 1e18  # scaled: no row reaches as far, and solvers take 1e20 for no limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Draws that are written out: by draw `currents`, its pools (none without pools), the columns `worse` and the rows
    that say what it costs; `worst` is the column η, `most` the largest weight of a draw.
    """

    draws: Index
    currents: tuple[Currents, ...]
    worst: int
    worse: Index
    rows: Index
    most: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """A scenario as numbers, scaled; planner's units = scaled · `scale` (columns), · `row_scale` (rows), · `worth`.

    `cost`, `low`, `high`, `integer` by column; `spend` the spend columns, shape (tactics, periods);
    `two_sided` marks cells whose response must not be understated: something limits or punishes outcome.
    `written` says where draws stand that are written out, and `follows` which columns reach as far as spends do there.
    `switches`, shape (switches, 2), has the spend columns that a decision switches off, and the decisions' columns.
    `uncounted` are the spend columns that are sold by the piece, and left continuous, `off` those that decisions which
    are made switch off.
    """

    scenario: Scenario
    names: tuple[str, ...]
    low: Array
    high: Array
    scale: Array
    integer: Index
    cost: Array
    worth: float
    matrix: Matrix
    row_scale: Array
    drafts: tuple[Row, ...]
    spend: Index
    reads: Index
    followers: tuple[Follower, ...]
    cells: Cells
    two_sided: Index
    attainments: Attainments
    switches: Index
    currents: Currents | None = None
    written: Written | None = None
    follows: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    uncounted: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    off: Index = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    @cached_property
    def extra(self) -> Index:
        """Continuous columns that are neither spend, input nor response: demand, and what rules measure by."""
        further = np.ones(len(self.cost), dtype=np.bool_)
        for known in (self.spend, self.cells.inputs, self.cells.responses, self.integer):
            further[known] = False
        return np.flatnonzero(further)

    @cached_property
    def tabled(self) -> Index:
        """The spend columns of tactics that a table responds for."""
        return self.spend[list(self.scenario.tabulated)].ravel()

    def rows_owned(self, owner: str) -> Index:
        """The rows of a limit, by its name."""
        return np.array([number for number, row in enumerate(self.drafts) if row.owner == owner], dtype=np.intp)

    @cached_property
    def owners(self) -> Index:
        """By cell the tactic it belongs to: a model may read its curves twice, tactic by tactic."""
        counts = self.cells.first[1:] - self.cells.first[:-1]
        return np.repeat(np.arange(len(counts)) % len(self.scenario.tactics), counts)

    @cached_property
    def tables(self) -> Index:
        """The cells of those tactics."""
        if not self.scenario.tabulated:
            return np.zeros(0, dtype=np.intp)
        tables = np.zeros(len(self.scenario.tactics), dtype=np.bool_)
        tables[list(self.scenario.tabulated)] = True
        return np.flatnonzero(tables[self.owners])

    @cached_property
    def all_tables(self) -> bool:
        """Whether nothing but tables is read."""
        return len(self.tables) == len(self.cells.inputs)

    @cached_property
    def reads_spends(self) -> bool:
        """Whether cell by cell what is read is a spend of its own, as it is."""
        return np.array_equal(self.cells.inputs, self.spend.ravel())

    def decisions(self) -> Index:
        """By cell the column whose 0 switches its input off, −1 where there is none."""
        place = np.full(len(self.cost), -1, dtype=np.intp)
        place[self.switches[:, 0]] = self.switches[:, 1]
        return place[self.cells.inputs]


def build(
    scenario: Scenario,
    most: Array,
    objective: Callable[[Vocabulary], Sum] | None = None,
    *,
    pursuit: Pursuit = NONE,
    counted: float = MANY,
) -> Model:
    """Formulate a scenario whose spends reach at most `most` [money], shape (tactics, periods).

    Another `objective` than the scenario's may write columns and rows of its own; what it returns is minimised.
    `pursuit` names the soft goals that the model speaks of, and the level of them that is made large instead. Columns
    count up to `counted` pieces of a cell.
    """
    draft = Draft()
    spend = add_spend(draft, scenario, most)
    reads = add_reads(draft, scenario, spend)
    cells = add_responses(draft, scenario, reads)
    currents = add_river(draft, scenario, cells)
    words = Vocabulary(
        draft=draft, scenario=scenario, spend=spend, reads=reads, cells=cells, currents=currents, counted=counted
    )
    add_budget(draft, scenario, spend)
    for rule in scenario.rules:
        write(rule, words)
    for goal in scenario.goals:
        if goal.required:
            add_required(words, goal)
    round_limits(words)
    attainments = add_pursuit(words, pursuit)
    if attainments.objective is None:
        return scaled(draft, words, (objective or cost_of)(words), attainments)
    return scaled(draft, words, (attainments.objective * -1.0).merged(), attainments)


def worth_at_least(model: Model, value: float) -> Model:
    """The model of the plans worth so much or more, where worth is to be large: −Σ cost·column ≥ value."""
    priced = np.flatnonzero(model.cost)
    total = Sum(columns=priced, values=-model.cost[priced] * model.worth / model.scale[priced])
    row = Row(owner="worth", side="at_least", total=total, lower=value, upper=np.inf)
    scaled = Sum(columns=priced, values=-model.cost[priced])
    more = model.matrix.below([scaled], np.array([value / model.worth]), np.array([np.inf]))
    row_scale = np.append(model.row_scale, model.worth)
    return replace(model, matrix=more, row_scale=row_scale, drafts=(*model.drafts, row))


def rows_of(model: Model, rule: Rule) -> list[Row]:
    """The rows that a rule writes over the model's columns [planner's units]; columns of its own come after those."""
    words = words_of(model)
    words.draft.rows.clear()
    write(rule, words)
    return words.draft.rows


def words_of(model: Model) -> Vocabulary:
    """The words that a model was written in, with a draft of it that more can be added to."""
    whole = among(model.integer, len(model.names))
    low, high = ((limit * model.scale).tolist() for limit in (model.low, model.high))
    draft = Draft(
        names=list(model.names),
        low=low,
        high=high,
        integer=whole.tolist(),
        rows=list(model.drafts),
        followers=list(model.followers),
    )
    return Vocabulary(
        draft=draft,
        scenario=model.scenario,
        spend=model.spend,
        reads=model.reads,
        cells=model.cells,
        currents=model.currents,
    )


def cost_of(words: Vocabulary) -> Sum:
    """The cost in the planner's units, to be minimised."""
    objective = words.scenario.objective
    total = words.metric(objective.aim)
    if objective.target_marginal_roi:
        total = total - words.spent() * objective.target_marginal_roi
    if objective.maximizes and words.currents is not None:
        worth = words.currents.left >= 0
        ends = np.array([pool.end_value for pool in words.scenario.demand_pools])
        total = total + Sum(columns=words.currents.left[worth], values=ends[worth])
    return (total * -1.0 if objective.maximizes else total).merged()


def scaled(draft: Draft, words: Vocabulary, objective: Sum, attainments: Attainments) -> Model:
    """The model of a draft; `objective` is minimised [planner's units]."""
    high, whole = np.array(draft.high), np.array(draft.integer)
    drafts = _held(draft.rows)
    limits = (np.array([getattr(row, side) for row in drafts]) for side in ("least", "most"))
    rows = matrix_of([row.total for row in drafts], *limits)
    scale = _scale(high, whole, rows, objective)
    worth = float(np.abs(objective.values * scale[objective.columns]).max(initial=0.0)) or 1.0
    cost = np.zeros(len(scale))
    cost[objective.columns] = objective.values * scale[objective.columns] / worth
    matrix, row_scale = _scaled(rows, scale)
    return Model(
        scenario=words.scenario,
        names=tuple(draft.names),
        low=np.array(draft.low) / scale,
        high=high / scale,
        scale=scale,
        integer=np.flatnonzero(whole),
        cost=cost,
        worth=worth,
        matrix=matrix,
        row_scale=row_scale,
        drafts=tuple(drafts),
        spend=words.spend,
        reads=words.reads,
        followers=tuple(draft.followers),
        cells=words.cells,
        switches=words.switched(),
        uncounted=np.array(sorted(words.uncounted), dtype=np.intp),
        two_sided=two_sided_cells(words.cells, matrix, cost, whole),
        attainments=attainments,
        currents=words.currents,
    )


def _held(rows: list[Row]) -> list[Row]:
    """The rows with all their coefficients, unless these are too many to hold."""
    multiples = [(row, total) for row in rows for total, _ in row.total.multiples]
    if sum(len(total.columns) for _, total in multiples) > MUCH:
        return rows
    return [replace(row, total=row.sum) if row.total.multiples else row for row in rows]


def _scale(high: Array, whole: NDArray[np.bool_], rows: Matrix, objective: Sum) -> Array:
    """What 1 is of each column: the most that it can be, and 1 of what is whole.

    One that can only be 0 is worth 1, or as little as it takes to outweigh no other in a row or the objective.
    """
    shut = ~whole & (high <= 0.0)
    scale = np.where(whole | shut, 1.0, high)
    if not shut.any():
        return scale
    sums = rows.below([objective], np.zeros(1), np.zeros(1))
    largest = sums.largest(np.where(shut, 0.0, scale))
    for numbers, columns, values in sums.written_out():
        own = shut[columns] & (values != 0.0) & (largest[numbers] > 0.0)
        np.minimum.at(scale, columns[own], largest[numbers[own]] / np.abs(values[own]))
    return scale


def _scaled(rows: Matrix, scale: Array) -> tuple[Matrix, Array]:
    """The rows by what 1 is of each column, and what 1 is of each row."""
    largest, totals = rows.largest(scale), rows.totals
    size = np.where(largest > 0.0, largest, 1.0)
    if totals.count:
        totals = replace(totals, values=totals.values * scale[totals.columns], times=totals.times / size[totals.rows])
    values = rows.values * scale[rows.columns] / size[rows.rows]
    lower, upper = rows.lower / size, rows.upper / size
    return Matrix(rows=rows.rows, columns=rows.columns, values=values, lower=lower, upper=upper, totals=totals), size


def two_sided_cells(cells: Cells, matrix: Matrix, cost: Array, whole: NDArray[np.bool_]) -> Index:
    """Cells whose response something would rather have small: an upper limit on outcome, or a negative weight.

    Rows with decisions say when there is a response at all; they never ask for a smaller one.
    """
    decides = np.zeros(len(matrix.lower), dtype=bool)
    decides[matrix.rows[whole[matrix.columns]]] = True
    capped = np.isfinite(matrix.upper[matrix.rows]) & (matrix.values > 0)
    floored = np.isfinite(matrix.lower[matrix.rows]) & (matrix.values < 0)
    pressed = np.zeros(len(cost), dtype=bool)
    pressed[matrix.columns[(capped | floored) & ~decides[matrix.rows]]] = True
    return np.flatnonzero(pressed[cells.responses] | (cost[cells.responses] > 0.0))


def to_pulp(model: Model) -> pulp.LpProblem:
    """The model in PuLP."""
    problem = pulp.LpProblem("headrace", pulp.LpMinimize)
    kinds = np.full(len(model.names), "Continuous", dtype=object)
    kinds[model.integer] = "Integer"
    columns = zip(model.names, model.low.tolist(), model.high.tolist(), kinds.tolist(), strict=True)
    variables = [problem.add_variable(*column) for column in columns]
    attach(problem, variables)
    priced = np.flatnonzero(model.cost)
    problem.setObjective(expression(variables, priced, model.cost[priced]))
    matrix = model.matrix
    for row in range(len(model.drafts)):
        total = expression(variables, *matrix.row(row))
        _add_row(problem, total, float(matrix.lower[row]), float(matrix.upper[row]), f"row_{row}")
    return problem


def expression(variables: list[pulp.LpVariable], columns: Index, values: Array) -> pulp.LpAffineExpression:
    """Σ values · columns, each column once; built at once, because PuLP copies a sum with each term that is added."""
    terms = zip(columns.tolist(), values.tolist(), strict=True)
    written = getattr(pulp.LpAffineExpression, "from_list", pulp.LpAffineExpression)  # PuLP 4, or 3
    return written([(variables[column], value) for column, value in terms] or [(variables[0], 0.0)])


def attach(problem: pulp.LpProblem, variables: Iterable[pulp.LpVariable]) -> None:
    """Make sure that a problem knows its columns: PuLP 3 forgets those that stand in no row and no objective."""
    if hasattr(problem, "addVariables"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            problem.addVariables(list(variables))


def _add_row(problem: pulp.LpProblem, total: pulp.LpAffineExpression, lower: float, upper: float, name: str) -> None:
    lower, upper = (min(max(own, -FAR), FAR) if np.isfinite(own) else own for own in (lower, upper))
    if lower == upper:
        problem.addConstraint(total == lower, name)
    elif np.isfinite(upper):
        problem.addConstraint(total <= upper, name)
    else:
        problem.addConstraint(total >= lower, name)
