"""What a source gives."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.sources.curve_set import Interval


def test_an_interval_is_known_between_its_points_only():
    """Straight between them, nothing outside; one that crosses, or goes back, is refused."""
    interval = Interval(probability=0.9, points=((10.0, 1.0, 3.0), (20.0, 2.0, 6.0)))
    assert interval.at(np.array([0.0, 10.0, 15.0, 20.0, 21.0])) == ([None, 1, 1.5, 2, None], [None, 3, 4.5, 6, None])
    assert Interval(probability=0.5, points=((7.0, 1.0, 2.0),)).at(np.array([6.9, 7.0, 7.1]))[0] == [None, 1, None]
    for probability, points in ((1.0, ()), (0.9, ((1.0, 2.0, 1.0),)), (0.9, ((1.0, 0.0, 1.0), (1.0, 0.0, 1.0)))):
        with pytest.raises(ScenarioError):
            Interval(probability=probability, points=points)
