"""Every family: right to 1e-9 against its definition in exact arithmetic, from corner to corner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.curves import FAMILIES, Curve, Tabulated
from tests.optimizer.curves.families import CURVES, inputs_for, lean, mp

UNDERFLOW = 1e-280
every_family = pytest.mark.parametrize("name", CURVES)
few = lean(4)


def at(method: Any, x: float) -> float:
    return float(method(np.array([x]))[0])


def agrees(ours: float, exact: Any) -> bool:
    return bool(abs(mp.mpf(ours) - exact) <= mp.mpf(1e-9) * abs(exact) + UNDERFLOW)


def exact_slope(name: str, curve: Curve, x: float) -> Any:
    """The central difference, over a step so small that 50 digits are right."""
    at_x, step = mp.mpf(x), mp.mpf(x) * mp.mpf(10) ** -60
    rise = CURVES[name].exact(curve, at_x + step) - CURVES[name].exact(curve, at_x - step)
    return rise / (2 * step)


@every_family
@few
@given(data=st.data())
def test_value_agrees_with_exact_arithmetic(name: str, data: st.DataObject) -> None:
    """f(x) is finite and right to 1e-9."""
    curve = data.draw(CURVES[name].curves)
    x = data.draw(inputs_for(curve))
    value = at(curve.value, x)
    assert np.isfinite(value)
    if x == 0 or x > 1e-290:  # below, x itself has fewer digits
        assert agrees(value, CURVES[name].exact(curve, mp.mpf(x)))


@every_family
@few
@given(data=st.data())
def test_derivative_agrees_with_exact_arithmetic(name: str, data: st.DataObject) -> None:
    """f'(x) is right to 1e-9, wherever it can be represented and x is no kink."""
    curve = data.draw(CURVES[name].curves)
    x = data.draw(inputs_for(curve).filter(lambda x: x > 1e-140))
    if not (isinstance(curve, Tabulated) and any(abs(x - p) <= 1e-12 * p for p, _ in curve.points)):
        assert agrees(at(curve.derivative, x), exact_slope(name, curve, x))


@every_family
@few
@given(data=st.data())
def test_curve_never_falls(name: str, data: st.DataObject) -> None:
    """f rises from left to right, stays at or below its supremum, and its slope is a number >= 0."""
    curve = data.draw(CURVES[name].curves)
    left, right = sorted(data.draw(st.tuples(inputs_for(curve), inputs_for(curve))))
    low, high = at(curve.value, left), at(curve.value, right)
    assert low <= high * (1 + 1e-12)
    assert high <= curve.supremum() * (1 + 1e-12)
    slope = at(curve.derivative, right)
    assert slope >= 0
    assert np.isfinite(slope) or right == 0
    assert np.isfinite(curve.natural_scale())
    assert curve.natural_scale() > 0


@every_family
@few
@given(data=st.data())
def test_slope_rises_up_to_the_bend_and_falls_after(name: str, data: st.DataObject) -> None:
    """f is concave from `bend` on; before it f is convex, unless it is a table."""
    curve = data.draw(CURVES[name].curves)
    bend = float(np.asarray(curve.bend()))
    left, right = sorted(data.draw(st.tuples(inputs_for(curve), inputs_for(curve))))
    before, after = at(curve.derivative, left), at(curve.derivative, right)
    if left >= bend:
        assert after <= before * (1 + 1e-9) + UNDERFLOW
    elif right <= bend and name != "tabulated":
        assert before <= after * (1 + 1e-9) + UNDERFLOW


@every_family
@few
@given(data=st.data())
def test_stack_answers_as_its_curves_do(name: str, data: st.DataObject) -> None:
    """A stacked instance gives, row by row, what each of its curves gives alone."""
    curves = data.draw(st.lists(CURVES[name].curves, min_size=1, max_size=4))
    x = np.array([data.draw(inputs_for(curve)) for curve in curves])
    stacked = FAMILIES[name].stack(curves)
    for ours, method in ((stacked.value(x), "value"), (stacked.derivative(x), "derivative")):
        alone = [at(getattr(curve, method), float(at_x)) for curve, at_x in zip(curves, x, strict=True)]
        np.testing.assert_allclose(ours, alone, rtol=1e-13)
    np.testing.assert_allclose(np.broadcast_to(stacked.bend(), x.shape), [c.bend() for c in curves], rtol=1e-13)


def test_slopes_at_zero() -> None:
    """Only roots are infinitely steep at 0; a useless one is not."""
    zero = np.zeros(1)
    hill, power = FAMILIES["hill"], FAMILIES["power"]
    for shape, slope in ((0.5, np.inf), (1.0, 5.0), (2.0, 0.0)):
        assert hill(ceiling=10, half_saturation=2, shape=shape).derivative(zero) == slope  # type: ignore[call-arg]
        assert power(coefficient=5, exponent=shape).derivative(zero) == slope  # type: ignore[call-arg]
    assert hill(ceiling=0, half_saturation=2, shape=0.5).derivative(zero) == 0  # type: ignore[call-arg]


def test_table_kinks_have_the_slope_to_their_right() -> None:
    """A table is flat before its first point and after its last."""
    table = Tabulated(points=((1, 2), (3, 6), (4, 7)))
    assert table.value(np.array([0, 1, 2, 3, 4, 9.0])).tolist() == [2, 2, 4, 6, 7, 7]
    assert table.derivative(np.array([0, 1, 2, 3, 4, 9.0])).tolist() == [0, 2, 2, 1, 0, 0]
    assert table.bend() == 1
    assert Tabulated(points=((0, 2), (3, 6), (4, 7))).bend() == 0
