"""How spend moves what curves read, against the adstock itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.response import inputs_of
from optimizer.search.newton.spends import Spends
from tests.optimizer.problem.carrying import ADSTOCKS, carrying
from tests.optimizer.toys import modelled

few = settings(max_examples=6, deadline=None, derandomize=True)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_inputs_are_the_adstocked_spends(adstock, data):
    """Read off the model's own rows, scaled; carry-in and carry-out included."""
    document, rows = data.draw(carrying(adstock))
    model, spend = modelled(document), np.array(rows)
    scaled = (spend / model.scale[model.spend]).ravel()
    told = Spends(model).inputs(scaled) * model.scale[model.cells.inputs]
    np.testing.assert_allclose(told, inputs_of(model.scenario, spend), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_pulled_is_the_transpose(adstock, data):
    """weights · (K·step) = (Kᵀ·weights) · step for every step and all weights."""
    document, rows = data.draw(carrying(adstock))
    model = modelled(document)
    spends, step = Spends(model), np.array(rows).ravel()
    weights = np.linspace(-1.0, 2.0, len(model.cells.inputs))
    moved = spends.inputs(step) - spends.inputs(0.0 * step)
    told = spends.kernel.pulled(model, weights, len(model.cost))[model.spend.ravel()]
    assert weights @ moved == pytest.approx(told @ step, rel=1e-9, abs=1e-9)
    assert spends.pulled(weights) == pytest.approx(told, rel=1e-9, abs=1e-9)
