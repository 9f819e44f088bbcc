"""Toys with logical rules against every plan there is on a grid."""

from functools import cache

import pytest

from tests.optimizer.unranged import unranged
from tests.oracles import brute
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

HILL = {"family": "hill", "ceiling": 400, "half_saturation": 40, "shape": 1.7}
ROOT = {"family": "power", "coefficient": 20, "exponent": 0.5}
LINE = {"family": "linear", "slope": 2.9}
TIER = {"at_least": 0, "price": 1}
A, B, C = ({"tactics": [name]} for name in "abc")

RULES = {
    "threshold that pays": [{"rule": "minimum_if_active", "name": "r", "scope": A, "at_least": 60}],
    "threshold beyond the budget": [{"rule": "minimum_if_active", "name": "r", "scope": A, "at_least": 101}],
    "thresholds on all": [{"rule": "minimum_if_active", "name": "r", "at_least": 35}],
    "packages": [{"rule": "packages", "name": "r", "scope": A, "price": 15}],
    "packages of everything": [{"rule": "packages", "name": "r", "price": 12.5}],
    "packages with a share": [
        {"rule": "packages", "name": "r", "scope": A, "price": 20},
        {"rule": "share_range", "name": "s", "scope": A, "at_most": 0.45},
    ],
    "share between": [{"rule": "share_range", "name": "r", "scope": B, "at_least": 0.4, "at_most": 0.5}],
    "share of another": [{"rule": "share_range", "name": "r", "scope": A, "of": B, "at_most": 0.5}],
    "commitment": [{"rule": "commitment", "name": "r", "scope": C, "amount": 32.5}],
    "linear": [
        {
            "rule": "linear",
            "name": "r",
            "at_most": 50,
            "terms": [{"scope": A, "coefficient": 2}, {"scope": B, "coefficient": -1}],
        }
    ],
    "metric": [{"rule": "metric_range", "name": "r", "metric": "outcome", "scope": A, "at_most": 150}],
    "efficiency": [{"rule": "efficiency", "name": "r", "scope": A, "at_least": 4.5}],
    "efficiency of a stage": [{"rule": "efficiency", "name": "r", "scope": {"stage": "upstream"}, "at_least": 3.6}],
    "efficiency in profit that costs": [
        {"rule": "efficiency", "name": "r", "metric": "profit", "at_least": 2.9},
        {"rule": "spend_range", "name": "s", "scope": C, "at_least": 20},
    ],
    "efficiency with something ahead": [{"rule": "efficiency", "name": "r", "scope": A, "at_least": 4.5, "ahead": 60}],
    "efficiency with something to make up for": [{"rule": "efficiency", "name": "r", "at_least": 2.9, "ahead": -30}],
    "efficiency that closes a tactic": [{"rule": "efficiency", "name": "r", "scope": C, "at_least": 3}],
    "turnover from today": [{"rule": "turnover_limit", "name": "r", "amount": 35}],
    "turnover by share": [{"rule": "turnover_limit", "name": "r", "share": 0.5, "scope": {"stage": "upstream"}}],
    "turnover of one line": [{"rule": "turnover_limit", "name": "r", "lines": 1}],
    "turnover of two lines by little": [{"rule": "turnover_limit", "name": "r", "lines": 2, "amount": 45}],
    "turnover of no line": [{"rule": "turnover_limit", "name": "r", "lines": 0, "scope": {"tactics": ["a", "c"]}}],
    "turnover from a plan": [
        {
            "rule": "turnover_limit",
            "name": "r",
            "amount": 40,
            "share": 0.8,
            "reference": [{"tactic": "a", "spend": 50}, {"tactic": "b", "period": "all", "spend": 15}],
        }
    ],
    "cheaper beyond": [
        {"rule": "rate_card", "name": "r", "scope": A, "tiers": [TIER, {"at_least": 40, "price": 0.5}]},
    ],
    "cheaper in all": [
        {"rule": "rate_card", "name": "r", "tiers": [TIER, {"at_least": 50, "price": 0.8}], "all_units": True},
    ],
    "dearer beyond, and a share": [
        {"rule": "rate_card", "name": "r", "scope": C, "tiers": [TIER, {"at_least": 20, "price": 1.4}]},
        {"rule": "share_range", "name": "s", "scope": C, "at_least": 0.3},
    ],
    "change of each": [{"rule": "change_limit", "name": "r", "amount": 15, "from_current": True}],
    "change of each by share": [{"rule": "change_limit", "name": "r", "share": 0.25, "from_current": True}],
    "change by both": [{"rule": "change_limit", "name": "r", "amount": 5, "share": 0.5, "from_current": True}],
    "change together": [
        {
            "rule": "change_limit",
            "name": "r",
            "scope": {"stage": "upstream"},
            "share": 0.25,
            "from_current": True,
            "together": True,
        }
    ],
    "spend range": [{"rule": "spend_range", "name": "r", "scope": {"stage": "upstream"}, "at_least": 80}],
}


def _toy(rules):
    tactics = [
        {"name": name, "stage": stage, "response": response, "current_spend": current}
        for name, stage, response, current in (
            ("a", "upstream", HILL, 20),
            ("b", "upstream", ROOT, 10),
            ("c", "downstream", LINE, 40),
        )
    ]
    objective, budget = {"maximize": "revenue"}, {"at_most": 100}
    return {
        "name": "toy",
        "currency": "EUR",
        "objective": objective,
        "budget": budget,
        "tactics": tactics,
        "rules": rules,
    }


@cache
def planned(name=None):
    """The plan under the rules of a name, or under none."""
    with unranged():
        return solve(_toy(RULES[name] if name else []))


@pytest.mark.parametrize("name", RULES)
def test_no_plan_on_the_grid_is_better(name):
    """The plan keeps its rules exactly, is certified, and beats all of some thousand plans; its bound,
    too. (law P1)"""
    scenario, plan = _toy(RULES[name]), planned(name)
    best, spend = brute.best(scenario, 2.5)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []
    assert best <= plan["bound"] * (1 + 1e-12), f"the bound cuts off {spend}"
    assert best <= plan["value"] * (1 + 2e-6) + plan["certificate"]["rounding_cost"], f"{spend} is better"


@pytest.mark.parametrize("name", [name for name in RULES if "cheaper" not in name])
def test_a_rule_never_helps(name):
    """The best value without the rule is at least the best with it. (law F2)"""
    free, bound_by_it = planned(), planned(name)
    assert bound_by_it["value"] <= free["bound"] * (1 + 1e-12)
