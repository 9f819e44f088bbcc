"""What is moved, added up by hand."""

from __future__ import annotations

import numpy as np

from optimizer.answers.reconciliation import moved


def test_what_is_moved_adds_up_to_whole_cents() -> None:
    """A cent a cell, ten thousand times, beside amounts that take digits of the doubles away: 100."""
    proposed = np.full((10, 1000), 879955.66)
    assert moved(proposed - 0.01, proposed) == moved(np.full((10, 1000), 879955.65), proposed) == 100.0
