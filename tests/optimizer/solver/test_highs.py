"""HiGHS in our words: endings, bounds, duals, rows and columns that are moved in place."""

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import SolverFault
from optimizer.solver import highs
from optimizer.solver.highs import ENDINGS, STATUS, Program, version


def problem(names=("x", "y"), *, whole=False, limit=1.5):
    """max 3x + 2y, x + y ≤ limit, x, y ∈ [0, 1]: as a minimisation."""
    one = pulp.LpProblem("toy", pulp.LpMinimize)
    x, y = (one.add_variable(name, 0, 1, "Integer" if whole else "Continuous") for name in names)
    if hasattr(one, "addVariables"):  # PuLP 3 forgets columns that stand in no row
        one.addVariables([x, y])
    one.setObjective(-3 * x - 2 * y)
    one.addConstraint(x + y <= limit, "sum")
    return one


def knapsack(size, seed):
    """A whole-number problem that takes HiGHS a while."""
    rng, one = np.random.default_rng(seed), pulp.LpProblem("knapsack", pulp.LpMinimize)
    picks = [one.add_variable(f"p{i:03d}", 0, 1, "Integer") for i in range(size)]
    one.setObjective(pulp.lpSum(-float(w) * p for w, p in zip(rng.integers(50, 100, size), picks, strict=True)))
    for row in range(30):
        weights = rng.integers(50, 100, size)
        one.addConstraint(
            pulp.lpSum(float(w) * p for w, p in zip(weights, picks, strict=True)) <= 25.0 * size, f"r{row}"
        )
    return one


def test_an_optimum_has_point_cost_bound_and_duals():
    """x = 1, y = 0.5: cost −4, and one more unit of the limit saves 2."""
    outcome = Program(problem()).solve(10.0)
    assert (outcome.ending, outcome.cost, outcome.bound) == ("optimal", -4.0, -4.0)
    assert outcome.columns.tolist() == [1.0, 0.5]
    assert outcome.row_duals.tolist() == [-2.0]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.floats(0.05, 1.95).filter(lambda limit: abs(limit - 1.0) > 0.01), st.booleans())
def test_a_dual_is_the_derivative_of_the_cost(limit, floor):
    """∂cost/∂limit by finite difference, for ≤ and for ≥: the sign that EVIDENCE warns of."""
    one = problem(limit=limit)
    if floor:
        one = pulp.LpProblem("toy", pulp.LpMinimize)
        x, y = (one.add_variable(name, 0, 1) for name in "xy")
        one.setObjective(3 * x + 2 * y)
        one.addConstraint(x + y >= limit, "sum")
    program = Program(one)
    now, limits = program.solve(10.0), (lambda at: (at, np.inf) if floor else (-np.inf, at))
    lower, upper = (np.array([side]) for side in limits(limit + 1e-3))
    program.bound_rows(np.array([0]), lower, upper)
    assert now.row_duals[0] == pytest.approx((program.solve(10.0).cost - now.cost) / 1e-3, rel=1e-6)


def test_infeasible_has_no_point_though_pulp_would_show_zeros():
    """PuLP leaves zeros; here there is nothing to mistake for a plan."""
    program = Program(problem())
    program.bound_rows(np.array([0]), np.array([3.0]), np.array([np.inf]))
    outcome = program.solve(10.0)
    assert (outcome.ending, outcome.columns, outcome.row_duals) == ("infeasible", None, None)


def test_a_program_recovers_from_infeasible():
    """Moved back, the same program is solved again."""
    program = Program(problem())
    program.bound_rows(np.array([0]), np.array([3.0]), np.array([np.inf]))
    program.solve(10.0)
    program.bound_rows(np.array([0]), np.array([-np.inf]), np.array([1.5]))
    assert program.solve(10.0).cost == -4.0


def test_a_row_switched_off_does_not_bind():
    """Infinite limits: as if it were not there, and its dual is 0."""
    program = Program(problem())
    program.bound_rows(np.array([0]), np.array([-np.inf]), np.array([np.inf]))
    outcome = program.solve(10.0)
    assert (outcome.cost, outcome.row_duals.tolist()) == (-5.0, [0.0])


def test_rows_are_added_behind_the_others():
    """y ≤ x/4 makes x = 1, y = 0.25; the new row has the next number."""
    program = Program(problem())
    added = program.add_rows(
        np.array([-np.inf]), np.array([0.0]), np.array([0]), np.array([0, 1]), np.array([-0.25, 1.0])
    )
    assert (added.tolist(), program.rows) == ([1], 2)
    assert program.solve(10.0).columns.tolist() == [1.0, 0.25]


