"""The price of demand is a derivative, and holds as long as what comes by itself is between its ends."""

import copy

import pytest

from tests.effort import seeds
from tests.optimizer.toys import line, wire
from tests.optimizer.unranged import unranged
from tests.oracles.solve import solve

STEP = 0.5


def river(initial, organic, end_value=0.2, **more):
    """One tactic fills a pool, two convert it at different yields, and one does without."""
    tactics = [
        line("up", root(10), stage="upstream", feeds="p", demand_per_outcome=2.0, lead=1),
        line("down", root(20), stage="downstream", draws_from="p"),
        line("dear", root(9), stage="downstream", draws_from="p", revenue_per_outcome=1.4),
        line("other", root(10)),
    ]
    pool = {"name": "p", "initial": initial, "organic": organic, "retention": 0.7, "end_value": end_value}
    return wire(
        tactics, periods=["1", "2", "3"], budget={"at_most": 900}, digits=6, demand_pools=[pool],
        solve={"gap": 1e-9, "time_limit": 20},
    ) | more  # fmt: skip


def drawn(document):
    """The river whose curves have five draws."""
    for place, tactic in enumerate(document["tactics"]):
        own = tactic["response"]
        sizes = [(0.7, 0.85, 1.0, 1.15, 1.4)[(number * (place + 1)) % 5] for number in range(5)]
        draws = [{"coefficient": own["coefficient"] * size, "exponent": own["exponent"]} for size in sizes]
        tactic["response"] = {"family": own["family"], "draws": draws}
    return document


def root(coefficient):
    return {"family": "power", "coefficient": coefficient, "exponent": 0.5}


BY_GOALS = {
    "objective": {"maximize": "goals"},
    "goals": [{"name": "far", "metric": "revenue", "at_least": 20000, "priority": 1}],
}
BY_THE_WORST = {"objective": {"maximize": "revenue", "confidence": 0.6}, "solve": {"gap": 1e-7, "time_limit": 60}}
DECIDED = {"rules": [{"rule": "minimum_if_active", "name": "on", "scope": {"tactics": ["other"]}, "at_least": 40}]}
RIVERS = {
    "plenty": river(250, [60, 60, 60]),
    "scarce": river(30, [60, 20, 90]),
    "nothing left is worth anything": river(100, [80, 80, 80], end_value=0.0),
    "goals": river(30, [60, 20, 90], **BY_GOALS),
    "decisions": river(30, [60, 20, 90], **DECIDED),
    "the worst draws": drawn(river(30, [60, 20, 90], **BY_THE_WORST)),
}


QUICK = ("scarce",)


def moved(document, period, to):
    """The river where so much comes by itself in a period; in the first the pool begins with the rest."""
    made = copy.deepcopy(document)
    pool = made["demand_pools"][0]
    if period == 0:
        pool["organic"][0], pool["initial"] = 0.0, to
    else:
        pool["organic"][period] = to
    return made


@pytest.mark.parametrize("name", seeds(QUICK, RIVERS))
def test_a_price_of_demand_is_a_derivative_and_holds_to_its_ends(name):
    """Against plans with more demand and with less; and not far beyond an end. (law S4)"""
    document = RIVERS[name]
    plan, [pool] = solve(document), document["demand_pools"]
    assert not any("worked out" in warning for warning in plan["warnings"])
    ranged = 0
    for period, row in enumerate(plan["demand"]):
        own = pool["organic"][period] + (pool["initial"] if period == 0 else 0.0)
        if not row["price"]:
            assert (row["price_holds_from"], row["price_holds_to"]) == (None, None)
            continue
        with unranged():
            more, less = (solve(moved(document, period, own + step))["value"] for step in (STEP, -STEP))
        assert row["price"] == pytest.approx((more - less) / (2 * STEP), rel=2e-3)
        for end in (row["price_holds_from"], row["price_holds_to"]):
            if end is None:
                continue
            inside = solve(moved(document, period, end))["demand"][period]["price"]
            assert inside == pytest.approx(row["price"], rel=0.011), (period, end)
            beyond = own + 1.5 * (end - own)
            if end > 0.0 and end != own:
                outside = solve(moved(document, period, max(beyond, 0.0)))["demand"][period]["price"]
                assert beyond < 0.0 or abs(outside / row["price"] - 1.0) > 0.009, (period, end)
                ranged += 1
    assert ranged
