"""Regions that wait are what they were, and take the room of what they split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.search.region.hull import Region
from optimizer.search.region.node import Node

CELLS = 6


@given(st.lists(st.tuples(st.integers(0, CELLS - 1), st.floats(0.0, 1.0), st.booleans()), max_size=8))
def test_a_region_that_waits_is_the_one_that_was_split(splits):
    """Half by half, each kept as a node and made anew."""
    root = region = Region(low=np.zeros(CELLS), high=np.ones(CELLS))
    for number, (cell, at, upper) in enumerate(splits):
        if not region.low[cell] <= at <= region.high[cell]:
            continue
        region = region.halves(cell, at)[upper]
        again = Node.of(0.0, number, region, root).region
        assert again.split == region.split
        np.testing.assert_array_equal([again.low, again.high], [region.low, region.high])
    assert not root.low.any()
    assert root.high.all()


def test_a_region_that_waits_is_kept_by_what_it_splits():
    """Two numbers a cell that is split, however many cells there are."""
    root = Region(low=np.zeros(10_000), high=np.ones(10_000))
    node = Node.of(0.0, 1, root.halves(7, 0.5)[0].halves(9, 0.25)[1], root)
    assert node.ends == pytest.approx(np.array([[0.0, 0.25], [0.5, 1.0]]))
    assert node.root is root
    assert Node(0.0, 0, root).region is root


def test_the_lowest_bound_comes_first_and_the_older_of_two():
    """As the heap of open regions needs it."""
    root = Region(low=np.zeros(1), high=np.ones(1))
    nodes = [Node(2.0, 1, root), Node(1.0, 3, root), Node(1.0, 2, root)]
    assert [node.number for node in sorted(nodes)] == [2, 3, 1]
