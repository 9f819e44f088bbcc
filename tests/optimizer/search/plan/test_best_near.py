"""A plan that time stopped is made the best of what is near: against the whole search, from plans that were moved."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.plan.best_near import best_near
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.ranges.followed.test_conditions import searched
from tests.optimizer.search.ranges.test_ranges import (
    by_decision,
    by_the_worst,
    on_bent_curves,
    on_tables,
    stopped_after,
)
from tests.optimizer.toys import line, wire

HOW = {"plain": lambda name: CASES[name](), "bent": on_bent_curves, "decided": by_decision, "tables": on_tables}
HOW["worst"] = by_the_worst
LOG = {"family": "log", "coefficient": 80, "scale": 30}


def stopped_at(found, share):
    """As if time had been up with some of the money of the largest spend still on the next one."""
    columns, spends = found.columns.copy(), found.model.spend.ravel()
    money = columns[spends] * found.model.scale[spends]
    second, first = np.argsort(money)[-2:]
    for place, way in ((first, -1.0), (second, 1.0)):
        columns[spends[place]] += way * (1.0 - share) * money[first] / found.model.scale[spends[place]]
    return replace(found, columns=columns, cost=0.9 * found.cost, stopped=True)


@pytest.mark.parametrize("how", HOW)
def test_what_is_left_to_do_near_a_plan_is_done(how):
    """97 % of the largest spend, and duals that were known: the best plan's cost, to what the search was asked for."""
    found = searched(HOW[how]("budget")[0])
    near = best_near(stopped_at(found, 0.97))
    assert near.cost == pytest.approx(found.cost, rel=2e-5)
    assert near.columns[found.model.spend] == pytest.approx(found.columns[found.model.spend], abs=5e-3)
    assert near.bound == found.bound


def test_what_was_not_stopped_and_what_costs_more_stays():
    """The very same."""
    found = searched(CASES["budget"]()[0])
    assert best_near(found) is found
    assert best_near(replace(found, stopped=True, cost=found.cost - 1.0)).columns is found.columns


def test_a_plan_that_is_proved_by_it_is_not_stopped():
    """Where the bound was known, and the plan was all that was missing."""
    found = searched(wire({"a": LOG, "b": LOG | {"coefficient": 60}}, budget={"at_most": 50}))
    near = best_near(stopped_at(found, 0.9))
    assert not near.stopped
    assert np.isclose(near.cost, found.cost)


def drawn(*sizes):
    return {"family": "power", "draws": [{"coefficient": size, "exponent": 0.5} for size in sizes]}


def test_by_its_worst_draws_on_a_river_too():
    """After a few rounds, as good as the whole search's plan, which is worth 730.12 and proved to 1e-6; with ranges.

    What its prices are of is said in a warning, and at each price.
    """
    feeding = {"stage": "upstream", "feeds": "p", "lead": 1, "demand_per_outcome": 1.0}
    tactics = [
        line("tv", drawn(8, 11, 14, 9), **feeding),
        line("search", drawn(18, 21, 14, 19), stage="downstream", draws_from="p"),
        line("other", drawn(8)),
    ]
    document = wire(
        tactics,
        periods=["1", "2"],
        objective={"maximize": "revenue", "confidence": 0.8},
        budget={"at_most": 1000},
        demand_pools=[{"name": "p", "initial": 60, "organic": 40, "retention": 0.7, "end_value": 0.1}],
        rules=[{"rule": "share_range", "name": "others", "scope": {"tactics": ["other"]}, "at_most": 0.1}],
        digits=6,
    )
    plan = stopped_after(document, 18)
    assert plan.status == "feasible"
    assert plan.value > 730.12
    assert plan.bound > 730.1217
    assert plan.budget.price_holds_from < 1000.0 < plan.budget.price_holds_to
    words = "for the plan as it was chosen when time was up"
    assert any(words in warning for warning in plan.warnings)
    assert words in plan.budget.price_note
