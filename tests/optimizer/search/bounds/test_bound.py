"""The dual bound holds for any duals whatever: against every plan on a grid."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.by_draw import by_draw
from optimizer.formulation.response import inputs_of
from optimizer.search.bounds.bound import dual_bound, dual_bounds, response_prices
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.region.hull import Box, Hull, Region
from tests.effort import seeds
from tests.optimizer.formulation.test_by_draw import river
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire

many = settings(max_examples=12, deadline=None, derandomize=True)


def _duals(data, size):
    """Prices of every sign and size, often none at all."""
    price = st.just(0.0) | st.floats(-3.0, 3.0) | st.floats(-1e-3, 1e-3) | st.floats(-1e4, 1e4)
    return np.array(data.draw(st.lists(price, min_size=size, max_size=size)))


def _region(data, model):
    """The root, or a part of some cells' intervals."""
    low, high = model.cells.low.copy(), model.cells.high.copy()
    split = tuple(sorted(data.draw(st.sets(st.integers(0, len(low) - 1)))))
    for cell in split:
        a, b = sorted(data.draw(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0))))
        low[cell], high[cell] = low[cell] + a * (high[cell] - low[cell]), low[cell] + b * (high[cell] - low[cell])
    return Region(low=low, high=high, split=split)


@pytest.mark.parametrize("name", TOYS)
@many
@given(st.data())
def test_no_plan_costs_less_than_the_bound_of_any_duals(name, data):
    """S-shapes, tables, draws, adstock, shares, two-sided cells, whole numbers; the root and parts of it."""
    known = toy(name)
    model = known.model
    region = _region(data, model)
    root = Hull(model, Region(low=model.cells.low, high=model.cells.high))
    hull = Hull(model, region, root) if region.split else root
    near = np.array(data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(model.cost), max_size=len(model.cost))))
    box = Box(low=model.low, high=model.high)
    bound = dual_bound(model, _duals(data, len(model.drafts)), hull, region, box, near)
    assert bound <= known.best(region) + 1e-12 * max(1.0, abs(bound))


@pytest.mark.parametrize("name", TOYS)
@many
@given(st.data())
def test_no_plan_in_a_box_costs_less_than_the_boxs_bound(name, data):
    """With some columns' limits moved: whole numbers, and spends that only adstock reads."""
    known = toy(name)
    model = known.model
    region = Region(low=model.cells.low, high=model.cells.high)
    free = np.setdiff1d(np.arange(len(model.cost)), np.concatenate([model.cells.inputs, model.cells.responses]))
    low, high = model.low.copy(), model.high.copy()
    for column in free:
        low[column], high[column] = sorted(data.draw(st.tuples(*[st.floats(low[column], high[column])] * 2)))
    inside = ((known.points >= low) & (known.points <= high)).all(axis=1)
    duals, near = _duals(data, len(model.drafts)), (low + high) / 2
    bound = dual_bound(model, duals, Hull(model, region), region, Box(low=low, high=high), near)
    assert bound <= known.cost[inside].min(initial=np.inf) + 1e-12 * max(1.0, abs(bound))


