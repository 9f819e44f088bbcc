"""A plan that time stopped is made the best of what is near: against the whole search, from plans that were moved."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.best_near import best_near
from tests.optimizer.search.prices.test_conditions import searched
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.prices.test_ranges import (
    by_decision,
    by_the_worst,
    on_bent_curves,
    on_tables,
    stopped_after,
)
from tests.optimizer.toys import wire
from tests.oracles import instances

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


def test_a_stopped_plan_says_what_its_prices_are_of():
    """In a warning, and at each price; with a range, and never worse than what was found."""
    document = instances.one_period(12, 9, s_share=0.6, limits="mixed") | {"solve": {"gap": 1e-9, "time_limit": 10}}
    plans = [stopped_after(document, looks) for looks in range(2, 9)]
    stopped = [plan for plan in plans if plan.status == "feasible"]
    assert stopped
    for plan in stopped:
        words = "for the plan as it was chosen when time was up"
        assert any(words in warning for warning in plan.warnings)
        assert plan.budget is None or not plan.budget.price or words in plan.budget.price_note


def test_a_plan_that_is_proved_by_it_is_not_stopped():
    """Where the bound was known, and the plan was all that was missing."""
    found = searched(wire({"a": LOG, "b": LOG | {"coefficient": 60}}, budget={"at_most": 50}))
    near = best_near(stopped_at(found, 0.9))
    assert not near.stopped
    assert np.isclose(near.cost, found.cost)
