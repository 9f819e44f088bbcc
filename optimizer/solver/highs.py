"""PuLP's model in HiGHS, kept and solved again after each change; statuses and numbers in our words.

PuLP builds the model once. After that the HiGHS object is edited in place, so that each solve starts from the last
basis. PuLP's own statuses are never read: it says Optimal at a time limit and leaves zeros after infeasible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from optimizer.errors import SolverFault
from optimizer.solver.overrun import Heard

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Ending = Literal["optimal", "infeasible", "limit"]

OPTIONS = {
    "output_flag": False,
    "threads": 1,  # a second thread count in one process makes the next solve fail silently
    "random_seed": 0,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-8,  # at 1e-9 presolve has cut off the best points: bounds 5 % below known plans
    "mip_rel_gap": 1e-9,
    "mip_abs_gap": 1e-12,
}
LARGE = 5_000  # rows, from which on what HiGHS holds of a solve is let go of before the next
SLOW = 1_000  # rows, from which on a solve with decisions may overrun its time by more than a moment
HIDDEN = 1e-11  # scaled cost of one unit of a column, that a program with decisions may take for none
SHARE = 0.1  # of the tolerance for whole numbers, that HiGHS leaves reduced costs while it looks for them
SEARCHES = ("rins", "rens", "root_reduced_cost")  # by which HiGHS looks for points in mixed-integer programs of its own
DETOURS: tuple[dict[str, str | float], ...] = (  # tried in turn when HiGHS gives up on a badly scaled program
    {"presolve": "off"},
    {"solver": "ipm"},
    {"presolve": "off", "primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7},
)
STATUS = highspy.HighsModelStatus
ENDINGS: dict[highspy.HighsModelStatus, Ending] = {
    STATUS.kOptimal: "optimal",
    STATUS.kInfeasible: "infeasible",
    STATUS.kUnboundedOrInfeasible: "infeasible",  # every column is bounded
    STATUS.kTimeLimit: "limit",
    STATUS.kIterationLimit: "limit",
    STATUS.kSolutionLimit: "limit",
    STATUS.kInterrupt: "limit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one solve ended. `columns` is None when there is no point; `bound` is a lower bound on the cost.

    `row_duals` are ∂cost/∂limit, one a row, in the order the rows were added, `column_duals` those of the columns'
    own limits; None for mixed-integer solves.
    """

    ending: Ending
    cost: float
    bound: float
    columns: Array | None
    row_duals: Array | None
    column_duals: Array | None = None


@cache
def version() -> str:
    """The solver's name and version, for provenance."""
    return f"HiGHS {highspy.Highs().version()}"


