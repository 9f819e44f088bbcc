"""A response curve: scales around its members, and the mean over draws."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from optimizer.curves import Adbudg, Curve, Hill, Linear, Log, Power, ResponseCurve, Tabulated
from optimizer.errors import ScenarioError

X = np.array([0.0, 1.0, 30.0, 500.0])


def test_draws_are_averaged_after_the_curve() -> None:
    """The expected curve is the mean of the members' responses, not the response at mean parameters."""
    members = tuple(Hill(ceiling=10, half_saturation=k, shape=2) for k in (1, 40, 100))
    curve = ResponseCurve(members=members)
    np.testing.assert_allclose(curve.value(X), sum(m.value(X) for m in members) / 3)
    np.testing.assert_allclose(curve.slope(X), sum(m.derivative(X) for m in members) / 3)
    assert curve.supremum() == 10
    assert curve.natural_scale() == 40


def test_scales_move_and_stretch_the_curve() -> None:
    """value(x) = output_scale·f((x + input_offset)/input_scale), and the slope follows by the chain rule."""
    hill = Hill(ceiling=10, half_saturation=5, shape=2)
    curve = ResponseCurve(members=(hill,), input_scale=4, input_offset=8, output_scale=3)
    np.testing.assert_allclose(curve.value(X), 3 * hill.value((X + 8) / 4))
    np.testing.assert_allclose(curve.slope(X), 3 / 4 * hill.derivative((X + 8) / 4))
    assert curve.natural_scale() == 12
    assert curve.supremum() == 30


def test_any_shape_of_input_is_answered_in_that_shape() -> None:
    """Scalars and matrices of spend give scalars and matrices of outcome."""
    curve = ResponseCurve(members=(Log(coefficient=1, scale=1),))
    assert curve.value(np.float64(0.0)).shape == ()  # type: ignore[arg-type]
    assert curve.value(np.ones((2, 3))).shape == (2, 3)


def test_a_useless_root_has_no_slope() -> None:
    """Output scale 0 makes nothing of an infinite slope."""
    curve = ResponseCurve(members=(Power(coefficient=1, exponent=0.5),), output_scale=0)
    assert curve.slope(np.zeros(1)) == 0
    assert curve.supremum() == 0


S_SHAPED = Hill(ceiling=1, half_saturation=1, shape=3)
KINDS: list[tuple[Curve, float, str, bool]] = [
    (Linear(slope=1), 0, "linear", True),
    (Power(coefficient=1, exponent=1), 0, "linear", True),
    (Power(coefficient=1, exponent=2), 0, "s_shaped", False),
    (Log(coefficient=1, scale=1), 0, "concave", True),
    (S_SHAPED, 0, "s_shaped", False),
    (S_SHAPED, 1, "concave", True),
    (Adbudg(floor=1, ceiling=2, half_effect=1, shape=0.5), 0, "concave", True),
    (Tabulated(points=((0, 0), (1, 2), (2, 3))), 0, "concave", True),
    (Tabulated(points=((0, 0), (1, 1), (2, 3))), 0, "tabulated", False),
    (Tabulated(points=((1, 0), (2, 1))), 0, "tabulated", False),
]


@pytest.mark.parametrize(("member", "offset", "kind", "concave"), KINDS)
def test_shape_kind(member: Curve, offset: float, kind: str, concave: bool) -> None:
    """A curve is concave when it is so wherever spend can be: an offset may skip its convex part."""
    curve = ResponseCurve(members=(member,), input_offset=offset)
    assert (curve.shape_kind(), curve.is_concave) == (kind, concave)


def test_a_curve_survives_the_way_to_another_process() -> None:
    """Pickling keeps a curve equal and working: solves run in spawned processes."""
    curve = ResponseCurve(members=(Log(coefficient=2, scale=1),), input_scale=3)
    again = pickle.loads(pickle.dumps(curve))
    assert again == curve
    assert hash(again) == hash(curve)
    assert again.value(X).tolist() == curve.value(X).tolist()


FIVE = np.array([0.0, 1.0, 7.0, 20.0, 300.0])
HILLS = tuple(
    Hill(ceiling=c, half_saturation=h, shape=s) for c, h, s in ((9.0, 4.0, 0.7), (5.0, 9.0, 2.0), (7.0, 1.0, 1.0))
)
WEIGHTS = np.array([0.2, 0.5, 0.3])


def test_weighted_draws_are_a_loop_over_weighted_draws() -> None:
    """Value, slope and supremum, behind scales."""
    mean = ResponseCurve(members=HILLS, input_scale=2.0, input_offset=1.0, output_scale=3.0)
    alone = [ResponseCurve(members=(m,), input_scale=2.0, input_offset=1.0, output_scale=3.0) for m in HILLS]
    own = mean.weighted(WEIGHTS)
    np.testing.assert_allclose(own.value(FIVE), sum(w * a.value(FIVE) for w, a in zip(WEIGHTS, alone, strict=True)))
    np.testing.assert_allclose(own.slope(FIVE), sum(w * a.slope(FIVE) for w, a in zip(WEIGHTS, alone, strict=True)))
    assert own.supremum() == pytest.approx(3.0 * (WEIGHTS * [9.0, 5.0, 7.0]).sum())
    np.testing.assert_allclose(mean.each(FIVE), np.column_stack([a.value(FIVE) for a in alone]))


def test_a_draw_without_weight_is_left_out() -> None:
    """So are its bends and its numbers."""
    assert ResponseCurve(members=HILLS).weighted(np.array([0.5, 0.0, 0.5])).members == (HILLS[0], HILLS[2])
    assert not ResponseCurve(members=HILLS).is_concave
    assert ResponseCurve(members=HILLS).weighted(np.array([0.5, 0.0, 0.5])).is_concave


@pytest.mark.parametrize(
    ("weights", "code", "path"),
    [
        ((0.5, 0.5), "wrong_length", "weights"),
        ((0.5, 0.4, 0.2), "wrong_sum", "weights"),
        ((1.0, -0.5, 0.5), "not_positive", "weights[1]"),
    ],
)
def test_weights_are_shares_of_one(weights: tuple[float, ...], code: str, path: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        ResponseCurve(members=HILLS, weights=weights)
    assert (refused.value.code, refused.value.path) == (code, path)
