"""The lowest of stretches: held against looking at each."""

import numpy as np
import pytest

from optimizer.search.choices.lowest import Lowest


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 40])
def test_every_stretch(count):
    """Of so many values, empty ones too."""
    values = np.random.default_rng(count).normal(size=count)
    first, end = (own.ravel() for own in np.meshgrid(np.arange(count + 1), np.arange(count + 1)))
    told = Lowest(values).over(first, end)
    assert told.tolist() == [min(values[a:b], default=np.inf) for a, b in zip(first, end, strict=True)]
