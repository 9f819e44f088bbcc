"""The whole model: pinned row by row, scaled, the same in any units."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.matrix import Matrix
from optimizer.formulation.model import build
from optimizer.formulation.rules import WRITERS
from optimizer.formulation.spend import reach
from optimizer.problem.rules import RULES
from tests.optimizer.formulation import pins
from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, domain, line, modelled, wire


@pytest.mark.parametrize("name", pins.PINS)
def test_rows_are_those_that_were_pinned(name, tmp_path):
    """The model as PuLP writes it, letter by letter; a changed formulation shows as a changed text."""
    now = pins.text(name, tmp_path / "now.lp")
    if pins.pinning():
        pins.path(name).write_text(now, encoding="utf-8")
    assert now == pins.path(name).read_text(encoding="utf-8")


def test_every_rule_kind_has_rows_and_a_pin():
    """A new kind needs a writer and a toy; a text without a toy is nobody's."""
    assert RULES.keys() == WRITERS.keys() == pins.RULES.keys()
    assert {path.name for path in pins.HERE.glob("*.lp")} == {pins.path(name).name for name in pins.PINS}


@pytest.mark.parametrize("name", pins.PINS)
def test_columns_and_rows_are_scaled(name):
    """Every column runs within [0, 1], every row's largest coefficient is 1, and the cost's, too."""
    model = modelled(pins.PINS[name])
    whole = np.isin(np.arange(len(model.low)), model.integer)
    assert (model.low >= 0).all()
    assert (model.high[~whole] <= 1.0).all()
    largest = np.zeros(len(model.drafts))
    np.maximum.at(largest, model.matrix.rows, np.abs(model.matrix.values))
    np.testing.assert_allclose(largest, 1.0, rtol=1e-15)
    assert np.abs(model.cost * np.where(whole, model.high, 1.0)).max() == pytest.approx(1.0)


def in_units(document, money, outcome):
    """The toy with its money and its outcome in other units."""
    scaled = copy.deepcopy(document)
    _times(scaled.get("budget", {}), money)
    for tactic in scaled["tactics"]:
        tactic["response"] |= {"input_scale": money, "output_scale": outcome}
        tactic["revenue_per_outcome"] = tactic.get("revenue_per_outcome", 1.0) * money / outcome
        _times(tactic.get("spend", {}), money)
    for goal in scaled.get("goals", []):
        goal["at_least"] *= money
    return scaled


def _times(part, factor):
    for key, own in part.items():
        part[key] = own * factor if not isinstance(own, dict) else _times(own, factor) or own


