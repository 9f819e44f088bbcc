"""Limits of sums of spends that miss each other by units of money, however large the amounts, are a conflict."""

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.optimize import optimize
from optimizer.problem.limits import limits_of
from optimizer.questions.frontier import FrontierQuestion, frontier
from optimizer.search.conflicts.sums import Sums
from tests.effort import seeds
from tests.optimizer.toys import LINE, ROOT, domain, wire

FAR = 10_000_000  # a cell's share of what is spent, beside which units are within a solver's tolerances


def tactic(name, curve, **spend):
    return {"name": name, "stage": "upstream", "response": curve, "spend": spend}


def ranged(name, at, **limits):
    return {"rule": "spend_range", "name": name, "scope": {"tactics": [at]}} | limits


BOTH = {"a": ROOT, "b": LINE}
CASES = {
    "floors": (wire([tactic("a", ROOT, at_least=6e6), tactic("b", LINE, at_least=4000000.01)], budget={"at_most": 1e7}),
               {"budget", "spend limit of a", "spend limit of b"}),
    "caps": (wire([tactic("a", ROOT, at_most=6e6), tactic("b", LINE, at_most=4e6)], budget={"exactly": 10000000.01}),
             {"budget", "spend limit of a", "spend limit of b"}),
    "ranges": (wire(BOTH, budget={"at_most": 1e8},
                    rules=[ranged("c", "a", at_least=6e7), ranged("d", "b", at_least=40000000.02)]),
               {"budget", "c", "d"}),
    "commitment": (wire(BOTH, budget={"at_most": 1e8},
                        rules=[{"rule": "commitment", "name": "c", "scope": {"tactics": ["a"]}, "amount": 100000001}]),
                   {"budget", "c"}),
    "one floor": (wire([tactic("a", ROOT, at_least=1000000010), tactic("b", LINE)], budget={"at_most": 1e9}),
                  {"budget", "spend limit of a"}),
    "a period": (wire([tactic("a", ROOT, at_least=6e6), tactic("b", LINE, at_least=4000000.01), tactic("c", LINE)],
                      budget={"by_period": {"first": {"at_most": 1e7}, "second": {"at_most": 3e7}}},
                      periods=["first", "second"]),
                 {"budget of first", "spend limit of a", "spend limit of b"}),
    "beside floors that are too small to matter": (
        wire([tactic("a", ROOT, at_least=6e6), tactic("b", LINE, at_least=4000000.01),
              tactic("c", LINE, at_least=0.01)], budget={"at_most": 1e7}),
        {"budget", "spend limit of a", "spend limit of b"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_cents_in_ten_million_are_a_conflict(case):
    """It names the limits of which each is needed, and the cents by which any one of them mends it."""
    document, names = CASES[case]
    plan = optimize(domain(document))
    assert plan.status == "conflict"
    assert (set(plan.conflict.conflicting), plan.conflict.minimal) == (names, True)
    assert {change.item for change in plan.conflict.relaxations} == names
    assert {change.change for change in plan.conflict.relaxations} == {plan.conflict.cheapest.money}


@pytest.mark.parametrize("case", CASES)
def test_a_cent_more_or_less_and_they_hold(case):
    """Where the last of the limits that conflict gives way by what is missing, there is a plan that keeps all."""
    document, _ = CASES[case]
    loose = {"floors": 10000000.01, "ranges": 100000000.02, "commitment": 100000001, "one floor": 1000000010}
    if case in loose:
        plan = optimize(domain(document | {"budget": {"at_most": loose[case]}}))
        assert plan.status == "optimal"
        assert plan.certificate.largest_violation == 0.0


def test_what_whole_units_alone_cannot_keep_is_no_conflict():
    """Floor and budget lie between the same two cents: there are plans, but none in cents."""
    plan = optimize(domain(wire([tactic("a", ROOT, at_least=999.995)], budget={"at_most": 999.999})))
    assert plan.status != "conflict"
    assert plan.certificate.largest_violation > 0.0


def test_a_point_of_a_frontier_is_a_conflict_too():
    """A cent below what floors take, beside the cent that is enough."""
    document, names = CASES["floors"]
    points = frontier(FrontierQuestion(scenario=domain(document), amounts=(1e7, 10000000.01))).points
    assert [point.status for point in points] == ["conflict", "optimal"]
    assert set(points[0].conflicting) == names


@pytest.mark.parametrize("seed", seeds(6, 60))
def test_large_amounts_conflict_just_when_small_ones_do(seed):
    """The same limits moved by ten million a cell; of the small ones another solver knows."""
    rng = np.random.default_rng(seed)
    cells, rules = int(rng.integers(2, 6)), int(rng.integers(1, 5))
    low = rng.integers(0, 4, cells)
    high = low + rng.integers(0, 5, cells)
    inside = rng.random((rules, cells)) < 0.6
    inside[np.arange(rules), rng.integers(0, cells, rules)] = True
    least = np.array([max(0, int(rng.integers(low[own].sum() - 2, high[own].sum() + 2))) for own in inside])
    most = least + rng.integers(0, 3, rules)
    small = linprog(
        np.zeros(cells),
        np.vstack([inside, -1.0 * inside]),
        np.append(most, -least),
        bounds=list(zip(low, high, strict=True)),
    )
    names = [f"t{cell}" for cell in range(cells)]
    tactics = [
        tactic(name, ROOT, at_least=FAR + int(own) / 100, at_most=FAR + int(end) / 100)
        for name, own, end in zip(names, low, high, strict=True)
    ]
    ranges = [
        ranged(f"r{row}", "", at_least=FAR * int(own.sum()) + int(least[row]) / 100,
               at_most=FAR * int(own.sum()) + int(most[row]) / 100)
        | {"scope": {"tactics": [name for name, is_in in zip(names, own, strict=True) if is_in]}}
        for row, own in enumerate(inside)
    ]  # fmt: skip
    large = domain(wire(tactics, rules=ranges, budget={"at_most": FAR * cells * 2}))
    known = Sums(large, np.full((cells, 1), float(FAR)))
    conflict = known.conflict(limits_of(large))
    assert (conflict is None) == (small.status == 0)
    if conflict is not None:
        assert known.conflict(conflict) is not None
        assert all(known.conflict([name for name in conflict if name != own]) is None for own in conflict)
