"""Water-filling: spends of one price, at many budgets at once, against closed forms and the optimality conditions."""

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from optimizer.search.newton.level import BudgetRow, can_level, levelled
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Hull, Region
from optimizer.search.region.seed import Seed
from tests.effort import seeds
from tests.optimizer.search.toys import TOYS
from tests.optimizer.toys import DOUBLE_ROOT, HILL, LINE, ROOT, TABLE, domain, line, modelled, wire
from tests.oracles import instances

BUDGETS = np.array([20.0, 50.0, 100.0])


def found(document, money, begin=None):
    """Spends [money] and the prices of money [objective per money] within each budget.

    It may `begin` at the high ends, at a price.
    """
    model = modelled(document | {"budget": {"at_most": float(money.max())}})
    spends, region = Spends(model), Region(low=model.cells.low, high=model.cells.high)
    own, hull = spends.columns, Hull(model, region)
    ends = tuple(np.tile(limit[own], (len(money), 1)) for limit in (model.low, model.high))
    budget = spends.rows[0]
    scale = model.row_scale[budget]
    row = BudgetRow(spends.direct.written_out()[0], np.full(len(money), model.matrix.lower[budget]), money / scale)
    start, price = Seed.ladder(model, hull, region).starts(money)
    begun = (start, -price * scale) if begin is None else (ends[1], np.full(len(money), -begin))
    at, prices = levelled(spends, hull, region, ends, row, begun)
    return model, at * model.scale[own], -prices * model.worth / scale


def test_two_roots_are_shared_out_one_to_four():
    """10√x + 20√y within B: x = B/5, and one unit more brings ½·√(500/B)."""
    _, spends, prices = found(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}), BUDGETS)
    np.testing.assert_allclose(spends, BUDGETS[:, None] * np.array([0.2, 0.8]), rtol=1e-9)
    np.testing.assert_allclose(prices, 0.5 * (500.0 / BUDGETS) ** 0.5, rtol=1e-9)


def test_spends_end_at_their_limits():
    """A floor of 15 under the smaller root and a cap of 40 on the larger; money that nothing can take has no price."""
    document = wire(
        [line("a", ROOT, spend={"at_least": 15, "at_most": 30}), line("b", DOUBLE_ROOT, spend={"at_most": 40})],
        budget={"at_most": 100},
    )
    _, spends, prices = found(document, BUDGETS)
    np.testing.assert_allclose(spends, [[15.0, 5.0], [15.0, 35.0], [30.0, 40.0]], rtol=1e-9)
    assert prices[2] == 0.0
    assert (prices[:2] > 0.0).all()


@pytest.mark.parametrize("begin", [1e-3, 1.0, 1e3])
def test_what_begins_at_limits_does_not_end_there_beyond_the_budget(begin):
    """Where nothing is free a price is tried after the other until something is, however far they begin."""
    document = wire([line(name, ROOT, spend={"at_most": 90}) for name in "ab"], budget={"at_most": 100})
    _, spends, _ = found(document, BUDGETS, begin)
    np.testing.assert_allclose(spends, np.column_stack([BUDGETS, BUDGETS]) / 2.0, rtol=1e-9)


@pytest.mark.parametrize("seed", seeds(5, 12))
def test_free_spends_gain_alike(seed):
    """Twenty curves of five families: what is free gains the price, what stands at 0 no more, at a cap no less.

    But for curves that are infinitely steep at 0 and hardly so beside it: they may be left there, or within 1e-4 of it.
    """
    document = instances.one_period(20, seed, limits="wide")
    money = np.linspace(0.3, 1.0, 9) * document["budget"]["at_most"]
    model, spends, prices = found(document, money)
    np.testing.assert_allclose(spends.sum(axis=1), money, rtol=1e-9)
    gains = model.cells.curves.slope(spends) * -model.cost[model.cells.responses] * model.worth / model.cells.most
    low, high = ((limit * model.scale)[model.spend.ravel()] for limit in (model.low, model.high))
    inside = (spends > low + 1e-4) & (spends < high - 1e-6)
    price = np.broadcast_to(prices[:, None], gains.shape)
    np.testing.assert_allclose(gains[inside], price[inside], rtol=1e-6)
    assert (gains <= price * (1 + 1e-6))[(spends <= low + 1e-6) & np.isfinite(gains)].all()
    assert (gains >= price * (1 - 1e-6))[spends >= high - 1e-6].all()


@pytest.mark.parametrize("seed", seeds(2, 4))
def test_weeks_of_adstock_are_spent_as_well_as_one_by_one(seed):
    """Each budget whole, and worth what the search of that budget alone finds and proves."""
    document = instances.weekly(4, seed, weeks=13)
    money = np.linspace(0.4, 1.6, 5) * document["budget"]["at_most"]
    model, spends, _ = found(document, money)
    valuer = Valuer(model.scenario)
    for budget, spend in zip(money, spends, strict=True):
        plan = optimize(domain(document | {"budget": {"at_most": float(budget)}}))
        assert spend.sum() == pytest.approx(budget, rel=1e-9)
        assert valuer.value(spend.reshape(4, 13)).value == pytest.approx(plan.value, rel=1e-6)
        assert valuer.value(spend.reshape(4, 13)).value <= plan.bound * (1 + 1e-9)


@pytest.mark.parametrize(
    ("document", "can"),
    [
        (wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}), True),
        (wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}), False),
        (wire({"a": ROOT, "b": TABLE}, budget={"at_most": 100}), False),
        (wire({"a": ROOT, "b": HILL}, budget={"at_most": 100}), False),
        (TOYS["a share"], False),
        (TOYS["adstock"], False),
    ],
    ids=["roots", "a line", "a table", "a bend", "a share", "adstock"],
)
def test_what_one_price_finds(document, can):
    """One budget on smooth concave curves."""
    model = modelled(document)
    assert can_level(model, Spends(model)) is can
