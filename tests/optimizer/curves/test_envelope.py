"""Envelopes: above (or below) everywhere, curved the right way, tight, and sharp at every price."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.curves import (
    Adbudg,
    Array,
    Curve,
    CurveStack,
    Envelope,
    Exponential,
    Hill,
    Linear,
    Log,
    LowerEnvelope,
    Power,
    ResponseCurve,
    SLogistic,
    Tabulated,
)
from tests.optimizer.curves.families import ANY_CURVE, lean

CELLS = 241
Side = Literal[1, -1]
sides = pytest.mark.parametrize("side", [1, -1])
few = lean(3)

UNIT = st.floats(0.05, 1.0)
ENDS = st.just(0.0) | st.floats(1e-6, 4.0)
SHAPES = st.sampled_from([0.3, 1.0, 1.3, 2.0, 6.0])
TABLES = st.lists(st.tuples(UNIT, st.just(0.0) | UNIT), min_size=2, max_size=7).map(
    lambda steps: Tabulated(points=tuple(map(tuple, np.cumsum(steps, axis=0).tolist())))
)
FAMILY: dict[str, st.SearchStrategy[Curve]] = {
    "hill": st.builds(Hill, ceiling=UNIT, half_saturation=UNIT, shape=SHAPES),
    "adbudg": st.builds(Adbudg, floor=st.just(0.5), ceiling=st.just(2.0), half_effect=UNIT, shape=SHAPES),
    "s_logistic": st.builds(SLogistic, ceiling=UNIT, steepness=st.floats(1, 20), midpoint=st.floats(0, 2)),
    "power": st.builds(Power, coefficient=UNIT, exponent=st.sampled_from([0.5, 1.0, 2.0])),
    "exponential": st.builds(Exponential, ceiling=UNIT, scale=UNIT),
    "linear": st.builds(Linear, slope=UNIT),
    "tabulated": TABLES,
}


@st.composite
def problems(draw: st.DrawFn, draws: int = 1) -> tuple[ResponseCurve, float, float]:
    """A curve, and an interval that may be a point."""
    family = FAMILY[draw(st.sampled_from(sorted(FAMILY)))]
    members = tuple(draw(st.lists(family, min_size=1, max_size=draws)))
    curve = ResponseCurve(members=members, input_scale=2.0, input_offset=draw(st.sampled_from([0.0, 0.3])))
    low = draw(st.just(0.0) | st.floats(0, 3))
    return curve, low, low + draw(st.just(0.0) | st.floats(0.01, 6))


def enveloped(
    curve: ResponseCurve, low: float, high: float, side: Side, cells: int = CELLS
) -> Envelope | LowerEnvelope:
    """Every grid point of [low, high] is a cell of its own, so that a whole curve is one evaluation."""
    stack = CurveStack.of([curve], np.zeros(cells, dtype=np.intp))
    build = Envelope.above if side > 0 else Envelope.below
    return build(stack, np.full(cells, low), np.full(cells, high))


def best(envelope: Envelope | LowerEnvelope, price: Array) -> tuple[Array, Array]:
    return envelope.peak(price) if isinstance(envelope, Envelope) else envelope.trough(price)


def grid_hull(x: Array, y: Array) -> Array:
    """The upper hull of points, on their own x: a gift wrapped from the left."""
    corners = [0]
    while corners[-1] < len(x) - 1:
        i = corners[-1]
        slopes = (y[i + 1 :] - y[i]) / (x[i + 1 :] - x[i])
        corners.append(len(x) - 1 - int(np.argmax(slopes[::-1])))
    return np.interp(x, x[corners], y[corners])


@sides
@few
@given(problem=problems(draws=3))
def test_envelope_bounds_the_curve_and_bends_one_way(side: Side, problem: tuple[ResponseCurve, float, float]) -> None:
    """On the curve's own side everywhere, equal to it at both ends, with slopes in order."""
    curve, low, high = problem
    x = np.linspace(low, high, CELLS)
    envelope = enveloped(*problem, side)
    hull, f = envelope.value(x), curve.value(x)
    assert (side * (hull - f) >= -1e-14).all()
    np.testing.assert_allclose(hull[[0, -1]], f[[0, -1]], rtol=1e-14)
    slopes = np.nan_to_num(envelope.slope(x))
    assert (side * (slopes[1:] - slopes[:-1]) <= 1e-8 * np.abs(slopes[1:])).all()


@sides
@few
@given(problem=problems())
def test_envelope_is_the_hull_of_a_fine_grid(side: Side, problem: tuple[ResponseCurve, float, float]) -> None:
    """No function of its kind lies closer: the hull of 2001 points is as high, to what the points miss."""
    curve, low, high = problem
    if low < high:
        x = np.linspace(low, high, 2001)
        f = curve.value(x)
        missed = 1e-9 + float(np.abs(np.diff(f[1:], 2)).max())
        hull = enveloped(*problem, side, cells=2001).value(x)
        np.testing.assert_allclose(hull, side * grid_hull(x, side * f), rtol=0, atol=missed)


@sides
@few
@given(problem=problems(draws=3))
def test_best_point_at_any_price(side: Side, problem: tuple[ResponseCurve, float, float]) -> None:
    """peak (trough) is a bound that is attained to the last digits, and no grid point beats it at any price."""
    curve, low, high = problem
    x = np.linspace(low, high, CELLS)
    envelope = enveloped(*problem, side)
    steep = np.nan_to_num(curve.slope(x), posinf=1e3)
    price = np.where(np.arange(CELLS) % 2, steep, np.linspace(-2, 2, CELLS) ** 3)
    at, value = best(envelope, price)
    assert ((low <= at) & (at <= high)).all()
    attained = envelope.value(at) - price * at
    slip = 1e-14 * (np.abs(attained) + np.abs(price) * high)
    assert (side * (value - attained) >= -1e-15).all()
    assert (side * (value - attained) <= slip).all()
    hull = envelope.value(x)
    on_grid = (side * (hull[None, ::8] - price[:, None] * x[None, ::8])).max(axis=1)
    assert (side * value >= on_grid - 1e-14 * (1 + np.abs(price) * high)).all()


