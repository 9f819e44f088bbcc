"""A stack answers for each cell what the cell's own curve answers."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.curves import CurveStack, Envelope, Hill, Linear, ResponseCurve
from tests.optimizer.curves.families import CURVES, lean, spread


@st.composite
def responses(draw: st.DrawFn) -> ResponseCurve:
    family = CURVES[draw(st.sampled_from(sorted(CURVES)))]
    return ResponseCurve(
        members=tuple(draw(st.lists(family.curves, min_size=1, max_size=3))),
        input_scale=draw(st.just(1.0) | spread(1e-6, 1e6)),
        input_offset=draw(st.just(0.0) | spread(1e-6, 1e6)),
        output_scale=draw(st.sampled_from([0.0, 1.0, 2.5])),
    )


@lean(2)
@given(curves=st.lists(responses(), min_size=1, max_size=5), data=st.data())
def test_stack_equals_its_curves(curves: list[ResponseCurve], data: st.DataObject) -> None:
    """Values, slopes and kinds, for any assignment of cells to curves, and again for a part of them."""
    which = np.array(data.draw(st.lists(st.integers(0, len(curves) - 1), max_size=8)), dtype=np.intp)
    stack = CurveStack.of(curves, which)
    check(stack, [curves[i] for i in which])
    part = np.array(data.draw(st.lists(st.integers(0, max(len(which) - 1, 0)), max_size=5)), dtype=np.intp)
    if len(which):
        check(stack.take(part), [curves[which[i]] for i in part])


def check(stack: CurveStack, curves: list[ResponseCurve]) -> None:
    assert stack.size == len(curves)
    pairs = list(itertools.product(range(len(curves)), repeat=2))
    alike = stack.alike()
    assert [alike[i] == alike[j] for i, j in pairs] == [curves[i] == curves[j] for i, j in pairs]
    x = np.array([curve.natural_scale() for curve in curves])
    one_each = [(curve.value(x[[i]])[0], curve.slope(x[[i]])[0]) for i, curve in enumerate(curves)]
    np.testing.assert_allclose(stack.value(x), [value for value, _ in one_each], rtol=1e-13)
    np.testing.assert_allclose(stack.slope(x), [slope for _, slope in one_each], rtol=1e-13)
    assert stack.concave.tolist() == [curve.is_concave for curve in curves]
    assert stack.linear.tolist() == [curve.shape_kind() == "linear" for curve in curves]


def test_one_cell_per_curve_by_default() -> None:
    """Without `which`, cell i has curve i; no curve at all is a stack of none."""
    assert CurveStack.of([]).value(np.empty(0)).shape == (0,)


def test_weighted_curves_and_envelopes_stand_in_a_stack() -> None:
    """Each with its own weights, beside curves that have none; the envelope of a mean is the mean of envelopes."""
    hills = tuple(Hill(ceiling=c, half_saturation=4.0, shape=s) for c, s in ((9.0, 2.0), (5.0, 1.0)))
    mean = ResponseCurve(members=hills)
    curves = [mean.weighted(np.array([0.9, 0.1])), mean, mean.weighted(np.array([0.25, 0.75]))]
    stack, x, high = CurveStack.of(curves), np.array([1.0, 2.0, 3.0]), np.full(3, 9.0)
    np.testing.assert_allclose(stack.value(x), [c.value(np.array([at]))[0] for c, at in zip(curves, x, strict=True)])
    np.testing.assert_allclose(stack.take(np.array([2, 0])).value(x[[2, 0]]), stack.value(x)[[2, 0]])
    own = [Envelope.above(CurveStack.of([ResponseCurve(members=(h,))] * 3), 0 * x, high).value(x) for h in hills]
    weights = np.array([[0.9, 0.1], [0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(Envelope.above(stack, 0 * x, high).value(x), (weights.T * own).sum(axis=0))


def test_stacks_are_joined() -> None:
    """The second stands behind the first."""
    first, second = (CurveStack.of([ResponseCurve(members=(Linear(slope=s),)) for s in part]) for part in ([1, 2], [5]))
    assert CurveStack.joined(first, second).value(np.ones(3)).tolist() == [1.0, 2.0, 5.0]
