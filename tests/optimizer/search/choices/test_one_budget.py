"""What choices settle is what regions find, and its bound holds for every plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.search.branch import Branching
from optimizer.search.choices.one_budget import OneBudget
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.nodes.relaxation import Relaxation
from tests.effort import examples, seeds
from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, line, modelled, wire
from tests.oracles import instances
from tests.oracles.solve import solve

GAP = 1e-6
NEVER = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
BENT_DRAWS = {"family": "hill", "draws": [{"ceiling": own, "half_saturation": 40, "shape": 1.7} for own in (300, 500)]}
CONCAVE = {"family": "michaelis_menten", "ceiling": 300}
SHARE = {"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_most": 0.6}
PROFIT = {"maximize": "profit"}
BROKEN = 1e-7  # scaled cost: what a row that is broken by 1e-8 may bring
MIXES = (("wide", 1.0), ("wide", 0.5), ("robyn", 1.0), ("narrow", 1.0), ("mixed", 1.3))


def settled(model):
    """The visit, and the best plan that was offered."""
    incumbent = Incumbent(model)
    relaxation = Relaxation(model, incumbent, NEVER, GAP)
    assert OneBudget.of(Spends(model)) is not None
    return relaxation.open(), incumbent


def by_regions(model, gap=1e-8):
    """The best plan that regions find, and their bound."""
    incumbent = Incumbent(model)
    relaxation = Relaxation(model, incumbent, NEVER, gap)
    finding = Branching(relaxation, lambda *_: None).run()
    return incumbent.cost, finding.bound


def document(seed, limits, budget):
    """Ten tactics, most of them S-shaped; revenue, or profit where little pays."""
    own = instances.one_period(10, seed, s_share=0.7, limits=limits, budget=budget)
    if seed % 3:
        return own
    return own | {"objective": PROFIT, "tactics": [line | {"margin": 0.6} for line in own["tactics"]]}


@pytest.mark.parametrize("seed", seeds(1, 6))
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


@pytest.mark.parametrize("budget", [1.0, 0.2])
@pytest.mark.parametrize("limits", ["robyn", "wide", "narrow"])
@pytest.mark.parametrize("seed", seeds(1, 4))
def test_choices_are_made_beside_a_tactic_that_takes_most_of_the_budget(seed, limits, budget):
    """It may stand between the ends of its side, and what it gains there hid all that was proved of the others.

    Of a small budget its bend takes more than there is, and no plan was known that closes anything.
    """
    model = modelled(instances.with_a_large_one(20, seed, s_share=0.8, limits=limits, budget=budget))
    visit, incumbent = settled(model)
    cost, bound = by_regions(model)
    assert visit.ending == "cut off"
    assert visit.bound <= cost + 1e-10
    assert bound <= incumbent.cost + 1e-10
    assert visit.bound >= incumbent.cost - 1.001 * GAP * abs(incumbent.cost)


@pytest.mark.parametrize("steep", [ROOT, HILL | {"shape": 0.999}], ids=["root", "hill"])
def test_choices_are_made_beside_a_curve_that_rises_without_end_at_0(steep):
    """One such tactic among S-shaped ones led all of them to regions."""
    lines = [line(str(half), HILL | {"half_saturation": half, "shape": 2.5}) for half in (20.0, 35.0, 50.0)]
    model = modelled(wire([*lines, line("steep", steep)], budget={"at_most": 60}))
    visit, incumbent = settled(model)
    cost, bound = by_regions(model)
    assert visit.ending == "cut off"
    assert visit.bound <= cost + 1e-10
    assert bound <= incumbent.cost + 1e-10


@st.composite
def documents(draw):
    """A few tactics, S-shaped ones and others, that may have to spend, before their bend or beyond it, or may not much.

    Revenue, or what is left of it: where little pays no budget binds.
    """
    lines = []
    for number in range(draw(st.integers(2, 6))):
        half, least = draw(st.floats(10.0, 60.0)), draw(st.sampled_from([0.0, 0.0, 5.0, 30.0]))
        curve = draw(st.sampled_from([HILL, HILL | {"shape": 3.0}, CONCAVE])) | {"half_saturation": half}
        spend = {"at_least": least, "at_most": least + draw(st.sampled_from([8.0, 40.0, 200.0]))}
        lines.append(line(f"t{number}", curve, spend=spend, margin=draw(st.floats(0.2, 1.0))))
    bent = HILL | {"half_saturation": draw(st.floats(10.0, 60.0))}
    lines.append(line("bent", bent, spend={"at_most": 500}, margin=0.9))
    aim = draw(st.sampled_from(["revenue", "profit"]))
    return wire(lines, objective={"maximize": aim}, budget={"at_most": draw(st.sampled_from([150.0, 400.0]))})


@given(documents(), st.lists(st.sampled_from([0.0, 0.05, 0.2, 0.4, 0.7, 1.0]), min_size=2, max_size=4, unique=True))
@settings(max_examples=examples(25))
def test_many_budgets_give_each_what_a_search_of_its_own_gives(document, shares):
    """Regions that know nothing of choices find no better plan, and no bound is beyond theirs; or none is told."""
    model = modelled(document)
    limits = np.array(shares)[:, None] * model.matrix.upper
    matrix = replace(model.matrix, lower=np.broadcast_to(model.matrix.lower, limits.shape), upper=limits)
    choosing = OneBudget.of(Spends(model))
    found = choosing.settle(replace(model, matrix=matrix), GAP, np.full(len(limits), np.inf), NEVER)
    for limit, bound, cost, columns in zip(limits, found.bounds, found.costs, found.columns, strict=True):
        alone = replace(model, matrix=replace(model.matrix, upper=limit))
        known, most = by_regions(alone, GAP)
        slack = GAP * abs(most) if np.isfinite(most) else 0.0
        assert bound <= known + BROKEN
        if np.isfinite(cost):
            assert alone.matrix.violation(columns).max() <= 1e-11
            assert cost == pytest.approx(float(model.cost @ Incumbent(alone).truth(columns)), abs=1e-12)
            assert most <= cost + BROKEN
            assert bound < cost - GAP * abs(cost) or cost <= known + slack + BROKEN


@given(documents())
@settings(max_examples=examples(15))
def test_without_a_budget_every_cell_is_where_it_is_worth_most(document):
    """Profit without a row: what regions find, with no dual."""
    model = modelled({key: own for key, own in document.items() if key != "budget"} | {"objective": PROFIT})
    visit, incumbent = settled(model)
    known, most = by_regions(model, GAP)
    assert visit.duals.shape == (0,)
    assert visit.bound <= known + 1e-12
    assert most <= incumbent.cost + 1e-12
    assert visit.bound >= incumbent.cost - GAP * abs(incumbent.cost)


def all_settled(document, least):
    """Fifty budgets, from one at which next to nothing is spent to one that is never spent: how many are proved."""
    model = modelled(document)
    [free] = model.matrix.upper - model.matrix.activity(model.low)
    limits = model.matrix.upper - free * (1.0 - np.linspace(least, 3.0, 50)[:, None])
    matrix = replace(model.matrix, lower=np.broadcast_to(model.matrix.lower, limits.shape), upper=limits)
    found = OneBudget.of(Spends(model)).settle(replace(model, matrix=matrix), GAP, np.full(50, np.inf), NEVER)
    proved = np.isfinite(found.costs) & (found.bounds >= found.costs - GAP * np.abs(found.costs))
    assert (np.diff(found.costs[proved]) <= GAP * np.abs(found.costs[proved][1:])).all()
    return proved.sum()


def test_fifty_budgets_of_twenty_tactics_are_settled():
    """Each."""
    assert all_settled(instances.one_period(20, 1, s_share=1.0), 0.02) >= 45


@pytest.mark.parametrize("seed", seeds(2, 4))
def test_fifty_budgets_beside_a_large_tactic_are_settled(seed):
    """All but a few."""
    assert all_settled(instances.with_a_large_one(20, seed, s_share=0.8, limits="robyn"), 0.02) >= 45


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


@pytest.mark.parametrize("curves", [{"a": HILL}, {"a": HILL, "b": ROOT}], ids=["bent", "and infinitely steep"])
@pytest.mark.parametrize("side", ["at_most", "exactly"])
def test_no_money_at_all_is_a_plan_of_nothing(curves, side):
    """Where nothing can be spent no slope is worth anything, so that prices are any; at the most regions are asked."""
    plan = solve(wire(curves, budget={side: 0}))
    assert (plan["status"], plan["value"], plan["bound"]) == ("optimal", 0.0, 0.0)


@pytest.mark.parametrize("budget", [10, 25, 80])
@pytest.mark.parametrize("shut", [ROOT, HILL], ids=["infinitely steep", "bent"])
def test_one_that_may_not_spend_takes_nothing_from_another(shut, budget):
    """It has one input, at which its slope may be infinite: that proved that nothing pays. (law P1)"""
    tactics = [line("a", shut, spend={"at_most": 0}), line("b", HILL)]
    beside, alone = (solve(wire(own, budget={"at_most": budget})) for own in (tactics, tactics[1:]))
    assert beside["status"] == "optimal"
    assert beside["value"] == pytest.approx(alone["value"], rel=2e-6)
    assert beside["bound"] >= alone["value"]
