"""What must not matter does not: units of money and outcome, order, repetition. And laws that need no known
answer."""

import copy
import json
import math
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.oracles import instances
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve, spend_by_tactic

MIXES = {
    "concave": lambda: instances.one_period(6, 3),
    "S-shaped": lambda: instances.one_period(6, 4, s_share=0.7, limits="wide"),
    "with shares": lambda: instances.with_shares(instances.one_period(6, 5), brands=2),
    "adstock": lambda: instances.weekly(3, 6, weeks=6),
}


def _times(amount, factor):
    """The product of two decimals, as a person would write it."""
    return float(Decimal(repr(amount)) * Decimal(repr(factor)))


def in_units(scenario, money=1.0, outcome=1.0):
    """The same scenario with every amount of money times `money`, every outcome times `outcome`."""
    scaled = copy.deepcopy(scenario)
    scaled["budget"] = {key: _times(own, money) for key, own in scaled["budget"].items()}
    for tactic in scaled["tactics"]:
        tactic["spend"] = {key: _times(own, money) for key, own in tactic["spend"].items()}
        tactic["current_spend"] = _times(tactic["current_spend"], money)
        response = tactic["response"]
        response["input_scale"] = response.get("input_scale", 1.0) * money
        response["output_scale"] = response.get("output_scale", 1.0) * outcome
    return scaled


def _digits(money):
    """The digit that a cent becomes, kept within what the contract takes."""
    return min(9, max(0, 2 - round(math.log10(money))))


@pytest.mark.parametrize("money", [1e-6, 1e-3, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("mix", MIXES)
def test_units_of_money_do_not_change_the_plan(mix, money):
    """Cents or billions: the same shares of the budget, the same value, certified. (law U2)"""
    base = MIXES[mix]()
    scaled = in_units(base, money=money) | {"digits": _digits(money)}
    plan, other = solve(base), solve(scaled)
    assert other["status"] == plan["status"] == "optimal"
    assert recheck(scaled, other) == []
    assert other["value"] == pytest.approx(plan["value"], rel=3e-6)
    _same_spend(plan, other, money)


@pytest.mark.parametrize("outcome", [1e-12, 1e-6, 1e6, 1e12])
@pytest.mark.parametrize("mix", MIXES)
def test_units_of_outcome_do_not_change_the_plan(mix, outcome):
    """Sales in trillionths or in trillions: the same plan. (law U2)"""
    base = MIXES[mix]()
    scaled = in_units(base, outcome=outcome)
    plan, other = solve(base), solve(scaled)
    assert other["status"] == plan["status"] == "optimal"
    assert recheck(scaled, other) == []
    assert other["value"] == pytest.approx(plan["value"] * outcome, rel=3e-6)
    _same_spend(plan, other, 1.0)


def _same_spend(plan, other, money):
    """A value within 1e-6 allows a spend within 1e-3 of the budget: the optimum is flat."""
    near = 3e-3 * plan["totals"]["spend"]
    wanted = {name: pytest.approx(own, abs=near) for name, own in spend_by_tactic(plan).items()}
    assert {name: own / money for name, own in spend_by_tactic(other).items()} == wanted


def _without_seconds(plan):
    """The plan's text, apart from how long it took."""
    plan["provenance"].pop("seconds")
    return json.dumps(plan)


@pytest.mark.parametrize("mix", MIXES)
def test_repeated_solves_are_the_same_byte_for_byte(mix):
    """One scenario, one plan. (law D1)"""
    assert _without_seconds(solve(MIXES[mix]())) == _without_seconds(solve(MIXES[mix]()))


@pytest.mark.parametrize("mix", MIXES)
def test_the_order_of_tactics_and_rules_does_not_matter(mix):
    """Written backwards: every tactic, period, goal and rule gets the same line. (law D2)"""
    base = MIXES[mix]()
    turned = base | {"tactics": base["tactics"][::-1], "rules": base["rules"][::-1]}
    plan, other = solve(base), solve(turned)
    assert (other["value"], other["bound"]) == (plan["value"], plan["bound"])
    for part, key in (("allocations", ("tactic", "period")), ("tactics", ("tactic",)), ("rules", ("name",))):
        assert _by(other[part], key) == _by(plan[part], key)


def _by(lines, key):
    return {tuple(line[own] for own in key): line for line in lines}


TOYS = st.builds(
    lambda tactics, seed, s: instances.one_period(tactics, seed, s_share=s, limits="wide"),
    st.integers(1, 4),
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.7]),
)
law = settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))


@law
@given(TOYS, st.floats(1.01, 3.0))
def test_more_budget_never_hurts(scenario, factor):
    """The value of the larger budget's plan is at least the smaller's, up to the gap asked for. (law F1)"""
    more = copy.deepcopy(scenario)
    more["budget"]["at_most"] = round(more["budget"]["at_most"] * factor, 2)
    assert solve(scenario)["value"] <= solve(more)["bound"] * (1 + 1e-12)


@law
@given(TOYS, st.floats(0.05, 0.9), st.booleans())
def test_a_rule_never_helps(scenario, share, floor):
    """A share of the first tactic, from below or from above: worth no more than the free bound. (law F2)"""
    first = {"tactics": [scenario["tactics"][0]["name"]]}
    side = {"at_least" if floor else "at_most": round(share, 2)}
    bound_by_it = scenario | {"rules": [{"rule": "share_range", "name": "r", "scope": first} | side]}
    plan = solve(bound_by_it)
    if plan["status"] != "conflict":
        assert recheck(bound_by_it, plan) == []
        assert plan["value"] <= solve(scenario)["bound"] * (1 + 1e-12)


@law
@given(TOYS)
def test_a_useless_tactic_changes_nothing(scenario):
    """A tactic whose outcome is worth nothing: neither value nor bound can gain or lose by it. (law F3)"""
    useless = copy.deepcopy(scenario["tactics"][0]) | {"name": "useless", "revenue_per_outcome": 0}
    plan, other = solve(scenario), solve(scenario | {"tactics": [*scenario["tactics"], useless]})
    assert other["value"] == pytest.approx(plan["value"], rel=3e-6)
    assert other["bound"] >= plan["value"] * (1 - 1e-12)


@law
@given(TOYS)
def test_a_twin_can_only_help(scenario):
    """One more tactic to choose from: the old plan stays possible. (law F4)"""
    twin = copy.deepcopy(scenario["tactics"][0]) | {"name": "twin"}
    assert solve(scenario)["value"] <= solve(scenario | {"tactics": [*scenario["tactics"], twin]})["bound"] * (
        1 + 1e-12
    )


@law
@given(TOYS)
def test_a_certified_plan_survives_being_prescribed(scenario):
    """The plan's own spend as spend limits: still feasible, worth the same, and certified. (law F5)"""
    plan = solve(scenario)
    spend = spend_by_tactic(plan)
    pinned = copy.deepcopy(scenario)
    for tactic in pinned["tactics"]:
        tactic["spend"] = {"at_least": spend[tactic["name"]], "at_most": spend[tactic["name"]]}
    again = solve(pinned)
    assert again["status"] == "optimal"
    assert again["value"] == pytest.approx(plan["value"], rel=1e-12)
