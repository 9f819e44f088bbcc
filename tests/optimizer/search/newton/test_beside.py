"""Ties are rows of the model, read off it; what they say of columns, spends and responses is what the matrix says."""

import numpy as np
import pytest

from optimizer.search.newton.beside import Beside
from optimizer.search.newton.interior import Interior
from optimizer.search.newton.spends import Spends
from tests.optimizer.search.newton.mixes import BENT_BESIDE, BESIDE, MIXES, whole
from tests.optimizer.toys import modelled

ALL = BESIDE | BENT_BESIDE


@pytest.mark.parametrize("mix", ALL)
def test_rows_and_ties_are_what_the_matrix_says(mix):
    """At any point, with each row of the model told once: as a row, as a tie or as an adstock."""
    model = modelled(ALL[mix](0))
    spends = Spends(model)
    beside = spends.beside
    hull, region, box = whole(model)
    rng = np.random.default_rng(0)
    columns = rng.uniform(0.1, 0.9, (2, len(spends.columns) + len(beside.columns)))
    sight = Interior(spends, hull, region, spends.rest(box.low)).sight(columns)
    point = spends.filled(box.low, columns[1], sight.inputs[1], spends.responses(sight.money, hull)[1])
    activity = model.matrix.activity(point)
    there = beside.ties >= 0
    np.testing.assert_allclose(sight.rows[1, : len(spends.rows)], activity[spends.rows], atol=1e-12)
    np.testing.assert_allclose(sight.rows[1, len(spends.rows) :][there], activity[beside.ties[there]], atol=1e-12)
    assert sight.cost[1] == pytest.approx(model.cost @ point)
    chains = [row for block in spends.kernel.blocks for row in block.rows]
    assert sorted([*spends.rows, *beside.ties[there], *chains]) == list(range(len(model.drafts)))


def test_conversion_is_tied_to_response_and_turnover_to_spend():
    """A column each, in a row that speaks of nothing else."""
    river, turned = (Beside.of(modelled(BESIDE[mix](1))) for mix in ("a river", "turnover"))
    assert len(river.on_cell) == 2 * 4 + 1  # two tactics in four weeks; the stock that one tactic feeds first
    assert not len(river.on_spend)
    assert (len(turned.columns), len(turned.on_spend), len(turned.on_cell)) == (6, 6, 0)


@pytest.mark.parametrize("mix", ALL)
def test_back_is_the_transpose_of_across(mix):
    """weights · across(spends, responses) = back(weights) · (spends, responses)."""
    model = modelled(ALL[mix](2))
    beside, rng = Beside.of(model), np.random.default_rng(0)
    spends, cells, weights = (
        rng.normal(size=(3, count)) for count in (model.spend.size, len(model.cells.inputs), len(beside.columns))
    )
    on_spends, on_cells = beside.back(weights, model.spend.size, len(model.cells.inputs))
    told = (weights * beside.across(spends, cells)).sum(axis=1)
    np.testing.assert_allclose(told, (on_spends * spends).sum(axis=1) + (on_cells * cells).sum(axis=1))


def test_without_such_columns_there_is_nothing():
    """Spends alone."""
    beside = Beside.of(modelled(MIXES["one budget"](0)))
    assert len(beside.columns) == len(beside.on_cell) == len(beside.on_spend) == 0


def test_no_spend_is_tied_twice():
    """Two turnover rules measure the same spends: the second one's rows are rows like any others."""
    document = BESIDE["turnover"](0)
    document["rules"].append(document["rules"][-1] | {"name": "nearer", "share": 0.15})
    beside = Beside.of(modelled(document))
    assert len(beside.columns) == 12
    assert len(set(beside.spend.tolist())) == len(beside.on_spend) == 6
