"""How far a spend need be followed where nothing limits it: no better plan lies beyond."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.valuation import Valuer
from optimizer.search.spends.ceiling import first_ceiling, is_open, worth_at_most
from tests.optimizer.toys import DRAWS, HILL, LINE, ROOT, TABLE, domain, line, wire

PROFIT = {"objective": {"maximize": "profit"}}
CARRY = {"family": "geometric", "retention": 0.6, "carry_in": [30]}


@pytest.mark.parametrize(
    ("more", "wide"),
    [
        (PROFIT, True),
        ({"objective": {"minimize": "spend"}}, True),
        (PROFIT | {"budget": {"at_most": 10}}, False),
        (PROFIT | {"budget": {"by_period": {"all": {"at_most": 10}}}}, False),
    ],
)
def test_a_scenario_is_open_where_no_limit_stands_above_a_spend(more, wide):
    """A budget, of all or of every period, closes it."""
    assert is_open(domain(wire({"a": ROOT, "b": HILL}, **more))) is wide


OPEN = {
    "concave": wire({"a": ROOT, "b": {"family": "log", "coefficient": 50, "scale": 9}}, **PROFIT),
    "s-shaped": wire({"a": HILL, "b": ROOT}, **PROFIT),
    "tables and draws": wire({"a": TABLE, "b": DRAWS}, **PROFIT),
    "adstock": wire([line("a", HILL, adstock=CARRY, seasonality=[1, 0.5])], periods=["1", "2"], **PROFIT),
    "after saturation": wire(
        [line("a", ROOT, adstock=CARRY | {"after_saturation": True})],
        periods=["1", "2"],
        count_carry_out=True,
        **PROFIT,
    ),
    "a floor": wire([line("a", ROOT, spend={"at_least": 40}), line("b", HILL)], **PROFIT),
    "a charge": wire({"a": ROOT, "b": HILL}, objective={"maximize": "outcome", "target_marginal_roi": 0.7}),
    "a margin": wire([line("a", HILL, revenue_per_outcome=3, margin=0.4), line("b", ROOT)], **PROFIT),
}


@pytest.mark.parametrize("name", OPEN)
def test_no_plan_worth_as_much_spends_more(name):
    """Every plan on a wide grid that is worth a share of the best or more spends no more than the ceiling."""
    scenario = domain(OPEN[name])
    valuer = Valuer(scenario)
    axis = np.concatenate([[0.0], np.geomspace(0.5, 3e4, 30)])
    floors = np.array([tactic.spend.at_least for tactic in scenario.tactics])[:, None]
    pairs = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    spends = [np.maximum(pair.reshape(valuer.shape), floors) for pair in pairs]
    worth = np.array([valuer.value(spend).value for spend in spends])
    for share in (0.0, 0.5, 0.9):
        ceiling = worth_at_most(scenario, share * worth.max())
        beyond = max(spend.sum() for spend, own in zip(spends, worth, strict=True) if own >= share * worth.max())
        assert beyond <= ceiling * (1 + 1e-12)
        assert ceiling <= 100 * beyond, "a ceiling that far up helps nobody"


ENDLESS = {
    "a line above the charge": ({"a": ROOT, "b": LINE}, PROFIT, "tactics[1].response"),
    "a line at the charge": ({"a": {"family": "linear", "slope": 1}, "b": ROOT}, PROFIT, "tactics[0].response"),
    "a power above one": ({"a": {"family": "power", "coefficient": 1, "exponent": 1.5}}, PROFIT, "tactics[0].response"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_spend_that_pays_for_itself_without_end_is_an_error_at_its_curve(name):
    """A line of slope 3 against a charge of 1 has no best spend."""
    curves, more, path = ENDLESS[name]
    with pytest.raises(ScenarioError) as refused:
        worth_at_most(domain(wire(curves, **more)), 0.0)
    assert (refused.value.code, refused.value.path) == ("unbounded", path)


@pytest.mark.parametrize("slope", [0.3, 0.9])
def test_a_line_below_the_charge_has_an_end(slope):
    """It never pays."""
    assert worth_at_most(domain(wire({"a": {"family": "linear", "slope": slope}}, **PROFIT)), 0.0) == pytest.approx(
        0.0, abs=1e-6
    )


def test_the_first_look_reaches_well_beyond_the_curves_scales():
    """And beyond what has to be spent anyway."""
    curves = wire({"a": HILL}, objective={"minimize": "spend"})
    assert first_ceiling(domain(curves)) >= 10 * 40
    floor = wire([line("a", HILL, spend={"at_least": 1e6})], objective={"minimize": "spend"})
    assert first_ceiling(domain(floor)) >= 1e7