def test_columns_are_moved():
    """x within [0, 0.2] leaves all of y."""
    program = Program(problem())
    program.bound_columns(np.array([0]), np.array([0.0]), np.array([0.2]))
    assert program.solve(10.0).columns.tolist() == [0.2, 1.0]


def test_whole_numbers_are_relaxed_and_restored():
    """−4 in fractions, −3 in whole numbers, and back."""
    program = Program(problem(whole=True))
    costs, duals = [], []
    for relaxed in (False, True, True, False):
        program.relax(relaxed)
        outcome = program.solve(10.0)
        costs.append(outcome.cost)
        duals.append(outcome.row_duals is not None)
    assert costs == [-3.0, -4.0, -4.0, -3.0]
    assert duals == [False, True, True, False]


def test_columns_stand_in_the_order_that_the_program_tells():
    """PuLP sorts variables by name; whoever reads the columns goes by `order`."""
    program = Program(problem(names=("b", "a")))
    columns = dict(zip(program.order, program.solve(10.0).columns, strict=True))
    assert columns == {"b": 1.0, "a": 0.5}


def test_the_whole_columns_follow_the_same_order():
    """The second variable by name is the whole one."""
    one = pulp.LpProblem("toy", pulp.LpMinimize)
    b, a = one.add_variable("b", 0, 1, "Integer"), one.add_variable("a", 0, 1)
    one.setObjective(-1 * a - 1 * b)
    one.addConstraint(a + b <= 1.5, "sum")
    program = Program(one)
    assert dict(zip(program.order, program.integer.tolist(), strict=True)) == {"a": False, "b": True}


def test_out_of_time_is_a_limit_with_an_honest_bound():
    """PuLP would say Optimal: here it is a limit, and the bound is below the cost."""
    outcome = Program(knapsack(120, 3)).solve(0.2)
    assert outcome.ending == "limit"
    assert outcome.row_duals is None
    if outcome.columns is not None:
        assert outcome.bound < outcome.cost


def test_no_time_at_all_is_no_answer():
    """A linear program that was stopped has neither point nor bound."""
    outcome = Program(knapsack(120, 3)).solve(-1.0)
    assert outcome.ending == "limit"


def test_the_limit_counts_from_this_solve_not_from_the_first():
    """HiGHS's clock runs on from solve to solve; a fresh second is a fresh second."""
    program = Program(problem())
    assert [program.solve(0.5).ending for _ in range(30)] == ["optimal"] * 30


def test_every_ending_is_one_of_ours():
    """Statuses that say nothing about the problem are not among them."""
    assert set(ENDINGS.values()) == {"optimal", "infeasible", "limit"}
    assert not {STATUS.kSolveError, STATUS.kModelError, STATUS.kNotset, STATUS.kUnknown} & ENDINGS.keys()


def test_a_status_that_says_nothing_is_a_fault_of_ours(monkeypatch):
    """Tried once more, then told: never taken for an answer."""
    monkeypatch.setattr(highs, "ENDINGS", {})
    with pytest.raises(SolverFault) as fault:
        Program(problem()).solve(10.0)
    assert fault.value.code == "solver_failed"


def test_one_thread_and_one_seed():
    """Repeated runs are the same; a second thread count in one process fails silently."""
    assert (highs.OPTIONS["threads"], highs.OPTIONS["random_seed"]) == (1, 0)


def test_the_version_is_told():
    """For provenance."""
    assert version().startswith("HiGHS 1.")


def test_rows_taken_out_limit_nothing():
    """Those after them move up and keep their limits."""
    program = Program(problem())
    added = program.add_rows(
        np.full(2, -np.inf), np.array([0.1, 0.5]), np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0])
    )
    program.delete_rows(added[:1])
    assert program.rows == 2
    assert program.solve(10.0).cost == pytest.approx(-3 * 0.5 - 2 * 1.0)
    program.delete_rows(np.array([1]))
    assert program.solve(10.0).cost == pytest.approx(-4.0)


