"""The best plan over the worst draws by its optimality conditions: a saddle point of plans and weights."""

from dataclasses import replace

import pytest

from optimizer.problem.canonical import canonical_order
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import tail_mean
from optimizer.search.deadline import Deadline
from optimizer.search.draws.exact import exact
from optimizer.search.draws.tail import search_tail
from tests.optimizer.search.ranges.test_ranges import by_the_worst
from tests.optimizer.toys import domain
from tests.oracles.solve import solve


@pytest.mark.parametrize("name", ["budget over periods", "share, lower", "turnover, amount"])
def test_near_the_best_plan_it_is_found_to_the_last_digits(name):
    """From a rough search: the weights are the worst for the point, and the point is the best by any account."""
    document, *_ = by_the_worst(name)
    scenario = canonical_order(domain(document))
    rough = replace(scenario, solve=replace(scenario.solve, gap=0.01))
    found = search_tail(rough, Deadline.after(20.0, lambda: 0.0), lambda *_: None)
    columns, weights = exact(found, 0.01)
    spend = (columns * found.model.scale)[found.model.spend]
    values = DrawValuer(scenario).value(spend).value()
    worst = tail_mean(values, scenario.objective.confidence)
    assert float(weights.sum()) == pytest.approx(1.0, abs=1e-12)
    assert float(weights @ values) == pytest.approx(worst, rel=1e-8)
    assert worst == pytest.approx(solve(document | {"solve": {"gap": 1e-9, "time_limit": 20}})["value"], rel=1e-6)


def test_a_river_is_left_to_the_rounds():
    """There each draw converts demand by itself: no smooth function of the spend."""
    document, *_ = by_the_worst("budget")
    document["tactics"][0] |= {"feeds": "pool"}
    document["tactics"][1] |= {"stage": "downstream", "draws_from": "pool"}
    document["demand_pools"] = [{"name": "pool", "initial": 100}]
    found = search_tail(canonical_order(domain(document)), Deadline.after(20.0, lambda: 0.0), lambda *_: None)
    assert exact(found, 0.01) is None
