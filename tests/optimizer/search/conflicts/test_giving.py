"""A search for less than is known to be enough ends when it does not get on."""

import math

import pytest

from optimizer.search.conflicts.giving import LOOK, Pace
from optimizer.search.deadline import Deadline


class Watch:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "cost", "bound", "ends"),
    [
        (0.9 * LOOK, 10.0, 0.0, False),  # too early to tell
        (0.5, 10.0, 0.0, True),
        (0.5, 10.0, 4.9, True),  # less than half of the gap in half of the time
        (0.5, 10.0, 5.1, False),
        (0.5, 4.9, 0.0, False),  # a better plan closes the gap as a better bound does
        (0.5, 1e9, 5.1, False),  # a plan worse than what is known to be enough opens none
        (0.99, 10.0, 9.0, True),
    ],
)
def test_a_search_must_close_its_gap_as_fast_as_its_time_goes_by(seconds, cost, bound, ends):
    """Ten is known to be enough, nothing is proved at the start, and a second is allowed."""
    watch = Watch()
    pace = Pace(1.0, 2, Deadline.after(9.0, watch), 10.0, 0.0)
    watch.now = seconds
    pace(1, 1, cost, bound)
    assert pace.deadline.left == pytest.approx(9.0 - seconds), "two regions are looked at in any case"
    pace(2, 2, cost, bound)
    assert pace.deadline.left == (-math.inf if ends else pytest.approx(9.0 - seconds))


def test_where_nothing_is_known_time_begins_with_the_first_plan():
    """However long it took to find one."""
    watch = Watch()
    pace = Pace(1.0, 1, Deadline.after(99.0, watch))
    for seconds, cost in ((50.0, math.inf), (60.0, 10.0), (60.5, 10.0)):
        watch.now = seconds
        pace(1, int(seconds), cost, 0.0)
        assert (pace.deadline.left == -math.inf) == (seconds == 60.5)
