"""Change limits eliminated from Newton's equations: as with all rows priced together."""

import numpy as np
import pytest

from optimizer.search.newton.spends import Spends
from optimizer.search.newton.steps import Steps, steps_of
from optimizer.search.newton.walks import followed
from optimizer.search.region.hull import Box, Hull, Region
from tests.optimizer.toys import modelled
from tests.oracles import instances


def steady(tactics=3, weeks=6, seed=1, **more):
    """No adstock, seasons that differ, and each spend within a hundredth of the one before, the first of today's."""
    scenario, rng = instances.weekly(tactics, seed, weeks=weeks), np.random.default_rng(seed)
    lines = [{key: line[key] for key in line if key != "adstock"} for line in scenario["tactics"]]
    for line in lines:
        line["seasonality"] = rng.uniform(0.5, 1.5, weeks).round(3).tolist()
    rule = {"rule": "change_limit", "name": "steady", "scope": {}, "share": 0.01, "from_current": True}
    return scenario | {"tactics": lines, "rules": [rule], **more}


def test_rows_of_one_spend_or_two_neighbours_are_steps():
    """Two rows for each of six weeks; neither the budget nor what several tactics spend together is one."""
    together = {"rule": "change_limit", "name": "all", "scope": {}, "share": 0.1, "together": True}
    scenario = steady()
    model = modelled(scenario | {"rules": [*scenario["rules"], together]})
    assert {model.drafts[row].owner for row in steps_of(model)} == {"steady"}
    assert len(steps_of(model)) == 2 * 3 * 6


def test_products_are_those_of_the_rows():
    """And so is the inverse of what they add to a diagonal, where two spends stand."""
    spends, rng = Spends(modelled(steady())), np.random.default_rng(1)
    steps, rows = Steps.of(spends), spends.direct.written_out()
    own = rows[steps.rows]
    point, prices, stiffness = rng.normal(size=18), rng.normal(size=len(own)), rng.uniform(0.1, 10.0, len(own))
    np.testing.assert_allclose(steps.times(point), own @ point)
    np.testing.assert_allclose(steps.pulled(prices), prices @ own)
    diagonal, free = rng.uniform(1.0, 2.0, 18), np.arange(18) % 9 != 4
    right = rng.normal(size=(2, 18))
    hessian = (np.diag(diagonal) + own.T @ np.diag(stiffness) @ own)[np.ix_(free, free)]
    found = steps.curvature(diagonal, stiffness, free).inverse(right)
    np.testing.assert_allclose(found[:, free], np.linalg.solve(hessian, right[:, free].T).T)
    assert not found[:, ~free].any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_way_leads_to_the_same_point_and_prices(seed):
    """Beside a budget and a weekly limit, many steps at theirs."""
    scenario = steady(4, 8, seed)
    week = {"rule": "spend_range", "name": "first", "scope": {"periods": ["week 03"]}}
    most = 0.985 * sum(line["current_spend"] for line in scenario["tactics"])
    model = modelled(scenario | {"rules": [*scenario["rules"], week | {"at_most": round(most, 2)}]})
    region = Region(low=model.cells.low, high=model.cells.high)
    place = Spends(model), model, Hull(model, region), region, Box(low=model.low, high=model.high), 1e-9
    point, duals = followed(*place)
    stepped, others = followed(*place, steps=Steps.of(place[0]))
    np.testing.assert_allclose(stepped, point, atol=1e-5)
    np.testing.assert_allclose(others, duals, atol=1e-4 * np.abs(duals).max())
    assert np.count_nonzero(np.abs(duals) > 1e-6) > 5
