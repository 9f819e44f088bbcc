"""The point near what a search found at which the optimality conditions hold."""

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.ranges.predicted.stationary import Stationary
from optimizer.search.search import search
from tests.optimizer.toys import modelled
from tests.oracles import instances
from tests.oracles.solve import solve


def test_what_is_steep_without_end_is_read_beside_where_it_is_put():
    """S-shaped tactics beside shares: a point of the interior has a little on such a curve, and is put at its limit."""
    model = modelled(instances.with_shares(instances.one_period(200, 6, s_share=0.7, limits="wide")))
    found = search(model, 1e-6, Deadline.after(20.0, lambda: 0.0), lambda *_: None)
    plan = Stationary.of(found)
    assert plan is not None
    assert np.abs(plan.pull[plan.local.free]).max() <= 1e-6
    assert model.cost @ plan.found.columns == pytest.approx(found.cost, rel=1e-5)


def test_prices_are_those_of_the_conditions_however_roughly_the_search_knows_them():
    """Thirty tactics over a year beside shares, asked to 1e-4: duals may be those of another point."""
    document = instances.with_shares(instances.weekly(30, 3))
    rough, fine = (solve(document | {"solve": {"gap": gap, "time_limit": 10}}) for gap in (1e-4, 1e-8))
    own, exact = (
        {(row["name"], row["side"]): row["price"] for row in plan["rules"] if row["price"]} for plan in (rough, fine)
    )
    assert len(own) > 10
    assert own == pytest.approx({limit: exact[limit] for limit in own}, rel=2e-3)
    assert not any("worked out" in warning for warning in rough["warnings"])
