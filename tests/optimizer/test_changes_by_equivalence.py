"""A change limit over periods against the same problem said in one period, with linear rules."""

import pytest

from tests.optimizer.toys import HILL, LINE, ROOT, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

CURVES = {"a": HILL, "b": ROOT, "c": LINE}
SEASONS = {"a": [1.0, 0.4, 1.5], "b": [1.0, 2.0, 0.5], "c": [0.2, 1.1, 0.3]}
PERIODS = ["1", "2", "3"]
LIMITS = {
    "amount": {"amount": 12.5},
    "share": {"share": 0.3},
    "both": {"amount": 8, "share": 0.4},
    "together": {"share": 0.15, "together": True},
    "amount together": {"amount": 10, "together": True, "scope": {"tactics": ["a", "b"]}},
}


def _in_periods(limits):
    tactics = [
        {"name": name, "stage": "upstream", "response": response, "seasonality": SEASONS[name]}
        for name, response in CURVES.items()
    ]
    rule = {"rule": "change_limit", "name": "r"} | limits
    return wire(tactics, periods=PERIODS, budget={"at_most": 200}, rules=[rule] if limits else [])


def _in_one(limits):
    """Each cell a tactic of its own, its curve scaled by its season, each step two linear rules for each limit."""
    tactics = [
        {"name": name + period, "stage": "upstream", "response": response | {"output_scale": season}}
        for name, response in CURVES.items()
        for period, season in zip(PERIODS, SEASONS[name], strict=True)
    ]
    held = limits.get("scope", {}).get("tactics", list(CURVES))
    groups = [held] if limits.get("together") else [[name] for name in held]
    share, amount = limits.get("share"), limits.get("amount")
    rules = []
    for group in groups:
        for before, now in (("1", "2"), ("2", "3")):
            old, new = ({"tactics": [name + period for name in group]} for period in (before, now))
            rules += [] if amount is None else _rows(old, new, -1, -amount, amount)
            rules += [] if share is None else _rows(old, new, -(1 + share), None, 0)
            rules += [] if share is None else _rows(old, new, -(1 - share), 0, None)
    rules = [rule | {"name": f"r{number}"} for number, rule in enumerate(rules)]
    return wire(tactics, budget={"at_most": 200}, rules=rules)


def _rows(old, new, weight, least, most):
    terms = [{"scope": new, "coefficient": 1}, {"scope": old, "coefficient": weight}]
    sides = {side: limit for side, limit in (("at_least", least), ("at_most", most)) if limit is not None}
    return [{"rule": "linear", "terms": terms} | sides]


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("name", LIMITS)
def test_periods_are_as_good_as_tactics_of_their_own(name):
    """The same value, proved, whichever way it is said; and the free plan is worth more. (law F2)"""
    document = _in_periods(LIMITS[name])
    held, said, free = solve(document), solve(_in_one(LIMITS[name])), solve(_in_periods({}))
    assert recheck(document, held) == []
    assert held["status"] == said["status"] == "optimal"
    assert held["value"] == pytest.approx(said["value"], rel=3e-6)
    assert held["value"] < free["value"]
