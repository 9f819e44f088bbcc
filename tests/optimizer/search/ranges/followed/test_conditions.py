"""Derivatives of cost, rows and draws on the true curves: against differences of the values."""

import numpy as np
import pytest

from optimizer.optimize import search_any
from optimizer.problem.canonical import canonical_order
from optimizer.search.deadline import Deadline
from optimizer.search.ranges.followed.conditions import Conditions
from optimizer.search.ranges.motion import Motion, of_limit
from optimizer.search.ranges.outward import Unknown
from tests.effort import crossed
from tests.optimizer.search.prices.test_duals import CASES
from tests.optimizer.search.ranges.test_ranges import by_the_worst, on_a_river, on_bent_curves, on_tables
from tests.optimizer.toys import TABLE, domain, wire

STEP = 1e-6
HOW = {
    "plain": lambda name: CASES[name](),
    "bent": on_bent_curves,
    "river": on_a_river,
    "worst": by_the_worst,
    "tables": on_tables,
}
NAMES = ["budget over periods", "efficiency", "share, lower", "turnover, amount"]


def searched(document):
    scenario = canonical_order(domain(document))
    return search_any(scenario, Deadline.after(20.0, lambda: 0.0), lambda *_: None)


@pytest.mark.parametrize("far", [1e308, float("nan"), float("inf")])
def test_what_is_further_than_any_plan_is_not_read(far):
    """A step of Newton's method may lead there: money would be infinite, and the differences of it no numbers."""
    conditions = Conditions(searched(CASES["budget over periods"]()[0]))
    x = np.full(conditions.columns, far)
    with np.errstate(all="raise"), pytest.raises(Unknown):
        conditions.at(
            x, conditions.pieces(np.zeros(conditions.columns), 0.0), Motion(name="", side="at_most", limit=0.0), 0.0
        )


@pytest.mark.parametrize(("how", "name"), crossed([*HOW], NAMES))
def test_derivatives_are_those_of_the_values(how, name):
    """Rows, draws and cost by every column, with the limit of a rule moved; curvature by every pair."""
    document, _, _, limit = HOW[how](name)
    found = searched(document)
    conditions, model = Conditions(found), found.model
    assert conditions.usable
    rng = np.random.default_rng(1)
    side = next(row.side for row in model.drafts if row.owner == limit)
    motion = of_limit(model, limit, side) if limit != "budget" else Motion(name=limit, side=side, limit=0.0)
    x = conditions.layout.low + rng.uniform(0.2, 0.8, conditions.columns) * np.minimum(conditions.layout.high, 1.0)
    x = np.append(x, 0.3) if conditions.draws else x
    pieces = conditions.pieces(x, 0.0)
    every, prices = np.arange(conditions.counted + conditions.draws), rng.uniform(-1.0, 1.0, 1000)
    prices = prices[: len(every)]

    def pull(at):
        point = conditions.at(at, pieces, motion, 0.01)
        return conditions.gradient(point) - prices @ conditions.jacobian(point, every, motion, 0.01)

    point = conditions.at(x, pieces, motion, 0.01)
    jacobian, curvature = conditions.jacobian(point, every, motion, 0.01), conditions.curvature(point, prices).whole()
    for column in range(len(x)):
        step = STEP * np.eye(len(x))[column]
        more, less = (conditions.at(x + way, pieces, motion, 0.01) for way in (step, -step))
        assert jacobian[:, column] == pytest.approx((more.rows - less.rows) / (2 * STEP), rel=1e-5, abs=1e-6)
        assert curvature[:, column] == pytest.approx((pull(x + step) - pull(x - step)) / (2 * STEP), rel=1e-3, abs=1e-4)
        if not conditions.draws:
            slope = (conditions.value(more) - conditions.value(less)) / (2 * STEP)
            assert conditions.gradient(point)[column] == pytest.approx(slope, rel=1e-5, abs=1e-6)


def test_a_table_is_read_on_the_piece_that_is_said():
    """Straight on beyond its points; what its input would cost more on the next piece is the difference of slopes."""
    found = searched(wire({"a": TABLE}, budget={"at_most": 50}, rules=[]))
    conditions, model = Conditions(found), found.model
    unit, still = model.scale[model.spend[0, 0]], Motion(name="", side="at_most", limit=0.0)
    at = [conditions.at(np.array([place / unit]), np.array([1]), still, 0.0) for place in (40.0, 60.0, 80.0)]
    worth = np.array([float(model.scale[model.cells.responses[0]] * point.responses[0]) for point in at])
    assert worth == pytest.approx([70.0, 200.0, 330.0])
    jump = conditions.jumps(at[1], np.zeros(conditions.counted), np.array([1]), still, 0.0)
    assert jump[0] * model.worth / unit == pytest.approx(195 / 30 - 10 / 30)


@pytest.mark.parametrize("draws", [False, True])
def test_below_none_a_curve_goes_on_as_turned_about_it(draws):
    """f(x) = f(−x) + 2·f′(0)·x: its slope goes on rising where spend falls, also of curves that do not bend at 0."""
    curves = [
        {"family": "logistic", "ceiling": 90, "rate": 0.05},
        {"family": "log", "coefficient": 60, "scale": 20},
    ]
    objective = {"maximize": "outcome", "confidence": 0.5} if draws else {"maximize": "outcome"}
    own = (
        {
            name: [{key: value * by for key, value in curve.items() if key != "family"} for by in (0.9, 1.1)]
            for name, curve in zip("ab", curves, strict=True)
        }
        if draws
        else {}
    )
    tactics = {
        name: {"family": curve["family"], "draws": own[name]} if draws else curve
        for name, curve in zip("ab", curves, strict=True)
    }
    found = searched(wire(tactics, objective=objective, budget={"at_most": 80}))
    conditions, still = Conditions(found), Motion(name="", side="at_most", limit=0.0)
    x = np.append([-0.2, -0.1], [0.3] if draws else [])
    every, prices = np.arange(conditions.counted + conditions.draws), np.zeros(conditions.counted + conditions.draws)
    prices[conditions.counted :] = 0.4

    def pull(at):
        point = conditions.at(at, np.zeros(0, dtype=np.intp), still, 0.0)
        return conditions.gradient(point) - prices @ conditions.jacobian(point, every, still, 0.0)

    point = conditions.at(x, np.zeros(0, dtype=np.intp), still, 0.0)
    jacobian, curvature = conditions.jacobian(point, every, still, 0.0), conditions.curvature(point, prices).whole()
    for column in range(2):
        step = STEP * np.eye(len(x))[column]
        more, less = (conditions.at(x + way, np.zeros(0, dtype=np.intp), still, 0.0) for way in (step, -step))
        assert jacobian[:, column] == pytest.approx((more.rows - less.rows) / (2 * STEP), rel=1e-5, abs=1e-6)
        assert curvature[:, column] == pytest.approx((pull(x + step) - pull(x - step)) / (2 * STEP), rel=1e-3, abs=1e-4)
        assert curvature[column, column] > 0.01
        if not draws:
            slope = (conditions.value(more) - conditions.value(less)) / (2 * STEP)
            assert conditions.gradient(point)[column] == pytest.approx(slope, rel=1e-5, abs=1e-6)
            assert conditions.gradient(point)[column] < pull(np.zeros(2))[column]