class Program:
    """A minimisation in HiGHS: columns by PuLP's order of variables, rows in the order they were added."""

    def __init__(self, problem: pulp.LpProblem) -> None:
        bridge = pulp.HiGHS(msg=False)
        bridge.createAndConfigureSolver(problem)
        bridge.buildSolverModel(problem)
        self._highs: highspy.Highs = problem.solverModel
        self._options: dict[str, str | float] = {}
        self._basis: highspy.HighsBasis | None = None
        self._grown = False
        for option, value in OPTIONS.items():
            self._set(option, value)
        columns = _columns(problem)
        self.order = [name for name, _ in columns]
        self.integer = np.array([whole for _, whole in columns], dtype=bool)
        self._relaxed, self._weight = not self.integer.any(), 1.0
        if not self._relaxed:
            self._weigh(OPTIONS["mip_feasibility_tolerance"])

    def _set(self, option: str, value: str | float) -> None:
        self._options[option] = value
        self._highs.setOptionValue(option, value)

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each column, by its name."""
        return {name: column for column, name in enumerate(self.order)}

    @property
    def rows(self) -> int:
        """How many rows the program has now."""
        return int(self._highs.getNumRow())

    def add_rows(self, lower: Array, upper: Array, starts: Index, columns: Index, values: Array) -> Index:
        """Append rows in compressed form; returns their numbers."""
        first, self._grown = self.rows, True
        self._highs.addRows(
            len(lower), lower, upper, len(values), starts.astype(np.int32), columns.astype(np.int32), values
        )
        return np.arange(first, first + len(lower))

    def delete_rows(self, rows: Index) -> None:
        """Take rows out; those after them move up."""
        if len(rows):
            self._highs.deleteRows(len(rows), rows.astype(np.int32))

    def bound_rows(self, rows: Index, lower: Array, upper: Array) -> None:
        """Move the limits of rows; infinite limits switch a row off."""
        if len(rows):
            self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper)

    def bound_columns(self, columns: Index, lower: Array, upper: Array) -> None:
        """Move the limits of columns."""
        if len(columns):
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def price_columns(self, columns: Index, costs: Array) -> None:
        """Change what columns cost."""
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), self._weight * costs)

    def set_values(self, rows: Index, columns: Index, values: Array) -> None:
        """Change coefficients, one at each row and column."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._highs.changeCoeff(row, column, value)

    def steady(self) -> tuple[Array, Array, Array, Array]:
        """The limits from and to which the basis stays, and every dual with it: rows from, to; columns from, to."""
        _, ranging = self._highs.getRanging()
        sides = (ranging.row_bound_dn, ranging.row_bound_up, ranging.col_bound_dn, ranging.col_bound_up)
        low, high, left, right = (np.array(side.value_) for side in sides)
        return low, high, left, right

    def accept(self, gap: float) -> None:
        """Let mixed-integer solves end at a relative gap; the bound they tell is a bound all the same."""
        self._set("mip_rel_gap", gap)

    def accept_within(self, cost: float) -> None:
        """Let mixed-integer solves end that close to their bound."""
        self._set("mip_abs_gap", self._weight * cost)

    def straight(self) -> None:
        """Look for no points by smaller mixed-integer programs, and begin none anew: for who knows points already."""
        self._set("mip_allow_restart", False)
        for search in SEARCHES:
            self._set(f"mip_heuristic_run_{search}", False)

    def whole_within(self, tolerance: float) -> None:
        """How far decisions may be from whole numbers. At next to nothing presolve has cut off the best points."""
        self._set("mip_feasibility_tolerance", tolerance)
        self._weigh(tolerance)

    def _weigh(self, tolerance: float) -> None:
        """Write costs so large that what is no more than the tolerance on reduced costs is no more than HIDDEN."""
        costs = np.array(self._highs.getLp().col_cost_) / self._weight
        self._weight = SHARE * tolerance / HIDDEN
        self.price(costs)

    def suggest(self, columns: Array) -> None:
        """A point for the next mixed-integer solve to start from; one that is off its rows is mended or dropped."""
        solution = highspy.HighsSolution()
        solution.col_value = columns.tolist()
        self._highs.setSolution(solution)

    def price(self, costs: Array) -> None:
        """Give the columns other costs."""
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), self._weight * costs)

    def relax(self, relaxed: bool) -> None:
        """Drop, or restore, that integer columns be whole."""
        if self._relaxed == relaxed or not self.integer.any():
            return
        if not relaxed and self.rows > LARGE:
            self._anew()
        kind = highspy.HighsVarType.kContinuous if relaxed else highspy.HighsVarType.kInteger
        columns = np.flatnonzero(self.integer).astype(np.int32)
        self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), int(kind), dtype=np.uint8))
        self._relaxed = relaxed
        if relaxed:
            self._restart()

    def _anew(self) -> None:
        """Let go of what the last solve worked with, its factors above all, and keep its basis to start from again."""
        basis = self._highs.getBasis()
        self._basis = basis if basis.valid else None
        self._written_again()

    def _written_again(self) -> None:
        """Go on with another solver of the same program and options, that has solved nothing."""
        before, self._highs = self._highs, highspy.Highs()
        for option, value in self._options.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(before.getLp())

    def _restart(self) -> None:
        """Start the next linear solve from the basis that was kept."""
        if self._basis is not None:
            self._highs.setBasis(self._basis)
            self._basis = None

    def solve(self, seconds: float) -> Outcome:
        """Solve within `seconds`; a status that says nothing is a fault of ours."""
        if self._relaxed and self._grown and self.rows > LARGE:
            self._anew()
            self._restart()
        self._grown = False
        seconds = max(0.0, min(seconds, 1e7))
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        if self._relaxed or self.rows <= SLOW:
            self._highs.run()
        elif not (heard := Heard()).ends(self._highs, seconds):
            self._written_again()
            return self._left_behind(heard)
        status = self._highs.getModelStatus()
        for detour in DETOURS:
            if status in ENDINGS:
                break
            status = self._again(detour)
        if status not in ENDINGS:
            raise SolverFault(
                "solver_failed", "", f"HiGHS ended with {status.name}", "try again; report the scenario if it stays"
            )
        return self._outcome(ENDINGS[status])

    def ray(self) -> Array | None:
        """After an infeasible linear solve: multipliers of the rows whose weighted sum no point can keep."""
        _, found, multipliers = self._highs.getDualRay()
        return np.array(multipliers) if found else None

    def _again(self, detour: dict[str, str | float]) -> highspy.HighsModelStatus:
        """Solve from scratch with other options, which are put back afterwards."""
        usual = {option: self._highs.getOptionValue(option)[1] for option in detour}
        for option, value in detour.items():
            self._highs.setOptionValue(option, value)
        self._highs.clearSolver()
        self._highs.run()
        for option, value in usual.items():
            self._highs.setOptionValue(option, value)
        status: highspy.HighsModelStatus = self._highs.getModelStatus()
        return status

    def _left_behind(self, heard: Heard) -> Outcome:
        """What a solve had told when its time was over."""
        (cost, columns), bound = heard.best, heard.bound / self._weight
        return Outcome(ending="limit", cost=cost / self._weight, bound=bound, columns=columns, row_duals=None)

    def _outcome(self, ending: Ending) -> Outcome:
        info, solution = self._highs.getInfo(), self._highs.getSolution()
        mixed = not self._relaxed
        found = solution.value_valid and (ending == "optimal" or (mixed and ending == "limit"))
        bound = info.mip_dual_bound if mixed else info.objective_function_value
        return Outcome(
            ending=ending,
            cost=float(info.objective_function_value) / self._weight,
            bound=float(bound) / self._weight if ending == "optimal" or mixed else -np.inf,
            columns=np.array(solution.col_value) if found else None,
            row_duals=np.array(solution.row_dual) / self._weight if ending == "optimal" and not mixed else None,
            column_duals=np.array(solution.col_dual) / self._weight if ending == "optimal" and not mixed else None,
        )


def _columns(problem: pulp.LpProblem) -> list[tuple[str, bool]]:
    """Name and whether whole numbers only, column by column, in the order that PuLP 3 or 4 hands them over."""
    order = problem.exported_variables() if hasattr(problem, "exported_variables") else problem.variables()
    return [(variable.name, variable.cat == "Integer") for variable in order]
