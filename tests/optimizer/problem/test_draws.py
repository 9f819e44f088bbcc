"""Draws that belong together, and the mean over the worst of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.curves import Linear, ResponseCurve
from optimizer.errors import ScenarioError
from optimizer.problem.draws import drawn_tactic, joint_draws, quantile, tail_mean, tail_weights, weighted_tactic
from optimizer.problem.tactic import Tactic
from tests.effort import examples
from tests.optimizer.toys import tactic

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12).map(np.array)
confidence = st.floats(0.01, 0.99)


def drawn(name: str, *slopes: float) -> Tactic:
    return tactic(name, response=ResponseCurve(members=tuple(Linear(slope=slope) for slope in slopes)))


def test_tactics_share_their_draws_and_one_draw_goes_with_any_number():
    assert joint_draws([drawn("a", 1, 2, 3), drawn("b", 1), drawn("c", 4, 5, 6)]) == 3
    assert joint_draws([drawn("a", 1)]) == 1


def test_unequal_numbers_of_draws_are_no_joint_sample():
    with pytest.raises(ScenarioError) as error:
        joint_draws([drawn("a", 1), drawn("b", 1, 2), drawn("c", 1, 2, 3)])
    assert (error.value.code, error.value.path) == ("unequal_draws", "tactics[2].response.draws")


def test_a_tactic_under_one_draw_and_under_other_weights():
    three = drawn("a", 1, 2, 6)
    assert drawn_tactic(three, 2).response.value(np.ones(1)).tolist() == [6.0]
    assert weighted_tactic(three, np.array([0.5, 0.0, 0.5])).response.value(np.ones(1)).tolist() == [3.5]
    single = drawn("b", 4)
    assert drawn_tactic(single, 2) is single
    assert weighted_tactic(single, np.array([0.5, 0.0, 0.5])) == single


def test_the_tail_by_hand():
    """Of 4 values at 0.9 the tail is 0.4 of a draw: the worst; at 0.5 two; at 0.375 two and a half."""
    four = np.array([8.0, 2.0, 6.0, 4.0])
    assert tail_mean(four, 0.9) == 2.0
    assert tail_mean(four, 0.5) == 3.0
    assert tail_mean(four, 0.375) == pytest.approx((2 + 4 + 0.5 * 6) / 2.5)


@given(values, confidence)
@settings(max_examples=examples(100))
def test_the_tail_is_rockafellar_and_uryasevs(values, confidence):
    """max over η of η − Σ max(0, η − v)/((1 − α)·K): a concave function with kinks at the values alone."""
    share = (1.0 - confidence) * len(values)
    best = max(eta - np.maximum(eta - values, 0.0).sum() / share for eta in values)
    assert tail_mean(values, confidence) == pytest.approx(best, rel=1e-9, abs=1e-9)


@given(values, confidence)
@settings(max_examples=examples(50))
def test_tail_weights_are_weights(values, confidence):
    weights = tail_weights(values, confidence)
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0 / ((1.0 - confidence) * len(values)) * (1.0 + 1e-12)
    assert weights.sum() == pytest.approx(1.0)
    assert tail_mean(values, confidence) <= values.mean() + 1e-9 * np.abs(values).max()


def test_a_quantile_is_a_value_that_a_draw_yields():
    assert [quantile(np.array([4.0, 1.0, 3.0, 2.0]), level) for level in (0.05, 0.25, 0.26, 0.95)] == [1, 1, 2, 4]
