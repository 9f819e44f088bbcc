"""The statements are honest: independent solvers find the published optimum in the scenario as it is stated.

Nothing here calls the optimizer; what these tests show is that a plan that misses the known answer is at
fault.
"""

import numpy as np
import pytest
from scipy.optimize import linprog

from tests.effort import seeds
from tests.known_answers import meridian, paid_search, pymc, robyn, syntex, textbook
from tests.known_answers.case import Case
from tests.oracles import brute, global_solver, grid_dp, separable
from tests.oracles.curves import Witness
from tests.oracles.exact import Statement, exact
from tests.oracles.families import Wire
from tests.oracles.rules import broken

FOLDED = [case for case in pymc.cases() if "folded" in case.name]
SEPARABLE = [*robyn.cases(), *meridian.cases(), *paid_search.cases(), *FOLDED]
LINEAR = [case for case in textbook.cases() if not case.scenario["name"].endswith("returns)")]


def shown(case: Case, spend: np.ndarray) -> float:
    """What the field of the totals would be at that spend."""
    worth = Witness(case.scenario).value(spend)
    base = float(worth.baseline.sum())
    return {
        "outcome": worth.total_outcome,
        "total_outcome": worth.total_outcome + base,
        "profit": worth.profit,
        "spend": float(worth.spend.sum()),
    }[case.field]


def in_order(case: Case) -> np.ndarray:
    """The known spend in the scenario's order of tactics."""
    return np.array([case.spend[tactic["name"]] for tactic in case.scenario["tactics"]])


@pytest.mark.parametrize(
    "case", seeds([case for case in SEPARABLE if case is not FOLDED[0]], SEPARABLE), ids=lambda case: case.name
)
def test_the_independent_solver_finds_the_published_optimum(case):
    """Value, and spend where it is known."""
    solved = global_solver.solve(_bounded(case.scenario))
    assert solved.gap <= 2e-7
    assert shown(case, solved.spend) == pytest.approx(case.optimum, rel=case.tolerance)
    if case.spend:
        np.testing.assert_allclose(
            solved.spend, in_order(case), rtol=case.spend_tolerance, atol=1e-6 * sum(case.spend.values())
        )


def _bounded(scenario: Wire) -> separable.Separable:
    """A problem without a budget, with limits wide enough not to bind."""
    if "budget" in scenario or all("at_most" in tactic["spend"] for tactic in scenario["tactics"]):
        return separable.of(scenario)
    return separable.of(scenario | {"budget": {"at_most": 1000}})


def test_syntex_without_a_budget_is_the_published_maximum():
    """Every drug's best sales force, to the published six digits."""
    (case,) = syntex.cases()
    solved = global_solver.solve(_wide(case.scenario))
    assert shown(case, solved.spend) == pytest.approx(case.optimum, rel=1e-6)
    np.testing.assert_allclose(solved.spend, in_order(case), rtol=1e-3)


def _wide(scenario: Wire) -> separable.Separable:
    """Twice the published total of 1032 representatives does not bind."""
    return separable.of(scenario | {"budget": {"at_most": 2 * 1032 * 0.057}})


def test_syntex_with_its_own_sales_force_has_one_answer():
    """Two independent solvers agree on the constrained case, which nobody published."""
    problem = separable.of(syntex.constrained(syntex.current_representatives()))
    solved = global_solver.solve(problem)
    assert solved.gap <= 1e-7
    tactics = [*problem.items]
    attained = problem.value(solved.spend)
    grid = grid_dp.bracket(_revenue_only(problem), 2000)
    assert len(tactics) == 8
    assert attained >= grid[0] - problem.budget - 1e-9
    assert attained <= grid[1] - problem.budget * (1 - 1e-3)


def _revenue_only(problem: separable.Separable) -> separable.Separable:
    """Add the spend back: gains become non-decreasing, as dynamic programming asks; the budget binds."""
    items = [
        separable.Item(gain=lambda x, g=i.gain: g(x) + x, slope=i.slope, low=i.low, high=i.high) for i in problem.items
    ]
    return separable.Separable(items=tuple(items), budget=problem.budget)


