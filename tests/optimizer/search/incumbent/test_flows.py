"""Points of a model that is written out draw by draw: every row is kept, and the cost is that of the worst draws."""

import numpy as np
import pytest

from optimizer.formulation.by_draw import by_draw
from optimizer.formulation.response import inputs_of
from optimizer.problem.drawn import confident_value
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from tests.optimizer.formulation.test_by_draw import SIZES, SPENDS, river
from tests.optimizer.toys import line, modelled, wire

DRAWN = {"family": "linear", "draws": [{"slope": slope} for slope in (1, 4, 2, 3, 5)]}


def plain():
    """Without pools: two tactics in two periods."""
    tactics = [line("a", DRAWN), line("b", {"family": "linear", "slope": 2.0}), line("c", DRAWN)]
    objective = {"maximize": "revenue", "confidence": 0.5}
    return wire(tactics, periods=["1", "2"], budget={"at_most": 400}, objective=objective)


@pytest.mark.parametrize("document", [river(), plain()], ids=["river", "plain"])
@pytest.mark.parametrize("spend", SPENDS, ids=str)
def test_a_spend_as_a_point_costs_what_its_worst_draws_say(document, spend):
    """Demand of each draw converted anew, valued without a model; what stands in the other columns does not matter."""
    model = by_draw(modelled(document), np.arange(len(SIZES)))
    point = np.full(len(model.cost), 0.3)
    point[model.spend] = spend / model.scale[model.spend]
    inputs = model.cells.inputs
    point[inputs] = np.tile(inputs_of(model.scenario, spend), len(SIZES) + 1) / model.scale[inputs]
    true = Incumbent(model).truth(point)
    worth = confident_value(model.scenario, spend, 0.5)
    assert model.matrix.violation(true).max() <= KEPT
    assert -float(model.cost @ true) * model.worth == pytest.approx(worth, rel=1e-9)
