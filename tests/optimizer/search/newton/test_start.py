"""Where Newton's method begins: near the prices of all rows that share out what is spent, against closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.newton.polish import Polish
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.start import begun, begun_together
from optimizer.search.region.hull import Box
from optimizer.search.region.seed import Seed
from tests.effort import seeds
from tests.optimizer.search.newton.mixes import whole
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, line, modelled, wire
from tests.oracles import instances


def started(model):
    """Spends [money] and duals [scaled] to start from."""
    hull, region, box = whole(model)
    return begun(Seed.of(model, hull, region), Spends(model), box)


def prices(model, duals):
    """By owner and side what the objective loses for a unit of the row [planner's units]."""
    told = -duals * model.worth / model.row_scale
    return {(row.owner, row.side): price for row, price in zip(model.drafts, told, strict=True)}


def shares(**limits):
    """10√x + 20√y within 100, of which x has a share."""
    rule = {"rule": "share_range", "name": "share", "scope": {"tactics": ["a"]}} | limits
    return wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}, rules=[rule])


def test_a_share_that_binds_has_its_price():
    """Half of it each: money is worth the mean of 5/√50 and 10/√50, a unit of x below its share half their difference.

    x − (x + y)/2 ≥ 0 pays a unit of x a half of μ and costs y as much: 5/√50 + μ/2 = 10/√50 − μ/2.
    """
    model = modelled(shares(at_least=0.5))
    columns, duals = started(model)
    assert (columns * model.scale)[model.spend].ravel() == pytest.approx([50.0, 50.0], rel=0.03)
    told = prices(model, duals)
    assert told["budget", "at_most"] == pytest.approx(7.5 / 50.0**0.5, rel=0.03)
    assert told["share", "at_least"] == pytest.approx(-5.0 / 50.0**0.5, rel=0.03)


def test_a_share_that_does_not_bind_has_none():
    """Alone it would be 20: from 10 to 30 is no limit."""
    model = modelled(shares(at_least=0.1, at_most=0.3))
    columns, duals = started(model)
    assert (columns * model.scale)[model.spend].ravel() == pytest.approx([20.0, 80.0], rel=0.05)
    told = prices(model, duals)
    assert told["share", "at_least"] == told["share", "at_most"] == 0.0


def test_a_budget_that_cannot_be_spent_has_none():
    """x takes 100 of 1,000 at the most, and y no more than x."""
    tactics = [line("a", ROOT, spend={"at_most": 100}), line("b", DOUBLE_ROOT, spend={"at_most": 200})]
    model = modelled(wire(tactics, budget={"at_most": 1000}, rules=shares(at_least=0.5)["rules"]))
    columns, duals = started(model)
    assert (columns * model.scale)[model.spend].ravel() == pytest.approx([100.0, 100.0], rel=0.05)
    told = prices(model, duals)
    assert told["budget", "at_most"] == 0.0
    assert told["share", "at_least"] < 0.0


@pytest.mark.parametrize("budget", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("seed", seeds(range(1, 2), range(1, 5)))
def test_newton_settles_from_there(seed, budget):
    """Eight tactics in twelve regions, with shares: what binds at the optimum has a price already, near its own."""
    document = instances.regional(8, 12, seed)
    document["budget"]["at_most"] *= budget
    model = modelled(document)
    hull, region, box = whole(model)
    columns, duals = started(model)
    point, exact = Polish(Spends(model))(columns, duals, hull, region, box)
    assert model.matrix.violation(point).max() <= 1e-9
    assert len(np.setxor1d(np.flatnonzero(duals), np.flatnonzero(exact))) <= 2
    np.testing.assert_allclose(exact, duals, rtol=0.1, atol=0.03 * np.abs(exact).max())


@pytest.mark.parametrize("seed", range(1, 4))
def test_many_points_start_as_each_by_itself(seed):
    """Six budgets beside shares, of which the least needs fewest steps; prices of each are those of the price of money
    that its budget has."""
    document = instances.regional(4, 6, seed)
    model = modelled(document)
    hull, region, box = whole(model)
    spends, seeds = Spends(model), Seed.ladder(model, hull, region)
    row = [draft.owner for draft in model.drafts].index("budget")
    upper = np.tile(model.matrix.upper, (6, 1))
    upper[:, row] *= np.linspace(0.4, 1.2, 6)
    lower = np.tile(model.matrix.lower, (6, 1))
    limits = replace(model.matrix, lower=lower, upper=upper)
    each = Box(low=np.tile(box.low, (6, 1)), high=np.tile(box.high, (6, 1)))
    duals, columns = seeds.priced_at(upper), np.tile(model.low, (6, 1))
    assert (np.diff(duals[:, row]) > 0.0).all()
    assert not np.delete(duals, row, axis=1).any()
    found, prices = begun_together(seeds, spends, limits, each, columns, duals)
    assert not np.array_equal(prices, duals)
    for own in range(6):
        alone = slice(own, own + 1)
        matrix, one = (
            replace(limits, lower=lower[alone], upper=upper[alone]),
            Box(low=each.low[alone], high=each.high[alone]),
        )
        known, told = begun_together(seeds, spends, matrix, one, columns[alone], duals[alone])
        np.testing.assert_allclose(found[own], known[0], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(prices[own], told[0], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", TOYS)
def test_it_starts_inside_the_limits_of_any_model(name):
    """Of columns; and prices are finite, those of rows that count outcome none."""
    model = toy(name).model
    spends = Spends(model)
    columns, duals = started(model)
    assert ((model.low <= columns) & (columns <= model.high)).all()
    assert np.isfinite(duals).all()
    assert not duals[spends.rows[spends.curved]].any()
