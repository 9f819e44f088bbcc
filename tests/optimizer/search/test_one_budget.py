"""What choices settle is what regions find, and its bound holds for every plan."""

import numpy as np
import pytest

from optimizer.search.branch import Branching
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.one_budget import OneBudget
from optimizer.search.relaxation import Relaxation
from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, modelled, wire
from tests.oracles import instances

GAP = 1e-6
BENT_DRAWS = {"family": "hill", "draws": [{"ceiling": own, "half_saturation": 40, "shape": 1.7} for own in (300, 500)]}
SHARE = {"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_most": 0.6}
MIXES = (("wide", 1.0), ("wide", 0.5), ("robyn", 1.0), ("narrow", 1.0), ("mixed", 1.3))


def settled(model):
    """The visit, and the best plan that was offered."""
    incumbent = Incumbent(model)

    def cutoff():
        return incumbent.cost - GAP * abs(incumbent.cost) if incumbent.columns is not None else np.inf

    return OneBudget.of(Spends(model)).settle(model, incumbent, cutoff), incumbent


def by_regions(model):
    """The best plan that regions find, and their bound."""
    incumbent = Incumbent(model)
    relaxation = Relaxation(model, incumbent, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), 1e-8)
    finding = Branching(relaxation, lambda *_: None).run()
    return incumbent.cost, finding.bound


def document(seed, limits, budget):
    """Ten tactics, most of them S-shaped; revenue, or profit where little pays."""
    own = instances.one_period(10, seed, s_share=0.7, limits=limits, budget=budget)
    if seed % 3:
        return own
    return own | {"objective": {"maximize": "profit"}, "tactics": [line | {"margin": 0.6} for line in own["tactics"]]}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("limits", "budget"), MIXES, ids=str)
def test_choices_agree_with_regions(seed, limits, budget):
    """Within the gap, and the bound is above no plan that regions found; where choices leave too much, they say so."""
    model = modelled(document(seed, limits, budget))
    visit, incumbent = settled(model)
    if visit is None:
        return
    cost, bound = by_regions(model)
    assert visit.bound <= cost + 1e-10
    assert bound <= incumbent.cost + 1e-10
    assert visit.bound >= incumbent.cost - 1.001 * GAP * abs(incumbent.cost)
    assert model.matrix.violation(incumbent.columns).max() <= 1e-12


@pytest.mark.parametrize("tactics", [20, 300])
def test_most_scenarios_are_settled(tactics):
    """In one visit, at a price that every free spend returns."""
    for seed in range(4):
        model = modelled(instances.one_period(tactics, seed, s_share=1.0, limits="wide"))
        visit, incumbent = settled(model)
        assert visit.ending == "cut off"
        inputs = incumbent.columns[model.cells.inputs]
        money = inputs * model.scale[model.cells.inputs]
        worth = -model.cost[model.cells.responses] / model.cells.most * model.cells.curves.slope(money)
        free = (inputs > 1e-9) & (inputs < 1.0 - 1e-9)
        price = -visit.duals[0] / model.row_scale[0]
        np.testing.assert_allclose(worth[free], price, rtol=1e-6)


def test_a_price_that_leads_nowhere_closes_nothing():
    """Water-filling that ran away told prices at which nothing is a number, which no bound may follow from."""
    model = modelled(instances.one_period(12, 5, s_share=0.7, limits="wide", budget=0.5))
    visit, incumbent = settled(model)
    assert visit is None or visit.bound <= incumbent.cost + 1e-12


@pytest.mark.parametrize(
    ("curves", "more"),
    [
        ({"a": ROOT, "b": ROOT}, {}),
        ({"a": HILL, "b": LINE}, {}),
        ({"a": HILL, "b": TABLE}, {}),
        ({"a": BENT_DRAWS, "b": ROOT}, {}),
        ({"a": HILL, "b": ROOT}, {"rules": [SHARE]}),
    ],
    ids=["concave", "straight", "table", "draws", "share"],
)
def test_other_models_are_left_to_regions(curves, more):
    """More rows, and curves that bend nowhere, often or not once."""
    model = modelled(wire(curves, budget={"at_most": 100}, **more))
    assert OneBudget.of(Spends(model)) is None


def test_a_budget_that_must_be_spent_is_spent():
    """Though the last of it brings nothing."""
    model = modelled(instances.one_period(8, 1, s_share=1.0) | {"budget": {"exactly": 900_000}})
    visit, incumbent = settled(model)
    assert visit is None or model.matrix.activity(incumbent.columns)[0] == pytest.approx(
        model.matrix.lower[0], abs=1e-9
    )
