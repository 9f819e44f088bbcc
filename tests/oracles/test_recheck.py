"""A clean plan passes `recheck`; each way of spoiling it is caught. A check that cannot fail is a defect."""

import copy

import numpy as np
import pytest

from optimizer.problem.rules import RULES
from tests.oracles import rules
from tests.oracles.planned import as_plan
from tests.oracles.recheck import recheck

HILL = {"family": "hill", "ceiling": 4000, "half_saturation": 1200, "shape": 1.6}
ROOT = {"family": "power", "coefficient": 30, "exponent": 0.5}
SPEND = np.array([[600.1, 300.2], [400.4, 200.3], [120.0, 60.0]])


def _scenario():
    """Two periods, three tactics, every kind of rule, all kept by SPEND with little to spare."""
    tv, web, fair = {"tactics": ["tv"]}, {"tactics": ["web"]}, {"tactics": ["fair"]}
    return {
        "name": "re-check",
        "currency": "EUR",
        "periods": ["jan", "feb"],
        "objective": {"maximize": "profit"},
        "budget": {"at_most": 1700.0, "by_period": {"jan": {"at_most": 1120.5}}},
        "tactics": [
            {
                "name": "tv",
                "stage": "upstream",
                "response": HILL,
                "current_spend": 500.55,
                "margin": 0.9,
                "adstock": {
                    "family": "geometric",
                    "retention": 0.5,
                    "carry_in": [100.0],
                    "count_carry_out": True,
                },
                "spend": {"at_least": 300.2, "at_most": 600.1},
                "seasonality": [1.1, 0.8],
                "tags": {"team": "a"},
                "metrics": {"reach": {"per_spend": 0.3, "per_outcome": 0.01}},
            },
            {"name": "web", "stage": "downstream", "response": ROOT, "revenue_per_outcome": 2.5},
            {
                "name": "fair",
                "stage": "upstream",
                "response": {"family": "tabulated", "points": [[0, 0], [50, 80], [100, 99]]},
            },
        ],
        "rules": [
            {"rule": "spend_range", "name": "web in all", "scope": web, "at_least": 600.7, "at_most": 600.7},
            {
                "rule": "share_range",
                "name": "web share",
                "scope": web,
                "of": {"stage": "upstream"},
                "at_most": 0.56,
            },
            {
                "rule": "linear",
                "name": "tv and web",
                "at_least": 0.3,
                "at_most": 0.31,
                "terms": [{"scope": tv, "coefficient": 2}, {"scope": web, "coefficient": -2.997}],
            },
            {"rule": "commitment", "name": "contract", "scope": {"periods": ["feb"]}, "amount": 560.5},
            {"rule": "minimum_if_active", "name": "burst", "scope": web, "at_least": 200.3},
            {"rule": "packages", "name": "stands", "scope": fair, "price": 60},
            {"rule": "active_count", "name": "focus", "at_least": 3, "minimum": 60.0},
            {"rule": "active_periods", "name": "always on", "at_least": 2},
            {"rule": "requires", "name": "with web", "scope": tv, "needs": web, "minimum": 200.3},
            {"rule": "exclusive", "name": "not all", "at_most": 3},
            {"rule": "metric_range", "name": "reach", "metric": "reach", "at_least": 290.0},
            {
                "rule": "metric_range",
                "name": "money",
                "metric": "spend",
                "scope": {"tags": {"team": "a"}},
                "at_most": 900.3,
            },
            {"rule": "rate_card", "name": "rates", "scope": fair, "tiers": [{"at_least": 0, "price": 2}]},
            {"rule": "change_limit", "name": "steps", "scope": tv, "amount": 300, "share": 0.5, "from_current": True},
            {
                "rule": "turnover_limit",
                "name": "moves",
                "scope": tv,
                "amount": 150.1,
                "share": 0.21,
                "lines": 1,
                "reference": [
                    {"tactic": "tv", "period": "jan", "spend": 450},
                    {"tactic": "tv", "period": "feb", "spend": 300.2},
                    {"tactic": "fair", "period": "jan", "spend": 9},
                ],
            },
            {"rule": "efficiency", "name": "return", "scope": web, "at_least": 3.9},
        ],
        "goals": [
            {"name": "floor", "metric": "revenue", "at_least": 3000, "required": True},
            {"name": "dream", "metric": "outcome", "at_least": 1e6},
        ],
        "solve": {"gap": 1e-4},
    }


