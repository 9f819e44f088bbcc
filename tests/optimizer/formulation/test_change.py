"""The columns of change mean what they say: tried without a solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.change import cells_changed, money_moved
from optimizer.formulation.model import Model, build, to_pulp
from tests.effort import examples
from tests.optimizer.toys import domain, wire

TWO = domain(
    wire({"a": {"family": "linear", "slope": 1}, "b": {"family": "linear", "slope": 2}}, budget={"at_most": 9})
)
GIVEN = np.array([[2.0], [7.0]])
MOST = np.array([[9.0], [5.0]])
spends = st.tuples(st.floats(0, 9), st.floats(0, 5))


def point(model: Model, spend: tuple[float, float]) -> np.ndarray:
    """The columns that a spend leads to: up and down as little as can be, changed where one of them is above 0."""
    values = dict.fromkeys(model.names, 0.0)
    for row, (amount, given_) in enumerate(zip(spend, GIVEN[:, 0], strict=True)):
        column = int(model.spend[row, 0])
        values[f"spend_{row}_0"] = values[f"response_{row}"] = amount
        values[f"response_{row}"] *= row + 1
        values[f"up_{column}"], values[f"down_{column}"] = max(amount - given_, 0), max(given_ - amount, 0)
        values[f"changed_{column}"] = float(amount != given_)
    return np.array([values[name] for name in model.names]) / model.scale


@settings(max_examples=examples(40), deadline=None)
@given(spend=spends)
def test_the_objective_is_the_distance(spend: tuple[float, float]) -> None:
    """Σ |x − p| and the number of changed cells; every row but the budget holds at every spend."""
    distance = float(np.abs(np.array(spend) - GIVEN[:, 0]).sum())
    count = sum(amount != given_ for amount, given_ in zip(spend, GIVEN[:, 0], strict=True))
    for objective, value in ((money_moved(GIVEN), distance), (cells_changed(GIVEN), count)):
        model = build(TWO, MOST, objective)
        columns = point(model, spend)
        assert float(model.cost @ columns) * model.worth == pytest.approx(value, abs=1e-9)
        ours = np.array([row.owner == "reference" for row in model.drafts])
        assert float(model.matrix.violation(columns)[ours].max()) <= 1e-12
        assert bool((columns >= model.low - 1e-12).all() & (columns <= model.high + 1e-12).all())


def test_no_more_cells_change_than_are_allowed() -> None:
    """Two changed cells break a row that allows one; one does not."""
    model = build(TWO, MOST, money_moved(GIVEN, 1))
    ours = np.array([row.owner == "reference" for row in model.drafts])
    assert float(model.matrix.violation(point(model, (1.0, 5.0)))[ours].max()) > 0
    pinned = build(TWO, np.array([[9.0], [7.0]]), money_moved(GIVEN, 1))
    assert float(pinned.matrix.violation(point(pinned, (1.0, 7.0)))[ours].max()) <= 1e-12


def test_a_cell_may_not_move_where_it_is_not_changed() -> None:
    """up > 0 with changed = 0 breaks its row."""
    model = build(TWO, MOST, cells_changed(GIVEN))
    columns = point(model, (3.0, 5.0))
    columns[model.names.index(f"changed_{int(model.spend[0, 0])}")] = 0.0
    assert float(model.matrix.violation(columns).max()) > 0.05


def test_the_solver_gets_every_column() -> None:
    """Named by position, the switches as integers."""
    problem = to_pulp(build(TWO, MOST, cells_changed(GIVEN)))
    names = {variable.name: variable.cat for variable in problem.variables()}
    assert {name for name, kind in names.items() if kind == "Integer"} == {"changed_0", "changed_1"}
