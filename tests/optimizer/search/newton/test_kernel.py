"""How spend moves what curves read, against the adstock itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.response import inputs_of
from optimizer.search.newton.kernel import Kernel
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
    columns = np.zeros(len(model.cost))
    columns[model.spend] = spend
    told = Kernel.of(model).inputs(model, columns / model.scale) * model.scale[model.cells.inputs]
    np.testing.assert_allclose(told, inputs_of(model.scenario, spend), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_pulled_is_the_transpose(adstock, data):
    """weights · (K·step) = (Kᵀ·weights) · step for every step and all weights."""
    document, rows = data.draw(carrying(adstock))
    model = modelled(document)
    kernel, step = Kernel.of(model), np.zeros(len(model.cost))
    step[model.spend] = np.array(rows)
    weights = np.linspace(-1.0, 2.0, len(model.cells.inputs))
    moved = kernel.inputs(model, step) - kernel.inputs(model, np.zeros(len(step)))
    assert weights @ moved == pytest.approx(kernel.pulled(model, weights, len(step)) @ step, rel=1e-9, abs=1e-9)