@pytest.fixture
def clean():
    """The scenario and its plan, certified with a bound just above its value."""
    scenario = _scenario()
    value = as_plan(scenario, SPEND, 1.0)["value"]
    return scenario, as_plan(scenario, SPEND, value * (1 + 5e-5))


def test_a_clean_plan_has_no_complaints(clean):
    """All rules kept, all sums right."""
    assert recheck(*clean) == []


def test_every_kind_of_rule_can_be_rechecked():
    """A new kind of rule needs its exact twin here, and a place in the scenario above."""
    assert set(rules.KINDS) == set(RULES) == {rule["rule"] for rule in _scenario()["rules"]}


RULE_BREAKERS = {
    "web in all": {"at_least": 600.71, "at_most": 700},
    "web share": {"at_most": 0.555},
    "tv and web": {"at_most": 0.302},
    "contract": {"amount": 560.51},
    "burst": {"at_least": 200.31},
    "stands": {"price": 60.01},
    "focus": {"minimum": 60.01},
    "always on": {"blackout": ["feb"]},
    "with web": {"minimum": 200.31},
    "not all": {"at_most": 2},
    "reach": {"at_least": 400.0},
    "money": {"at_most": 900.29},
    "return": {"at_least": 9.0},
    "steps": {"amount": 99.54},
    "moves": {"amount": 150.09},
}


@pytest.mark.parametrize("name", RULE_BREAKERS)
def test_a_broken_rule_is_named(clean, name):
    """The plan stays, the rule moves by little: only that rule is named. A rate card is broken by no spend."""
    scenario, plan = clean
    assert set(RULE_BREAKERS) == {rule["name"] for rule in scenario["rules"] if rule["rule"] != "rate_card"}
    next(rule for rule in scenario["rules"] if rule["name"] == name).update(RULE_BREAKERS[name])
    complaints = recheck(scenario, plan)
    assert complaints
    assert all(complaint.startswith(name) for complaint in complaints)


LIMIT_BREAKERS = {
    "budget": lambda s: s["budget"].update(at_most=1680.99),
    "budget exactly": lambda s: s["budget"].update(exactly=1700.0),
    "budget of a period": lambda s: s["budget"]["by_period"]["jan"].update(at_most=1120.49),
    "spend floor": lambda s: s["tactics"][0]["spend"].update(at_least=300.21),
    "spend ceiling": lambda s: s["tactics"][0]["spend"].update(at_most=600.09),
    "required goal": lambda s: s["goals"][0].update(at_least=1e5),
    "currency": lambda s: s.update(currency="JPY"),
    "digits": lambda s: s.update(digits=0),
    "curve": lambda s: s["tactics"][1]["response"].update(exponent=0.51),
    "margin": lambda s: s["tactics"][0].update(margin=0.91),
    "carry-in": lambda s: s["tactics"][0]["adstock"].update(carry_in=[101.0]),
    "carry-out": lambda s: s["tactics"][0]["adstock"].update(count_carry_out=False),
    "seasonality": lambda s: s["tactics"][0].update(seasonality=[1.1, 0.81]),
    "gap asked": lambda s: s["solve"].update(gap=1e-5),
    "current spend": lambda s: s["tactics"][0].update(current_spend=500.56),
    "target marginal roi": lambda s: s["objective"].update(target_marginal_roi=0.1),
}


@pytest.mark.parametrize("name", LIMIT_BREAKERS)
def test_a_plan_for_another_scenario_is_caught(clean, name):
    """What the planner states matters: a plan made for slightly different words is not clean."""
    scenario, plan = clean
    LIMIT_BREAKERS[name](scenario)
    assert recheck(scenario, plan)


