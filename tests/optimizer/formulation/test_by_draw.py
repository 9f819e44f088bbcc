"""Demand draw by draw: a spend costs in the model that is written out what its worst draws say, valued alone."""

import numpy as np
import pytest

from optimizer.formulation.by_draw import by_draw
from optimizer.formulation.model import to_pulp
from optimizer.formulation.response import inputs_of
from optimizer.problem.drawn import confident_value
from optimizer.solver.highs import Program
from tests.optimizer.toys import line, modelled, wire

SIZES = (5, 8, 11, 14, 20)
POOL = {"name": "p", "initial": 20, "organic": [5, 30], "retention": 0.6, "end_value": 0.2}
SPENDS = np.random.default_rng(4).uniform(0.0, 65.0, (4, 3, 2))


def drawn(sizes):
    return {"family": "power", "draws": [{"coefficient": size, "exponent": 0.5} for size in sizes]}


def river(**more):
    """One tactic fills a pool, one converts it, one does without; five draws."""
    carry = {"family": "geometric", "retention": 0.5, "carry_in": [30]}
    tactics = [
        line("up", drawn(SIZES), stage="upstream", feeds="p", lead=1, revenue_per_outcome=0.1, adstock=carry),
        line("down", drawn(SIZES[::-1]), stage="downstream", draws_from="p", demand_per_outcome=0.7),
        line("other", drawn(SIZES[2:] + SIZES[:2]), seasonality=[1.2, 0.8]),
    ]
    objective = {"maximize": "revenue", "confidence": 0.5, "target_marginal_roi": 0.1}
    return wire(tactics, periods=["1", "2"], budget={"at_most": 400}, objective=objective, demand_pools=[POOL]) | more


def least(model, spend):
    """What the model costs at a spend, with every response as its curve has it."""
    cells, program = model.cells, Program(to_pulp(model))
    columns, inputs = np.zeros(len(model.names)), np.tile(inputs_of(model.scenario, spend), 6)
    columns[model.spend] = spend
    columns[cells.inputs], columns[cells.responses] = inputs, cells.curves.value(inputs) - cells.zero
    known = np.unique(np.concatenate([model.spend.ravel(), cells.inputs, cells.responses]))
    place = {name: column for column, name in enumerate(program.order)}
    own = columns[known] / model.scale[known]
    program.bound_columns(np.array([place[model.names[column]] for column in known]), own, own)
    return program.solve(10.0).cost * model.worth


@pytest.mark.parametrize("spend", SPENDS, ids=str)
def test_written_out_a_spend_costs_what_its_worst_draws_say(spend):
    """Against the draws valued one by one, without a solver: demand converted anew in each."""
    document = river()
    model = by_draw(modelled(document), np.arange(len(SIZES)))
    worth = confident_value(model.scenario, spend, document["objective"]["confidence"])
    assert -least(model, spend) == pytest.approx(worth, rel=1e-9)


def test_what_it_was_made_from_comes_first():
    """So that limits are moved in the same rows and columns."""
    before = modelled(river())
    model = by_draw(before, np.array([1, 3]))
    assert model.names[: len(before.names)] == before.names
    assert model.drafts[: len(before.drafts)] == before.drafts
    assert len(model.cells.inputs) == 3 * len(before.cells.inputs)
    assert len(set(model.names)) == len(model.names)
