"""The model in its spends alone: the same rows and responses as the model's own, and true derivatives."""

import numpy as np
import pytest

from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Curvature, Spends
from tests.optimizer.search.newton.mixes import BENT, MIXES, whole
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import modelled
from tests.oracles import instances

ALL = MIXES | BENT


def _points(model, count=3):
    rng = np.random.default_rng(1)
    low, high = model.low[model.spend.ravel()], model.high[model.spend.ravel()]
    return low + rng.uniform(0.1, 0.9, (count, len(low))) * (high - low)


@pytest.mark.parametrize("mix", ALL)
def test_a_filled_point_is_the_models_own(mix):
    """Adstock rows hold, responses lie on the envelopes, and rows are what the matrix says."""
    model = modelled(ALL[mix](0))
    hull, region, box = whole(model)
    spends = Spends(model)
    points = _points(model)
    inputs = spends.inputs(points)
    responses = spends.responses(spends.money(inputs, region), hull)
    filled = spends.filled(box.low, points, inputs, responses)
    links = [row for row, draft in enumerate(model.drafts) if draft.side == "link"]
    for point, response, spend in zip(filled, responses, points, strict=True):
        assert model.matrix.violation(point)[links].max(initial=0.0) <= 1e-12
        told = spends.summed(spend, response) + spends.rest(point)
        np.testing.assert_allclose(told, model.matrix.activity(point)[spends.rows], atol=1e-12)
        if model.cells.curves.concave.all():
            np.testing.assert_allclose(Incumbent(model).truth(point), point, atol=1e-12)


@pytest.mark.parametrize("name", ["adstock that counts later", "least spend for a goal", "outcome within"])
def test_derivatives_of_rows_are_differences(name):
    """∂row/∂spend, through adstock and curves, against central differences."""
    model = toy(name).model
    hull, region, _ = whole(model)
    spends = Spends(model)

    def rows(points):
        return spends.summed(points, spends.responses(spends.money(spends.inputs(points), region), hull))

    point, width = _points(model, 1), 1e-6
    slopes = spends.slopes(spends.money(spends.inputs(point), region), hull)
    steps = width * np.eye(point.shape[1])
    differences = (rows(point + steps) - rows(point - steps)).T / (2.0 * width)
    jacobian = spends.jacobian(slopes).written_out()
    np.testing.assert_allclose(np.broadcast_to(jacobian, (1, *differences.shape))[0], differences, 1e-6)


@pytest.mark.parametrize("mix", ALL)
def test_the_inverse_of_the_curvature_is_its_inverse(mix):
    """(Kᵀ·W·K + D)⁻¹ against the matrix written out, for several points; nothing where spends are not free."""
    model = modelled(ALL[mix](2))
    spends, rng = Spends(model), np.random.default_rng(0)
    cells, size = len(model.cells.inputs), len(spends.columns)
    weights, more = rng.uniform(0.1, 2.0, (2, cells)), rng.uniform(0.1, 2.0, (2, size))
    free = rng.random((2, size)) < 0.8
    columns = np.eye(size)
    kernel = (spends.inputs(columns) - spends.inputs(np.zeros((1, size)))).T
    answer = Curvature(spends, weights, more, free).inverse(np.broadcast_to(columns, (2, size, size)))
    for point in range(2):
        own = free[point]
        whole_matrix = (kernel.T * weights[point]) @ kernel + np.diag(more[point])
        expected = np.zeros((size, size))
        expected[np.ix_(own, own)] = np.linalg.inv(whole_matrix[np.ix_(own, own)])
        np.testing.assert_allclose(answer[point], expected, atol=1e-9)


def test_curvature_without_an_inverse_has_no_numbers_for_its_tactic():
    """Where the weeks of one are singular, those of the others are what they are without it."""
    spends = Spends(modelled(instances.weekly(3, 1, weeks=4)))
    cells, size = len(spends.model.cells.inputs), len(spends.columns)
    weights, more, own = np.ones((1, cells)), np.ones((1, size)), np.arange(4)
    right, free = np.ones((1, 1, size)), np.ones((1, size), dtype=bool)
    expected = Curvature(spends, weights, more, free).inverse(right)[0, 0, 4:]
    weights[:, own], more[:, own] = 0.0, 0.0
    with np.errstate(all="ignore"):
        answer = Curvature(spends, weights, more, free).inverse(right)[0, 0]
    assert not np.isfinite(answer[own]).any()
    np.testing.assert_allclose(answer[4:], expected, rtol=1e-12)


@pytest.mark.parametrize("name", TOYS)
def test_pulled_is_the_transpose(name):
    """weights · (K·step) = (Kᵀ·weights) · step."""
    model = toy(name).model
    spends, rng = Spends(model), np.random.default_rng(3)
    step, weights = rng.normal(size=len(spends.columns)), rng.normal(size=len(model.cells.inputs))
    moved = spends.inputs(step) - spends.inputs(np.zeros(len(step)))
    assert weights @ moved == pytest.approx(spends.pulled(weights) @ step, rel=1e-9, abs=1e-9)