def _numbers(value, path=()):
    """The path of every number and truth value in the plan."""
    if isinstance(value, dict):
        return [p for key, own in value.items() for p in _numbers(own, (*path, key))]
    if isinstance(value, list):
        return [p for key, own in enumerate(value) for p in _numbers(own, (*path, key))]
    return [path] if isinstance(value, int | float) else []


def _mutated(plan, path, change):
    spoiled = copy.deepcopy(plan)
    holder = spoiled
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = change(holder[path[-1]])
    return spoiled


def _changed(value):
    if isinstance(value, bool):
        return not value
    return value * (1 + 1e-5) + 0.01


def _is_free(path):
    """The one number that may be larger: it is a cost that widens what `optimal` allows."""
    return path[-1] == "rounding_cost"


def test_every_number_of_the_plan_is_checked(clean):
    """Each number changed by 1e-5 and a cent, one at a time: no change goes unseen."""
    scenario, plan = clean
    paths = [path for path in _numbers(plan) if not _is_free(path)]
    unseen = [path for path in paths if not recheck(scenario, _mutated(plan, path, _changed))]
    assert len(paths) > 50
    assert unseen == []


PLAN_BREAKERS = {
    "a cent from one cell to another": lambda p: _move(p, 0.01),
    "a tenth of a cent": lambda p: _move(p, 0.001),
    "a missing cell": lambda p: p["allocations"].pop(),
    "a cell twice": lambda p: p["allocations"].append(p["allocations"][0]),
    "no plan": lambda p: p.update(status="conflict"),
    "a bound below the value": lambda p: _bound(p, 1 - 1e-9),
    "optimal with a wide gap": lambda p: _bound(p, 1 + 2e-4),
    "a negative rounding cost": lambda p: p["certificate"].update(rounding_cost=-1.0),
    "no bound": lambda p: p["certificate"].update(bound=None),
    "a violation": lambda p: p["certificate"].update(largest_violation=1e-6),
    "a forgotten total": lambda p: p["totals"].update(unspent=None),
    "a forgotten marginal": lambda p: p["allocations"][0].update(marginal_revenue=None),
    "a forgotten change": lambda p: p["tactics"][0].update(change_from_current=None),
}


def _move(plan, amount):
    first, other = plan["allocations"][2], plan["allocations"][3]
    first["spend"], other["spend"] = round(first["spend"] - amount, 3), round(other["spend"] + amount, 3)


def _bound(plan, factor):
    bound = plan["value"] * factor
    for holder in (plan, plan["certificate"]):
        holder.update(bound=bound, gap=abs(bound - plan["value"]) / plan["value"])


@pytest.mark.parametrize("name", PLAN_BREAKERS)
def test_a_spoiled_plan_is_caught(clean, name):
    """Cells, status, bound and certificate."""
    scenario, plan = clean
    PLAN_BREAKERS[name](plan)
    assert recheck(scenario, plan)


def test_a_wide_gap_is_no_fault_of_a_feasible_plan(clean):
    """Feasible promises no gap; and rounding may widen an optimal one by what it cost."""
    scenario, plan = clean
    _bound(plan, 1 + 2e-4)
    assert recheck(scenario, plan | {"status": "feasible"}) == []
    plan["certificate"]["rounding_cost"] = 1.1e-4 * plan["value"]
    assert recheck(scenario, plan) == []


def test_minimize_spend_has_its_bound_below():
    """Value above the bound is right when spend is minimised, and wrong the other way round."""
    scenario = {
        "name": "goal",
        "currency": "EUR",
        "objective": {"minimize": "spend"},
        "tactics": [{"name": "a", "stage": "upstream", "response": ROOT}],
        "goals": [{"name": "FY", "metric": "revenue", "at_least": 300, "required": True}],
    }
    spend = np.array([[100.0]])
    assert recheck(scenario, as_plan(scenario, spend, 100.0)) == []
    assert recheck(scenario, as_plan(scenario, spend, 100.0 * (1 - 1e-8))) == []
    assert recheck(scenario, as_plan(scenario, spend, 100.0 * (1 + 1e-8))) != []
