"""What is told of a change is enough for a plan in whole minor units, and hardly more than that."""

import numpy as np

from optimizer.formulation.elastic import givings_of
from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts.explain import explain
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.pricing import least_on_rows
from optimizer.search.conflicts.questions import Questions
from optimizer.search.conflicts.telling import told
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, domain, line, wire

FAR = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def growing():
    """Demand holds back what a curve could sell; spend moves by little from period to period, a goal grows."""
    curve = {"family": "tanh", "ceiling": 1852.23, "scale": 1652.67}
    steady = {"rule": "change_limit", "name": "steady", "from_current": False, "together": False, "scope": {}}
    goal = {"name": "sales", "metric": "profit", "at_least": 286.43, "required": True, "path": {"growth": 0.2}}
    return wire(
        [line("a", curve, stage="downstream", draws_from="north")],
        periods=["1", "2", "3"],
        budget={"at_most": 3423.87},
        demand_pools=[{"name": "north", "initial": 340.86, "organic": 342.39, "retention": 0.9}],
        rules=[steady | {"amount": 129.12, "share": 0.03}],
        goals=[goal],
    )


def test_a_goal_with_a_path_is_told_to_give_way_by_what_whole_minor_units_miss():
    """A cent that is not spent in a period loses less than a cent of profit there."""
    scenario = canonical_order(domain(growing()))
    asked = Questions(scenario, FAR)
    own = tuple(giving for giving in asked.switches.elastic.givings if giving.owner == "sales")
    least = least_on_rows(asked, own)
    assert least is not None
    assert least.least
    [change] = explain(scenario, FAR).relaxations
    assert change.change is not None
    assert 0.0 <= change.change - float(least.amounts.sum()) <= 0.01


def test_a_limit_that_is_not_moved_gives_what_whole_minor_units_miss():
    """A floor that cannot be lowered any further, and a budget that misses some cents."""
    tactics = [line("a", LINE, spend={"at_least": 5000}), line("b", LINE, spend={"at_least": 100.65})]
    scenario = canonical_order(domain(wire(tactics, budget={"at_most": 100})))
    givings = givings_of(scenario, ["spend limit of a", "budget"])
    given = Given(amounts=np.array([5000.0, 0.0]), spend=np.array([[0.0], [100.65]]), least=False)
    changes = told(scenario, scenario, givings, given, FAR)
    assert changes is not None
    stands = {change.item: change.to for change in changes}
    assert stands.keys() == {"spend limit of a", "budget"}
    assert stands["spend limit of a"] == 0.0
    assert 100.65 <= stands["budget"] <= 100.67
