"""The nearest whole units that keep limits on spend, against all there are."""

import itertools

import numpy as np
import pytest

from optimizer.answers.certificate import largest_violation
from optimizer.formulation.nearest import nearest
from optimizer.problem.valuation import Valuer
from optimizer.solver.highs import Program
from tests.optimizer.toys import LINE, ROOT, modelled, wire

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}
MOST = 9
TOYS = {
    "a share": [{"rule": "share_range", "name": "r", "scope": A, "at_least": 0.4, "at_most": 0.41}],
    "a share or nothing": [{"rule": "share_range", "name": "r", "scope": A, "at_least": 0.47, "at_most": 0.48}],
    "enough or nothing": [
        {"rule": "minimum_if_active", "name": "r", "scope": B, "at_least": 4},
        {"rule": "share_range", "name": "s", "scope": A, "at_least": 0.5},
    ],
    "a share of all that is all": [
        {"rule": "share_range", "name": "r", "scope": A, "at_least": 0.4, "at_most": 0.41},
        {"rule": "share_range", "name": "s", "at_most": 1.0},
    ],
    "how many are on": [
        {"rule": "active_count", "name": "r", "at_most": 2},
        {"rule": "share_range", "name": "s", "scope": A, "at_least": 0.39, "at_most": 0.41},
    ],
}


@pytest.mark.parametrize("unit", [1.0, 1e-9])
@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("start", [(1, 3, 4), (3, 1, 2), (0, 5, 0)])
def test_no_units_that_keep_every_limit_are_nearer(name, unit, start):
    """Decisions are free; the sum of the steps is as small as it can be."""
    digits = {1.0: 0, 1e-9: 9}[unit]
    on = {"at_least": 4 / 10.0**digits}
    rules = [rule | on if rule["rule"] == "minimum_if_active" else rule for rule in TOYS[name]]
    model = modelled(
        wire({"a": ROOT, "b": ROOT, "c": LINE}, budget={"at_most": MOST / 10.0**digits}, rules=rules, digits=digits)
    )
    valuer, units = Valuer(model.scenario), np.array(start)[:, None]
    program = Program(nearest(model, units, np.zeros_like(units), np.full_like(units, MOST), unit, MOST))
    columns = program.solve(5.0).columns
    assert columns is not None
    steps = [round(columns[program.order.index(f"step_{column}")]) for column in model.spend.ravel()]
    kept = [
        sum(abs(own - other) for own, other in zip(spend, start, strict=True))
        for spend in itertools.product(range(MOST + 1), repeat=3)
        if sum(spend) <= MOST and not largest_violation(valuer.value(np.array(spend)[:, None] / 10.0**digits))
    ]
    found = units + np.array(steps)[:, None]
    assert largest_violation(valuer.value(found / 10.0**digits)) == 0.0
    assert np.abs(steps).sum() == min(kept)


def test_very_many_units_are_counted_exactly():
    """A share of 0.3 of 10¹⁵ and some units, of which doubles tell no tenth."""
    rules = [{"rule": "share_range", "name": "r", "scope": A, "at_most": 0.3}]
    model = modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 1e15}, rules=rules, digits=0))
    part, rest = 300_000_000_000_001, 700_000_000_000_001
    units = np.array([[part], [rest]])
    program = Program(nearest(model, units, np.zeros_like(units), np.full_like(units, 10**15), 1.0, 5))
    columns = program.solve(5.0).columns
    assert columns is not None
    steps = [round(columns[program.order.index(f"step_{column}")]) for column in model.spend.ravel()]
    assert 10 * (part + steps[0]) <= 3 * (part + rest + sum(steps))
    assert steps[0] + steps[1] <= -2