@pytest.mark.parametrize("name", TOYS)
def test_where_the_first_guess_is_does_not_change_the_bound(name):
    """`near` is for speed only."""
    model = toy(name).model
    region = Region(low=model.cells.low, high=model.cells.high)
    hull, box = Hull(model, region), Box(low=model.low, high=model.high)
    rng = np.random.default_rng(3)
    duals = -rng.random(len(model.drafts))
    bounds = [dual_bound(model, duals, hull, region, box, rng.random(len(model.cost))) for _ in range(5)]
    np.testing.assert_allclose(bounds, bounds[0], rtol=1e-13)


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_where_draws_share_an_input_its_price_is_paid_once(seed):
    """Draws written out, on roots and tables: any duals, from any point, bound every spend. (law P1)"""
    rng = np.random.default_rng(seed)
    table = {"family": "tabulated", "draws": [{"points": [[0, 0], [40, 40 * k], [150, 60 * k]]} for k in range(1, 6)]}
    document = river()
    document["tactics"][1] |= {"response": table}
    model = by_draw(modelled(document), np.arange(5))
    incumbent = Incumbent(model)
    for spend in rng.uniform(0.0, 60.0, (20, 3, 2)):
        point = np.zeros(len(model.cost))
        point[model.spend] = spend / model.scale[model.spend]
        inputs = model.cells.inputs
        point[inputs] = np.tile(inputs_of(model.scenario, spend), 6) / model.scale[inputs]
        incumbent.offer(point)
    region = Region(low=model.cells.low, high=model.cells.high)
    hull, box = Hull(model, region), Box(low=model.low, high=model.high)
    for _ in range(30):
        duals = rng.normal(0.0, rng.choice([1e-3, 0.1, 1.0]), len(model.drafts)) * (rng.random(len(model.drafts)) < 0.7)
        assert dual_bound(model, duals, hull, region, box, rng.random(len(model.cost))) <= incumbent.cost + 1e-12


def test_the_right_price_proves_the_optimum():
    """10√x + 20√y within 500: a price of ½ proves that no plan earns more than 500."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 500}))
    region = Region(low=model.cells.low, high=model.cells.high)
    duals = np.array([-0.5 * model.row_scale[0] / model.worth])
    box = Box(low=model.low, high=model.high)
    bound = dual_bound(model, duals, Hull(model, region), region, box, np.zeros(len(model.cost)))
    assert -bound * model.worth == pytest.approx(500.0, rel=1e-12)


def test_response_prices_are_reduced_costs():
    """Without duals, what a response costs is its cost; a goal's dual adds to it."""
    model = toy("least spend for a goal").model
    responses = model.cells.responses
    np.testing.assert_array_equal(response_prices(model, np.zeros(1)), model.cost[responses])
    assert (response_prices(model, np.ones(1)) < 0).all()


def test_duals_that_are_no_numbers_prove_nothing():
    """No comparison with the bound may take it for one that closes a region."""
    model = toy("s-shaped").model
    region = Region(low=model.cells.low, high=model.cells.high)
    duals = np.full(len(model.drafts), np.nan)
    hull, box = Hull(model, region), Box(low=model.low, high=model.high)
    assert dual_bound(model, duals, hull, region, box, model.low) == -np.inf


@pytest.mark.parametrize("name", TOYS)
def test_bounds_of_many_points_are_those_of_each(name):
    """Duals, regions, boxes and rows' limits of their own."""
    model = toy(name).model
    draw = np.random.default_rng(1)
    size, cells = len(model.cost), model.cells
    duals, near = draw.normal(size=(3, len(model.drafts))), draw.uniform(size=(3, size))
    region = Region(
        low=np.tile(cells.low, (3, 1)), high=cells.low + draw.uniform(0.2, 1.0, (3, 1)) * (cells.high - cells.low)
    )
    box = Box(low=np.tile(model.low, (3, 1)), high=np.tile(model.high, (3, 1)))
    lower, upper = (limit * draw.uniform(0.5, 1.0, (3, 1)) for limit in (model.matrix.lower, model.matrix.upper))
    many = replace(model, two_sided=model.two_sided[:0])
    rows = replace(many, matrix=replace(model.matrix, lower=lower, upper=upper))
    together = dual_bounds(rows, duals, Hull(many, region), region, box, near)
    for place in range(3):
        own = replace(many, matrix=replace(model.matrix, lower=lower[place], upper=upper[place]))
        part = Region(low=region.low[place], high=region.high[place])
        alone = dual_bound(own, duals[place], Hull(many, part), part, Box(low=model.low, high=model.high), near[place])
        assert together[place] == pytest.approx(alone, rel=1e-12)
