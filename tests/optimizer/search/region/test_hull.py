"""The envelopes of a node: above every curve, below the two-sided ones, patched where a cell was split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.search.region.hull import Hull, Region, Touched
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire

SHARES = np.linspace(0.0, 1.0, 9)


def _split(model, data):
    region, cells = Region(low=model.cells.low, high=model.cells.high), len(model.cells.low)
    for _ in range(data.draw(st.integers(1, 4))):
        cell, share = data.draw(st.integers(0, cells - 1)), data.draw(st.floats(0.05, 0.95))
        at = region.low[cell] + share * (region.high[cell] - region.low[cell])
        region = region.halves(cell, at)[data.draw(st.integers(0, 1))]
    return region


@pytest.mark.parametrize("name", TOYS)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.data())
def test_a_patched_hull_is_the_hull_of_its_region(name, data):
    """Only split cells are hulled anew; the rest is the root's, which is theirs too. Above, below, slope and peak."""
    model = toy(name).model
    region = _split(model, data)
    root = Hull(model, Region(low=model.cells.low, high=model.cells.high))
    patched, fresh = Hull(model, region, root), Hull(model, region)
    for share in SHARES:
        inputs = region.low + share * (region.high - region.low)
        curve, size = model.cells.curves.value(inputs), np.abs(model.cells.curves.value(region.high)) + 1e-300
        np.testing.assert_allclose(patched.value(inputs), fresh.value(inputs), rtol=1e-12)
        assert (patched.value(inputs) >= curve - 1e-12 * size).all()
        if patched.below is not None:
            two = model.two_sided
            assert (patched.below.value(inputs[two]) <= curve[two] + 1e-12 * size[two]).all()
    price = np.full(len(region.low), 1.3)
    np.testing.assert_allclose(patched.peak(price)[1], fresh.peak(price)[1], rtol=1e-12)


def test_halves_share_their_cut_and_nothing_else():
    """One below, one above; other cells as they were; the cell is marked as split once."""
    region = Region(low=np.zeros(2), high=np.array([4.0, 8.0]), split=(1,))
    below, above = region.halves(1, 3.0)
    assert (below.low.tolist(), below.high.tolist()) == ([0.0, 0.0], [4.0, 3.0])
    assert (above.low.tolist(), above.high.tolist()) == ([0.0, 3.0], [4.0, 8.0])
    assert below.split == above.split == (1,)
    assert region.high.tolist() == [4.0, 8.0]


def test_inside_moves_inputs_no_further_than_needed():
    """A solver's tolerance past an end is the end."""
    region = Region(low=np.array([1.0, 1.0, 1.0]), high=np.array([2.0, 2.0, 2.0]))
    assert region.inside(np.array([0.9, 1.5, 2.0 + 1e-9])).tolist() == [1.0, 1.5, 2.0]


def test_only_two_sided_cells_have_something_below():
    """A model that nothing presses needs none."""
    sizes = {
        name: Hull(toy(name).model, Region(low=toy(name).model.cells.low, high=toy(name).model.cells.high)).below
        for name in ("concave", "outcome at most", "outcome within")
    }
    assert sizes["concave"] is None
    assert len(sizes["outcome at most"].low) == 1
    assert len(sizes["outcome within"].low) == 2


def test_no_concave_curve_is_above_its_tangents():
    """Wherever they touch; and where slope and price are one, the number is the curve's own."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}))
    region = Region(low=model.cells.low, high=model.cells.high)
    hull = Hull(model, region)
    near, price = np.array([[9.0, 70.0], [1.0, 25.0]]), np.array([[0.3, 0.9], [5.0, 2.0]])
    where, most = Touched(model, hull, region).peak(price, near)
    np.testing.assert_array_equal(where, near)
    for share in np.linspace(0.0, 1.0, 50):
        inputs = region.low + share * (region.high - region.low)
        assert (hull.value(inputs) - price * inputs <= most + 1e-12).all()
    np.testing.assert_allclose(most[1], [5.0, 50.0])


def test_of_a_point_that_is_nearly_the_best_the_few_cells_that_are_not_are_told_to_the_last_digit():
    """Twenty roots, the first of them next to 0; of a point whose cells are all off, tangents are told as they are."""
    model = modelled(wire({f"{letter}": ROOT for letter in "abcdefghijklmnopqrst"}, budget={"at_most": 100}))
    region = Region(low=model.cells.low, high=model.cells.high)
    hull = Hull(model, region)
    at = np.full((2, 20), 4.0)
    price = hull.slope(at)
    price[0, 0] = hull.slope(np.full(20, 2e-9))[0]
    at[0, 0], at[1] = 1e-9, 2.0
    tangent = np.maximum((hull.slope(at) - price) * (region.high - at), (price - hull.slope(at)) * (at - region.low))
    told = hull.value(at) - price * at + tangent
    where, most = Touched(model, hull, region).peak(price, at)
    known_where, known = hull.peak(price, at)
    assert told[0, 0] > known[0, 0] * 1e6
    np.testing.assert_allclose(most[0], known[0], rtol=1e-13)
    np.testing.assert_allclose(where[0], known_where[0], rtol=1e-6)  # flat there
    np.testing.assert_array_equal(where[1], at[1])
    np.testing.assert_allclose(most[1], told[1])


def test_a_region_ends_at_nothing_or_at_the_minimum():
    """What is between them is no plan's; without minimums, and where there is none, it stays as it is."""
    region = Region(low=np.array([0.0, 0.0, 3.0, 3.0]), high=np.array([9.0, 4.0, 9.0, 4.0]), split=(1,))
    least = np.array([5.0, 5.0, 5.0, 0.0])
    closed = region.closed(least)
    assert (closed.low.tolist(), closed.high.tolist()) == ([0.0, 0.0, 5.0, 3.0], [9.0, 0.0, 9.0, 4.0])
    assert closed.split == (1,)
    assert region.closed(None) is region
