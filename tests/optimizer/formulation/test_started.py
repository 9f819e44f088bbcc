"""Curves of cells that spend nothing or so much."""

import numpy as np

from optimizer.curves import CurveStack, Envelope, Hill, Power, ResponseCurve
from optimizer.formulation.started import started

CURVES = CurveStack.of(
    [
        ResponseCurve(members=(Hill(ceiling=100.0, half_saturation=30.0, shape=2.0),)),
        ResponseCurve(members=(Power(coefficient=5.0, exponent=0.5),), input_scale=2.0, input_offset=3.0),
        ResponseCurve(members=(Power(coefficient=5.0, exponent=0.5),)),
    ]
)
LEAST = np.array([10.0, 8.0, 0.0])


def test_below_the_minimum_is_nothing_and_beyond_it_the_curve():
    """At the minimum itself, too; where there is none everywhere."""
    own, zero = started(CURVES, LEAST), CURVES.value(np.zeros(3))
    for at in (np.zeros(3), 0.5 * LEAST, LEAST, LEAST + 5.0):
        off = at < LEAST
        np.testing.assert_array_equal(own.value(at), np.where(off, zero, CURVES.value(at)))
        np.testing.assert_array_equal(own.slope(at), np.where(off, 0.0, CURVES.slope(at)))
    assert own.concave.tolist() == [False, False, True]
    np.testing.assert_allclose(own.turns()[0], np.maximum(CURVES.turns()[0], LEAST))
    assert len(set(own.alike().tolist())) == 3
    assert started(CURVES, LEAST + 1.0).take(np.array([1, 1])).alike().tolist() == [0, 0]


def test_envelopes_are_no_less_than_what_plans_may_be():
    """The chord from nothing to the minimum or beyond, and the curve from there on; 0 and a grid of what is on."""
    high = np.array([90.0, 60.0, 60.0])
    hull = Envelope.above(started(CURVES, LEAST), np.zeros(3), high)
    for share in np.linspace(0.0, 1.0, 101):
        at = LEAST + share * (high - LEAST)
        assert (hull.value(at) >= CURVES.value(at) - 1e-9).all()
    for price in (0.2, 1.0, 3.0):
        grid = np.vstack([np.zeros(3), LEAST + np.linspace(0.0, 1.0, 20_001)[:, None] * (high - LEAST)])
        best = (CURVES.value(grid) - price * grid).max(axis=0)
        np.testing.assert_allclose(hull.peak(np.full(3, price))[1], best, atol=1e-4)
