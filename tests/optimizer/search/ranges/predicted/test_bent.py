"""How much a price changes on the way of its limit: against the way looked at in many places."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.search.ranges.predicted.bent import PIECES, most_changed, places
from tests.effort import examples


def bell(x, top):
    """A slope that rises up to `top` and falls from there on."""
    return 1.0 / (1.0 + (x - top) ** 2)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=examples(60), deadline=None)
def test_no_place_on_the_way_is_beyond_it_and_it_is_not_far_beyond_them(seed):
    """Two spends a limit, each with a slope of its own, and rows that go on in proportion."""
    rng = np.random.default_rng(seed)
    here, there, top = rng.uniform(0, 4, (3, 6))
    step, rows, whose = rng.uniform(-2, 2, 6), rng.uniform(-1, 1, 3), np.repeat(np.arange(3), 2)
    ends = places(here, there)
    own, at_bend = (step * (bell(x, top) - bell(here, top)) for x in (ends, top))
    most = most_changed(ends, own, top, at_bend, whose, rows)
    parts = np.linspace(0.0, 1.0, 4001)[:, None]
    fine = step * (bell(here + parts * (there - here), top) - bell(here, top))
    seen = np.abs(fine.reshape(-1, 3, 2).sum(axis=-1) + parts * rows).max(axis=0)
    spread = (np.abs(step) * np.abs(np.diff(own, axis=0) / step).max(axis=0)).reshape(3, 2).sum(axis=-1)
    assert (most >= seen - 1e-12).all()
    assert (
        most <= seen + 2.0 * spread + np.abs(rows) / PIECES + np.abs(step).reshape(3, 2).sum(axis=-1) / PIECES
    ).all()
