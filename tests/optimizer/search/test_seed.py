"""Where the first tangents go."""

import numpy as np
import pytest

from optimizer.search.hull import Hull, Region
from optimizer.search.seed import seed_points
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire


@pytest.mark.parametrize("name", TOYS)
def test_seeds_lie_inside_the_intervals(name):
    """Finite inputs that the curves can be read at; the last is the far end."""
    model = toy(name).model
    region = Region(low=model.cells.low, high=model.cells.high)
    points = seed_points(model, Hull(model, region), region)
    for point in points:
        assert ((region.low <= point) & (point <= region.high)).all()
    np.testing.assert_array_equal(points[-1], region.high)


def test_seeds_surround_the_optimum_of_a_concave_toy():
    """100 and 400 are best of 500: some seeds lie below, some above, the nearest not far away."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 500}))
    region = Region(low=model.cells.low, high=model.cells.high)
    seeds = np.array(seed_points(model, Hull(model, region), region))
    for column, best in enumerate((100.0, 400.0)):
        assert seeds[:, column].min() < best < seeds[:, column].max()
        assert np.abs(np.log(seeds[:, column] / best)).min() < 0.7
