"""The point near what a search found at which the optimality conditions hold."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.ranges.predicted.stationary import Stationary
from optimizer.search.search import search
from tests.optimizer.toys import line, modelled, wire
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


def curves_upwards(plan):
    """Whether the cost rises along every way of the free spends that the rows that bind leave open."""
    free = np.flatnonzero(plan.local.free)
    rows = plan.local.jacobian.written_out()[:, free]
    open_ways = np.linalg.svd(rows)[2][np.linalg.matrix_rank(rows) :]
    curvature = np.diag(plan.local.curvature.plain[0, free])
    return np.linalg.eigvalsh(open_ways @ curvature @ open_ways.T).min(initial=np.inf) > 0.0


@pytest.mark.parametrize(("seed", "before"), [(2, 2), (6, 1), (12, 3), (16, 1)])
def test_spends_before_their_bends_are_stationary_where_rows_hold_them(seed, before):
    """S-shaped tactics beside shares within narrow limits: what a search leaves open is closed by Newton's method."""
    model = modelled(instances.with_shares(instances.one_period(20, seed, s_share=1.0, limits="narrow")))
    found = search(model, 1e-6, Deadline.after(20.0, lambda: 0.0), lambda *_: None)
    plan = Stationary.of(found)
    assert plan is not None
    assert plan.local.free[plan.before].sum() == before
    assert np.abs(plan.pull[plan.local.free]).max() <= 1e-12
    assert curves_upwards(plan)


def test_a_saddle_is_no_plan():
    """Two tactics alike before their bends, at the same spend: what one gives up gains more with the other."""
    lines = [
        line(f"t{number}", {"family": "hill", "ceiling": 100.0, "half_saturation": 50.0, "shape": 3.0})
        for number in range(2)
    ]
    within, without = (
        modelled(wire([own | {"spend": spend} for own in lines], budget={"at_most": 20.0}))
        for spend in ({"at_least": 10.0, "at_most": 10.0}, {"at_least": 0.0, "at_most": 40.0})
    )
    even, best = (search(model, 1e-6, Deadline.after(5.0, lambda: 0.0), lambda *_: None) for model in (within, without))
    assert Stationary.of(best) is not None
    spends = even.columns * within.scale / without.scale
    assert Stationary.of(replace(best, columns=spends, cost=float(without.cost @ spends))) is None
