"""How far a limit must move, from the kept relaxation: proved without a search where curves are concave."""

import math

import pytest

from optimizer.optimize import optimize
from optimizer.search.conflicts.pricing import least_on_rows
from optimizer.search.conflicts.questions import Questions
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import ROOT, domain, line, wire

FAR = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
PERIODS = [f"2027-{month:02d}" for month in range(1, 13)]


def alike(goal):
    """Twelve periods of one curve: 10·√spend each, all of which a goal needs evenly."""
    return wire(
        [line("a", ROOT)],
        periods=PERIODS,
        budget={"at_most": 600},
        goals=[{"name": "sales", "metric": "revenue", "at_least": goal, "required": True}],
    )


@pytest.mark.parametrize("goal", [1000, 2500])
def test_periods_that_are_alike_are_priced_without_a_search(goal, monkeypatch):
    """Even spend is best: 12 · (goal/12/c)² of money for c·√spend, to a millionth, though no single tangent sees it."""

    def searched(*_):
        raise AssertionError("a search was needed")

    monkeypatch.setattr("optimizer.search.conflicts.pricing.least_giving", searched)
    scenario = domain(alike(goal))
    asked = Questions(scenario, FAR)
    own = tuple(giving for giving in asked.switches.elastic.givings if giving.owner == "budget")
    given = least_on_rows(asked, own)
    need = 12 * (goal / 12 / ROOT["coefficient"]) ** 2 - 600
    assert ROOT["exponent"] == 0.5
    assert need > 0
    assert given is not None
    assert given.least
    assert math.isclose(float(given.amounts.sum()), need, rel_tol=2e-6)


def test_what_gives_way_is_in_the_order_asked():
    """Two floors of 70 and 40, which the scenario states in another order than they are asked for in."""
    rules = [
        {"rule": "spend_range", "name": name, "scope": {"tactics": [name]}, "at_least": least}
        for name, least in (("a", 70), ("b", 40))
    ]
    lines = [line("a", ROOT, spend={"at_most": 65}), line("b", ROOT, spend={"at_most": 38})]
    asked = Questions(domain(wire(lines, budget={"at_most": 200}, rules=rules)), FAR)
    both = tuple(giving for giving in asked.switches.elastic.givings if giving.owner in ("a", "b"))
    assert [giving.owner for giving in both] == ["a", "b"]
    for givings, amounts in ((both, [5.0, 2.0]), (both[::-1], [2.0, 5.0])):
        given = least_on_rows(asked, givings)
        assert given is not None
        assert given.amounts.tolist() == pytest.approx(amounts)


def test_a_floor_of_what_is_on_that_takes_no_row_is_priced():
    """b is to spend just 25, which `more` allows from 46 on; lowered, it asks nothing of b, or of a, which is off."""
    rules = [
        {"rule": "minimum_if_active", "name": "few", "at_least": 25},
        {"rule": "minimum_if_active", "name": "more", "at_least": 46},
    ]
    lines = [line("a", ROOT, spend={"at_most": 24}), line("b", ROOT, spend={"at_least": 25, "at_most": 25})]
    conflict = optimize(domain(wire(lines, budget={"at_most": 115}, rules=rules))).conflict
    assert conflict is not None
    assert set(conflict.conflicting) == {"more", "spend limit of b"}
    assert {(own.item, own.to) for own in conflict.relaxations} == {("more", 25.0), ("spend limit of b", 46.0)}
