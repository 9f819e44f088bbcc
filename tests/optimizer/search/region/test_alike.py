"""Cells that may change places do so in any plan, and one order of them is enough."""

import numpy as np
import pytest

from optimizer.search.region.alike import Alike
from optimizer.search.region.hull import Region
from tests.effort import seeds
from tests.optimizer.toys import HILL, modelled

COUNT = 5


def document(**changed):
    """Equal tactics within a budget and two rules; the third of them may differ."""
    lines = [
        {"name": f"t{i}", "stage": "upstream", "response": HILL, "spend": {"at_most": 90.0}, "tags": {"g": "a"}}
        for i in range(COUNT)
    ]
    lines[2] |= changed
    scope = {"tags": {"g": "a"}}
    return {
        "name": "equal",
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 200.0},
        "tactics": lines,
        "rules": [
            {"rule": "spend_range", "name": "cap", "scope": scope, "at_most": 150.0},
            {"rule": "metric_range", "name": "floor", "metric": "outcome", "scope": scope, "at_least": 10.0},
        ],
    }


def reached(alike):
    """By cell all that are bounded with it, on either side."""
    return [set(np.concatenate(alike.bounded(cell)).tolist()) for cell in range(COUNT)]


def test_equal_tactics_change_places():
    """What is exchanged between any two takes as much of each row and costs as much."""
    model = modelled(document())
    cells, matrix = model.cells, model.matrix
    assert reached(Alike(model)) == [set(range(COUNT))] * COUNT
    point = np.random.default_rng(0).uniform(model.low, model.high)
    for one, other in ((0, 1), (1, 4)):
        moved = point.copy()
        for columns in (cells.inputs, cells.responses):
            moved[columns[[one, other]]] = point[columns[[other, one]]]
        assert model.cost @ moved == pytest.approx(model.cost @ point, rel=1e-12)
        assert matrix.activity(moved) == pytest.approx(matrix.activity(point), rel=1e-12)


@pytest.mark.parametrize(
    "changed",
    [
        {"spend": {"at_most": 80.0}},
        {"spend": {"at_least": 1.0, "at_most": 90.0}},
        {"response": HILL | {"shape": 1.8}},
        {"revenue_per_outcome": 1.5},
        {"tags": {"g": "b"}},
    ],
    ids=str,
)
def test_what_differs_in_anything_keeps_its_place(changed):
    """Limits, curve, worth, rows: the third tactic is bounded by itself, the others together."""
    assert reached(Alike(modelled(document(**changed)))) == [
        {2} if cell == 2 else {0, 1, 3, 4} for cell in range(COUNT)
    ]


def test_tactics_of_several_periods_without_adstock_change_places_in_a_period():
    """A budget of each period tells them apart, so that nothing changes place from one to the other."""
    own = document() | {"periods": ["p", "q"], "rules": []}
    own["budget"] = {"at_most": 200.0, "by_period": {"p": {"at_most": 90.0}, "q": {"at_most": 120.0}}}
    model = modelled(own)
    period = np.array([int(np.argwhere(model.spend == column)[0, 1]) for column in model.cells.inputs])
    alike = Alike(model)
    for cell in range(2 * COUNT):
        assert set(np.concatenate(alike.bounded(cell)).tolist()) == set(np.flatnonzero(period == period[cell]).tolist())


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_an_ordered_plan_is_never_lost(seed):
    """Of inputs that fall from cell to cell one of both halves of any split has all; the others they halve."""
    rng, model = np.random.default_rng(seed), modelled(document())
    alike, ordered = Alike(model), -np.sort(-rng.uniform(0.0, 90.0, COUNT))
    region = Region(low=model.cells.low, high=model.cells.high)
    for _ in range(12):
        cell = alike.middle(int(rng.integers(COUNT)), np.ones(COUNT), region)
        at = float(rng.uniform(region.low[cell], region.high[cell]))
        below, above = alike.bounded(cell)
        halves = region.halves(below, at)[0], region.halves(above, at)[1]
        assert (np.diff([half.low for half in halves]) <= 0.0).all()
        assert (np.diff([half.high for half in halves]) <= 0.0).all()
        inside = [half for half in halves if (half.low <= ordered).all() and (ordered <= half.high).all()]
        assert inside
        region = inside[0]