@few
@given(curve=ANY_CURVE, ends=st.tuples(ENDS, ENDS), data=st.data())
def test_envelope_holds_from_corner_to_corner(curve: Curve, ends: tuple[float, float], data: st.DataObject) -> None:
    """Whatever the magnitudes, envelopes enclose the curve, and no grid point beats the peak."""
    low, high = (end * curve.natural_scale() for end in sorted(ends))
    response = ResponseCurve(members=(curve,))
    x = np.linspace(low, high, CELLS)
    f = response.value(x)
    above, below = (enveloped(response, low, high, side) for side in (1, -1))
    slip = 1e-12 * float(np.abs(f).max())
    assert (above.value(x) >= f - slip).all()
    assert (below.value(x) <= f + slip).all()
    price = np.full(CELLS, data.draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])) * (f[-1] - f[0]) / (high - low or 1.0))
    assert (best(above, price)[1] >= (f - price * x).max() - slip).all()
    assert (best(below, price)[1] <= (f - price * x).min() + slip).all()


CLOSED: list[tuple[Curve, float, float, float]] = [
    (Power(coefficient=1, exponent=0.5), 4.0, 1 / 64, 1 / 16),
    (Power(coefficient=1, exponent=0.5), 1e12, 0.25e-24, 0.25e-12),
    (Log(coefficient=8, scale=1), 2.0, 3.0, 8 * np.log(4) - 6),
    (Exponential(ceiling=4, scale=1), 1.0, np.log(4), 3 - np.log(4)),
    (Hill(ceiling=100, half_saturation=1, shape=2), 50.0, 1.0, 0.0),
    (Hill(ceiling=100, half_saturation=1, shape=2), 60.0, 0.0, 0.0),
    (Linear(slope=2), 2.5, 0.0, 0.0),
    (Linear(slope=2), 1.5, 9.0, 4.5),
    (Linear(slope=2), -1.0, 9.0, 27.0),
    (Tabulated(points=((0, 0), (1, 1), (2, 4), (3, 5))), 1.5, 2.0, 1.0),
]


@pytest.mark.parametrize(("member", "price", "at", "value"), CLOSED)
def test_peak_by_hand(member: Curve, price: float, at: float, value: float) -> None:
    """Conjugates with a closed form on [0, 9], to 14 digits, even where the peak is at 1e-25."""
    stack = CurveStack.of([ResponseCurve(members=(member,))])
    x, top = Envelope.above(stack, np.zeros(1), np.full(1, 9.0)).peak(np.full(1, price))
    assert top[0] == pytest.approx(value, rel=1e-14, abs=1e-13 if value == 0 else 0)
    assert x[0] == pytest.approx(at, rel=1e-7) or value == 0


def test_draws_close_in_as_the_interval_shrinks() -> None:
    """The mean of the draws' envelopes comes down to the mean curve faster than the interval shrinks."""
    members = tuple(SLogistic(ceiling=1, steepness=9, midpoint=m) for m in (1, 2, 4))
    curve = ResponseCurve(members=members)
    gaps = []
    for width in (1.0, 0.1, 0.01):
        envelope = enveloped(curve, 1.5, 1.5 + width, 1)
        x = np.linspace(1.5, 1.5 + width, CELLS)
        gaps.append(float((envelope.value(x) - curve.value(x)).max()))
    assert gaps[1] < gaps[0] / 30
    assert gaps[2] < gaps[1] / 30


def test_mixed_cells_keep_their_places() -> None:
    """Cells of different families and draws, each with its interval, come out where they went in."""
    curves = [
        ResponseCurve(members=(Linear(slope=2),)),
        ResponseCurve(members=(Log(coefficient=1, scale=1),) * 2),
    ]
    stack = CurveStack.of(curves, np.array([1, 0, 1]))
    envelope = Envelope.above(stack, np.zeros(3), np.array([1.0, 2.0, 9.0]))
    assert envelope.peak(np.full(3, 0.25))[0].tolist() == pytest.approx([1, 2, 3], rel=1e-7)


@sides
def test_intervals_of_many_points_are_as_each_by_itself(side: Side) -> None:
    """An axis of points before that of cells: S-shapes, tables, draws; values, slopes and best points."""
    curves = [
        ResponseCurve(members=(Hill(ceiling=100, half_saturation=1, shape=3),)),
        ResponseCurve(members=(Tabulated(points=((0, 0), (1, 5), (2, 40), (4, 41))),)),
        ResponseCurve(members=(Log(coefficient=1, scale=1), Log(coefficient=3, scale=2))),
    ]
    stack, build = CurveStack.of(curves), Envelope.above if side > 0 else Envelope.below
    low, high = np.array([[0.0, 0.0, 0.0], [0.5, 1.0, 0.2]]), np.array([[3.0, 4.0, 9.0], [2.0, 3.0, 0.2]])
    price = np.array([[9.0, 3.0, 0.5], [20.0, 1.0, 0.1]])
    together, inputs = build(stack, low, high), low + 0.4 * (high - low)
    for place in range(2):
        alone = build(stack, low[place], high[place])
        np.testing.assert_array_equal(together.value(inputs)[place], alone.value(inputs[place]))
        np.testing.assert_array_equal(together.slope(inputs)[place], alone.slope(inputs[place]))
        np.testing.assert_allclose(best(together, price)[1][place], best(alone, price[place])[1], rtol=1e-12)