@pytest.mark.parametrize("name", ["budget by period", "maximize profit", "maximize less a charge", "adstock none"])
@pytest.mark.parametrize(("money", "outcome"), [(1e-6, 1.0), (1e-3, 1e9), (1e3, 1e-9), (1e9, 1e9)])
def test_units_do_not_change_the_scaled_model(name, money, outcome):
    """Cents or billions: the same numbers go to the solver."""
    one, other = modelled(pins.PINS[name]), modelled(in_units(pins.PINS[name], money, outcome))
    for part in ("cost", "low", "high"):
        np.testing.assert_allclose(getattr(other, part), getattr(one, part), rtol=1e-9, atol=1e-12)
    for part in ("values", "lower", "upper"):
        np.testing.assert_allclose(getattr(other.matrix, part), getattr(one.matrix, part), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("outcome", [1e-9, 1.0, 1e9])
def test_what_has_no_room_outweighs_nothing(outcome):
    """A period without money: the largest coefficients of cost and goal are those of spends that can be. (law U2)"""
    goal = {"name": "g", "metric": "revenue", "at_least": 100, "required": True}
    budget = {"at_most": 100, "by_period": {"1": {"at_most": 0}}}
    document = wire({"a": HILL, "b": ROOT}, periods=["1", "2"], budget=budget, goals=[goal])
    model = modelled(in_units(document, 1.0, outcome))
    room = (model.high > 0.0).astype(float)
    assert np.abs(model.cost * room).max() == pytest.approx(1.0)
    largest = np.zeros(len(model.drafts))
    np.maximum.at(largest, model.matrix.rows, np.abs(model.matrix.values) * room[model.matrix.columns])
    assert {round(float(own), 9) for own in largest} == {0.0, 1.0}  # that of period 1 has nothing else
    assert (np.abs(model.matrix.values) <= 1.0 + 1e-15).all()


def _metric(**more):
    return [{"rule": "metric_range", "name": "r", "metric": "outcome"} | more]


TWO_SIDED = {
    "nothing speaks against outcome": ({}, []),
    "an upper limit on outcome": ({"rules": _metric(at_most=50)}, [0, 1]),
    "an upper limit on one tactic's": ({"rules": _metric(at_most=50, scope={"tactics": ["b"]})}, [1]),
    "only a floor": ({"rules": _metric(at_least=5)}, []),
    "an upper limit on spend": ({"rules": [{"rule": "spend_range", "name": "r", "at_most": 9}]}, []),
    "a goal": ({"goals": [{"name": "g", "metric": "revenue", "at_least": 5, "required": True}]}, []),
    "on/off decisions": ({"rules": [{"rule": "minimum_if_active", "name": "r", "at_least": 9}]}, []),
    "profit at most": ({"rules": _metric(metric="profit", at_most=50)}, [0, 1]),
}


@pytest.mark.parametrize("case", TWO_SIDED)
def test_two_sided_cells_are_those_that_something_would_rather_have_small(case):
    """An upper limit makes a cell two-sided; a goal or a floor does not."""
    more, cells = TWO_SIDED[case]
    model = modelled(wire({"a": ROOT, "b": HILL}, budget={"at_most": 100}, **more))
    assert model.two_sided.tolist() == cells


def test_a_metric_that_punishes_outcome_makes_cells_two_sided():
    """A negative weight under a floor is an upper limit by another name."""
    punished = line("a", ROOT, metrics={"waste": {"per_outcome": -1}})
    floor = [{"rule": "metric_range", "name": "r", "metric": "waste", "at_least": -20}]
    assert modelled(wire([punished, line("b", HILL)], budget={"at_most": 100}, rules=floor)).two_sided.tolist() == [0]


def test_a_useless_tactic_does_not_break_the_scaling():
    """Nothing earns anything: the cost is 0, not NaN."""
    model = modelled(wire([line("a", ROOT, revenue_per_outcome=0)], budget={"at_most": 100}))
    assert model.cost.tolist() == [0.0, 0.0]
    assert model.worth == 1.0


def test_planners_units_come_back():
    """Rows at a point, unscaled, are the sums that were written."""
    model = modelled(pins.PINS["linear two terms"])
    columns = np.linspace(0.1, 0.9, len(model.cost))
    for row, draft in enumerate(model.drafts):
        told = model.matrix.activity(columns)[row] * model.row_scale[row]
        assert told == pytest.approx(draft.sum.values @ (columns * model.scale)[draft.sum.columns])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.floats(-3, 3)), min_size=1, max_size=8))
def test_the_matrix_is_a_matrix(entries):
    """Activity is A·x, priced is Aᵀ·y and a violation is the distance to the limits."""
    rows, columns, values = (np.array(part) for part in zip(*entries, strict=True))
    dense = np.zeros((3, 4))
    np.add.at(dense, (rows, columns), values)
    sides = {"lower": np.array([-1.0, -np.inf, 0.5]), "upper": np.array([1.0, 0.0, 0.5])}
    matrix = Matrix(rows=rows, columns=columns, values=values, **sides)
    x, y = np.array([0.5, -1.0, 2.0, 0.1]), np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(matrix.activity(x), dense @ x, atol=1e-12)
    np.testing.assert_allclose(matrix.priced(y, 4), dense.T @ y, atol=1e-12)
    nearest = np.clip(dense @ x, sides["lower"], sides["upper"])
    np.testing.assert_allclose(matrix.violation(x), np.abs(dense @ x - nearest), atol=1e-12)


def test_names_stand_for_positions():
    """Two tactics whose names PuLP would merge are two columns."""
    problem = domain(wire({"paid social": LINE, "paid-social": TABLE}, budget={"at_most": 100}))
    names = build(problem, reach(problem, np.inf)).names
    assert len(set(names)) == len(names) == 4