@pytest.mark.parametrize("case", [c for c in pymc.cases() if c not in FOLDED], ids=lambda case: case.name)
def test_the_weekly_statement_values_the_known_spend_as_published(case):
    """30 periods and four after them: the same response as the folded statement, all rules kept."""
    spend = np.repeat(in_order(case)[:, None] / 30, 30, axis=1)
    assert shown(case, spend) == pytest.approx(case.optimum, rel=1e-7)
    statement = Statement.of(case.scenario)
    cells = {cell: exact(round(float(x), 6)) for cell, x in zip(statement.cells, spend.ravel(), strict=True)}
    assert broken(statement, cells) == []


@pytest.mark.parametrize("case", [case for case in textbook.cases() if case.spend], ids=lambda case: case.name)
def test_the_books_plan_keeps_every_rule_and_is_worth_what_it_says(case):
    """The known numbers of advertisements, in money; a book with two optimal plans is left to the enumeration."""
    spend = np.round(in_order(case), case.scenario.get("digits", 2))
    statement = Statement.of(case.scenario)
    assert shown(case, spend) == pytest.approx(case.optimum, rel=1e-6)
    assert broken(statement, {c: exact(float(x)) for c, x in zip(statement.cells, spend, strict=True)}) == []


@pytest.mark.parametrize("case", LINEAR, ids=lambda case: case.name)
def test_a_linear_programme_finds_nothing_better(case):
    """The scenario read as rows: the optimum without whole numbers bounds the book's answer, and prices
    its budget."""
    solved = _as_linear_programme(case.scenario)
    sign = 1.0 if case.field == "spend" else -1.0
    best = sign * solved.fun
    if case.name == "dorian-ip":
        assert best == pytest.approx(320.0)
        return
    assert best == pytest.approx(case.optimum, rel=1e-7)
    if case.budget_price is not None:
        assert -solved.ineqlin.marginals[0] == pytest.approx(case.budget_price, rel=1e-9)
    for position, price in enumerate(case.goal_prices.values()):
        assert -solved.ineqlin.marginals[position] == pytest.approx(price, rel=1e-9)


def _as_linear_programme(scenario: Wire):
    """Rows in order: budget, goals, rules; minimise."""
    tactics = scenario["tactics"]
    names = [tactic["name"] for tactic in tactics]
    gains = np.array([t["response"]["slope"] / t["response"]["input_scale"] for t in tactics])
    cost = np.ones(len(names)) if "minimize" in scenario["objective"] else -gains
    rows = [(np.ones(len(names)), scenario["budget"]["at_most"])] if "budget" in scenario else []
    for goal in scenario["goals"]:
        per_spend = np.array([tactic["metrics"][goal["metric"]]["per_spend"] for tactic in tactics])
        rows.append((-per_spend, -goal["at_least"]))
    for rule in scenario["rules"]:
        rows += _rows(rule, names)
    limits = [(t["spend"].get("at_least", 0), t["spend"].get("at_most")) for t in tactics]
    return linprog(cost, A_ub=[row for row, _ in rows], b_ub=[limit for _, limit in rows], bounds=limits)


def _rows(rule: Wire, names: list[str]) -> list[tuple[np.ndarray, float]]:
    terms = rule.get("terms") or [{"scope": rule["scope"], "coefficient": 1}]
    if rule["rule"] == "packages":
        return []
    row = sum(t["coefficient"] * np.isin(names, t["scope"]["tactics"]).astype(float) for t in terms)
    above = [(row, rule["at_most"])] if "at_most" in rule else []
    return above + ([(-row, -rule["at_least"])] if "at_least" in rule else [])


@pytest.mark.parametrize("name", ["dorian-ip", "dorian-magazines-concave"])
def test_enumeration_agrees_on_whole_numbers(name):
    """Every whole number of advertisements."""
    case = next(case for case in textbook.cases() if case.name == name)
    bounded = case.scenario | {"budget": case.scenario.get("budget", {"at_most": 1000})}
    step = 1000.0 if "magazines" in name else 50.0
    assert brute.best(bounded, step)[0] == pytest.approx(case.optimum)
