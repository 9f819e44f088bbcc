"""Where the search begins."""

import numpy as np
import pytest

from optimizer.search.region.hull import Hull, Region
from optimizer.search.region.seed import Seed
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire


@pytest.mark.parametrize("name", TOYS)
def test_seeds_lie_inside_the_intervals(name):
    """Finite inputs that the curves can be read at; the last is the far end."""
    model = toy(name).model
    region = Region(low=model.cells.low, high=model.cells.high)
    points = Seed.of(model, Hull(model, region), region).points()
    for point in points:
        assert ((region.low <= point) & (point <= region.high)).all()
    np.testing.assert_array_equal(points[-1], region.high)


def test_seeds_surround_the_optimum_of_a_concave_toy():
    """100 and 400 are best of 500: some seeds lie below, some above, the nearest not far away."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 500}))
    region = Region(low=model.cells.low, high=model.cells.high)
    seeds = np.array(Seed.of(model, Hull(model, region), region).points())
    for column, best in enumerate((100.0, 400.0)):
        assert seeds[:, column].min() < best < seeds[:, column].max()
        assert np.abs(np.log(seeds[:, column] / best)).min() < 0.7


def test_newton_starts_next_to_the_optimum_of_a_concave_toy():
    """Near 100 and 400, which are best of 500, and at about the price that both return: 10 · 1/2 · 100^(−1/2)."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 500}))
    region = Region(low=model.cells.low, high=model.cells.high)
    columns, duals = Seed.of(model, Hull(model, region), region).start()
    assert (columns * model.scale)[model.spend].ravel() == pytest.approx([100.0, 400.0], rel=0.05)
    [budget] = [row for row, draft in enumerate(model.drafts) if draft.owner == "budget"]
    price = -duals[budget] * model.worth / model.row_scale[budget]
    assert price == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("name", TOYS)
def test_newton_starts_inside_the_limits(name):
    """Every column within its own; no dual but the budget's."""
    model = toy(name).model
    region = Region(low=model.cells.low, high=model.cells.high)
    columns, duals = Seed.of(model, Hull(model, region), region).start()
    assert ((model.low <= columns) & (columns <= model.high)).all()
    assert {model.drafts[row].owner for row in np.flatnonzero(duals)} <= {"budget"}


def test_among_many_starts_are_nearer():
    """Twenty amounts between what rungs of the ladder cost: within a twentieth, but for the first and the last two."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}))
    region = Region(low=model.cells.low, high=model.cells.high)
    money = np.linspace(5.0, 50.0, 20)
    spends, prices = Seed.ladder(model, Hull(model, region), region).starts(money)
    shares = spends * model.scale[model.spend.ravel()] / money[:, None]
    np.testing.assert_allclose(shares[2:-2], [[0.2, 0.8]] * 16, rtol=0.05)
    np.testing.assert_allclose(prices[2:-2] * model.worth, 0.5 * (500.0 / money[2:-2]) ** 0.5, rtol=0.05)


def test_starts_are_near_what_one_price_buys():
    """10√x + 20√y shares B out as 1 : 4 at a price of ½·√(500/B): within a rung of the ladder, for every B at once."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}))
    region = Region(low=model.cells.low, high=model.cells.high)
    money = np.array([5.0, 20.0, 100.0])
    spends, prices = Seed.ladder(model, Hull(model, region), region).starts(money)
    np.testing.assert_allclose(spends * model.scale[model.spend.ravel()], money[:, None] * [0.2, 0.8], rtol=0.7)
    np.testing.assert_allclose(prices * model.worth, 0.5 * (500.0 / money) ** 0.5, rtol=0.3)
