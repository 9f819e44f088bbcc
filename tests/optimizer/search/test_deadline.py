"""When to stop: by a clock that is handed in."""

from optimizer.search.deadline import Deadline


def test_a_deadline_counts_from_when_it_was_made():
    """Ten seconds from 100: 4 spent, 6 left; past it, less than nothing is left."""
    now = iter([100.0, 104.0, 104.0, 111.0])
    deadline = Deadline.after(10.0, lambda: next(now))
    assert (deadline.spent, deadline.left, deadline.left) == (4.0, 6.0, -1.0)
