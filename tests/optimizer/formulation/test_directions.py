"""The program of directions is as small as what it asks about."""

import numpy as np

from optimizer.formulation.directions import directions
from optimizer.formulation.model import build, worth_at_least
from optimizer.formulation.spend import reach
from tests.optimizer.toys import LINE, ROOT, domain, line, wire


def ways(document):
    scenario = domain(document)
    model, near = (build(scenario, reach(scenario, far)) for far in (1e15, 1e12))
    return directions(model, near, np.zeros(len(model.cells.inputs)), np.zeros(len(model.cells.inputs)))


def test_columns_that_rows_count_alike_are_asked_about_once():
    """A share of one tactic of twenty, in twelve periods: its spends, those of the others, and what no row counts."""
    share = {"rule": "share_range", "name": "s", "scope": {"tactics": ["t3"]}, "at_least": 0.1}
    curves = {f"t{number}": ROOT for number in range(20)}
    first, kind = ways(wire(curves, rules=[share], periods=[str(period) for period in range(12)])).alike()
    assert len(first) == 3
    assert sorted(np.bincount(kind).tolist()) == [12, 19 * 12, 20 * 12]


def test_what_curves_read_is_left_out_unless_rows_count_what_they_yield():
    """Adstock of two tactics, and a return of one of them: the rows of the other's are not there."""
    adstock = {"family": "geometric", "retention": 0.5}
    lines = [line(name, LINE, adstock=adstock) for name in "ab"]
    roi = {"rule": "efficiency", "name": "e", "scope": {"tactics": ["a"]}, "at_least": 2}
    share = {"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_least": 0.1}
    none, one = (ways(wire(lines, rules=rules, periods=["1", "2", "3"])) for rules in ([share], [share, roi]))
    assert len(np.unique(none.matrix.rows)) == 1
    assert len(np.unique(one.matrix.rows)) > 1 + 2 * 3


def test_a_worth_is_a_row():
    """2 a unit of a, 3 of b, less what they cost: 10 of each are worth 30, and nothing is worth 0."""
    lines = {"a": {"family": "linear", "slope": 2}, "b": {"family": "linear", "slope": 3}}
    scenario = domain(wire(lines, objective={"maximize": "profit"}, budget={"at_most": 100}))
    model = build(scenario, reach(scenario, np.inf))
    for value, broken in ((29.9, [0.0, 29.9]), (30.1, [0.1, 30.1])):
        worthy = worth_at_least(model, value)
        points = np.zeros((2, len(model.cost)))
        points[0, model.spend.ravel()] = 10.0 / model.scale[model.spend.ravel()]
        points[0, model.cells.responses] = np.array([20.0, 30.0]) / model.scale[model.cells.responses]
        short = worthy.matrix.violation(points)[:, -1] * worthy.row_scale[-1]
        np.testing.assert_allclose(short, broken, atol=1e-9)