def test_a_gap_is_accepted_and_the_bound_stays_honest():
    """A tenth is soon proved; the bound is below the best there is, and the point above it."""
    program = Program(knapsack(18, 1))
    program.accept(0.1)
    rough = program.solve(60.0)
    program.accept(1e-9)
    best = program.solve(60.0)
    assert rough.ending == best.ending == "optimal"
    assert rough.bound - 1e-6 <= best.cost <= rough.cost
    assert rough.cost - rough.bound <= 0.1 * abs(rough.cost)


def test_a_suggested_point_is_a_start_and_no_limit():
    """With any gap accepted the answer is no worse than the point; without, the optimum."""
    program = Program(knapsack(18, 1))
    best = program.solve(60.0)
    program = Program(knapsack(18, 1))
    program.accept(1e12)
    program.suggest(best.columns)
    assert program.solve(60.0).cost <= best.cost + 1e-6
    program.suggest(np.zeros(18))
    program.accept(1e-9)
    assert program.solve(60.0).cost == pytest.approx(best.cost)


def test_other_costs_lead_elsewhere_and_back():
    """Once y is what pays, it comes first; with the old costs all is as it was."""
    program = Program(problem())
    program.price(np.array([-1.0, -5.0]))
    assert program.solve(10.0).columns.tolist() == [0.5, 1.0]
    program.price(np.array([-3.0, -2.0]))
    assert program.solve(10.0).columns.tolist() == [1.0, 0.5]


def test_decisions_may_be_off_a_whole_number_by_so_much_as_is_said():
    """2x ≤ 2 − 1e-5: at 1e-3 that leaves x as good as 1, at 1e-9 it does not."""
    costs = []
    for tolerance in (1e-3, 1e-9):
        one = pulp.LpProblem("toy", pulp.LpMinimize)
        x = one.add_variable("x", 0, 1, "Integer")
        one.setObjective(-1 * x)
        one.addConstraint(2 * x <= 2 - 1e-5, "row")
        program = Program(one)
        program.whole_within(tolerance)
        costs.append(program.solve(10.0).cost)
    assert costs[0] < -0.9
    assert costs[1] == 0.0


def test_bounds_with_decisions_see_costs_that_a_tolerance_hides():
    """x ≤ 0.4, y ≤ 0.4 where z is off: HiGHS leaves reduced costs a tenth of the tolerance, 1e-7; these are 1e-8."""
    one = pulp.LpProblem("toy", pulp.LpMinimize)
    x, y, z = one.add_variable("x", 0, 1), one.add_variable("y", 0, 1), one.add_variable("z", 0, 1, "Integer")
    one.setObjective(-1e-8 * x - 2e-8 * y - z)
    for column in (x, y):
        one.addConstraint(column + 0.6 * z <= 1, column.name + "_row")
    one.addConstraint(x + y <= 0.5, "sum")
    program = Program(one)
    program.whole_within(1e-6)
    outcome = program.solve(10.0)
    assert outcome.bound == outcome.cost == pytest.approx(-1.0 - 0.9e-8, abs=1e-11)


def test_a_whole_number_solve_that_may_end_early_ends_within_what_it_may():
    """Three tenths of the optimum, as a cost: it stops before it is there, and its bound tells no more than is left."""
    best = Program(knapsack(40, 1)).solve(60.0)
    allowed = 0.3 * abs(best.cost)
    program = Program(knapsack(40, 1))
    program.accept_within(allowed)
    outcome = program.solve(60.0)
    assert outcome.ending == "optimal"
    assert outcome.bound <= best.cost < outcome.cost <= outcome.bound + allowed


def test_what_is_let_go_of_before_a_large_program_is_solved_again_leaves_its_basis_and_options(monkeypatch):
    """A row that cuts nothing off costs no step, and neither does the linear program after the whole-number one."""
    monkeypatch.setattr(highs, "LARGE", 0)
    program = Program(knapsack(40, 1))
    program.accept(0.25)
    program.relax(True)
    first = program.solve(10.0)
    program.add_rows(np.array([-np.inf]), np.array([40.0]), np.array([0]), np.arange(40), np.ones(40))
    again = program.solve(10.0)
    assert again.cost == pytest.approx(first.cost, rel=1e-12)
    assert program._highs.getInfo().simplex_iteration_count == 0
    program.relax(False)
    assert program._highs.getOptionValue("mip_rel_gap")[1] == 0.25
    program.solve(10.0)
    program.relax(True)
    assert program.solve(10.0).cost == pytest.approx(first.cost, rel=1e-9)
    assert program._highs.getInfo().simplex_iteration_count == 0
