"""What must follow when a scenario changes, whatever its answer: two plans that may not contradict each other.

Each is held against the other's bound, so that no tolerance but the certified gaps is needed.
"""

import copy
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.problem.rules import RULES as KNOWN
from tests.effort import crossed, examples, seeds
from tests.optimizer.test_invariance import in_units
from tests.optimizer.toys import line, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

MONEY = 1000.0
CONCAVE = ("concave", "adstock", "pools")
KINDS = (*CONCAVE, "S-shaped", "on/off", "S-shaped pools", "draws")
FLAT = {"family": "tabulated", "points": [[0, 0], [10, 0]]}
SLIP = 1e-10  # relative: the arithmetic of two valuations


def toy(kind, seed):
    """Three tactics that share 1000 in one to three periods."""
    dice = random.Random(f"{kind} {seed}")
    periods = {"concave": 1, "S-shaped": 1, "draws": 1, "adstock": 3}.get(kind, 2)
    tactics = [
        line(f"t{number}", _curve(dice, "S-shaped" in kind and number != 1), spend={"at_most": dice.randint(100, 600)})
        | {"revenue_per_outcome": dice.choice([0.5, 1, 2]), "current_spend": 100}
        for number in range(3)
    ]
    scenario = wire(tactics, budget={"at_most": MONEY}, rules=[], solve={"gap": 1e-5, "time_limit": 10})
    if periods > 1:
        scenario["periods"] = [f"p{period}" for period in range(periods)]
    if kind == "adstock":
        tactics[0]["adstock"] = {"family": "geometric", "retention": 0.5}
        tactics[1]["adstock"] = {"family": "weights", "weights": [0.6, 0.4], "count_carry_out": True}
    if "pools" in kind:
        tactics[0] |= {"feeds": "p", "lead": dice.choice([0, 1]), "demand_per_outcome": 2, "revenue_per_outcome": 0.2}
        tactics[1] |= {"stage": "downstream", "draws_from": "p"}
        pool = {"name": "p", "initial": dice.choice([0, 100]), "organic": dice.choice([20, 200])}
        scenario["demand_pools"] = [pool | {"retention": 0.5, "end_value": dice.choice([0, 0.1])}]
    if kind == "draws":
        scenario["objective"] = {"maximize": "revenue", "confidence": dice.choice([0.4, 0.7])}
        for tactic in tactics:
            tactic["response"] = _drawn(dice, tactic["response"])
    if kind == "on/off":
        scope = {"tactics": [tactic["name"] for tactic in tactics]}
        count = {"rule": "active_count", "name": "few", "scope": scope, "at_most": 2, "minimum": dice.randint(20, 90)}
        flights = {"rule": "active_periods", "name": "flights", "scope": {"tactics": ["t0"]}, "at_most": 1}
        scenario["rules"] = [count, flights]
    return scenario


def _curve(dice, bent):
    ceiling, half = dice.uniform(200, 2000), dice.uniform(50, 500)
    if bent:
        return {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": dice.uniform(1.5, 3)}
    return dice.choice(
        [
            {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": dice.uniform(0.6, 1)},
            {"family": "exponential", "ceiling": ceiling, "scale": half},
            {"family": "power", "coefficient": ceiling / half**0.5, "exponent": 0.5},
            {"family": "linear", "slope": dice.uniform(0.3, 2)},
        ]
    )


def _drawn(dice, response):
    """The same curve in three sizes."""
    size = next(key for key in ("ceiling", "coefficient", "slope") if key in response)
    own = {key: each for key, each in response.items() if key != "family"}
    sizes = [own | {size: own[size] * dice.uniform(0.4, 1.6)} for _ in range(3)]
    return {"family": response["family"], "draws": sizes}


def no_better(plan, other):
    """The first is worth no more than what is proved of the second."""
    assert (plan["status"], other["status"]) == ("optimal", "optimal")
    assert plan["value"] <= other["bound"] + SLIP * abs(other["bound"])


def as_good(plan, other):
    """Neither is better."""
    no_better(plan, other)
    no_better(other, plan)


def over(*kinds):
    """Toys of these kinds."""
    return st.builds(toy, st.sampled_from(kinds), st.integers(0, 10_000))


law = settings(max_examples=examples(2), deadline=None, suppress_health_check=list(HealthCheck))


@law
@given(over("adstock", "pools", "on/off", "S-shaped pools", "draws"), st.floats(1.01, 3.0))
def test_more_budget_never_hurts(scenario, factor):
    """With carry-over, demand and on/off decisions, too. (law F1)"""
    no_better(solve(scenario), solve(scenario | {"budget": {"at_most": round(MONEY * factor, 2)}}))


T0, T1 = {"tactics": ["t0"]}, {"tactics": ["t1"]}
RULES = [
    {"rule": "spend_range", "scope": T0, "at_most": 90},
    {"rule": "share_range", "scope": T1, "at_least": 0.3},
    {"rule": "efficiency", "scope": {}, "at_least": 1.0},
    {"rule": "change_limit", "scope": T0, "amount": 40, "from_current": True},
    {"rule": "turnover_limit", "amount": 300},
    {"rule": "linear", "terms": [{"scope": T0, "coefficient": 1}, {"scope": T1, "coefficient": -1}], "at_most": 0},
    {"rule": "commitment", "scope": T1, "amount": 80},
    {"rule": "minimum_if_active", "scope": T0, "at_least": 150},
    {"rule": "packages", "scope": T1, "price": 35},
    {"rule": "active_count", "at_most": 2, "minimum": 30},
    {"rule": "active_periods", "scope": T0, "at_most": 1, "min_run": 1, "minimum": 20},
    {"rule": "requires", "scope": T0, "needs": T1},
    {"rule": "exclusive", "scope": {"tactics": ["t0", "t1"]}},
    {"rule": "metric_range", "scope": T1, "metric": "outcome", "at_most": 60},
    {"rule": "turnover_limit", "lines": 1},
]


def test_every_kind_of_rule_that_limits_is_among_them():
    """A rate card limits nothing: it may help."""
    assert {rule["rule"] for rule in RULES} == {kind for kind, rule in KNOWN.items() if rule.limiting}


@law
@given(over(*KINDS), st.sampled_from(RULES))
def test_a_rule_never_helps(scenario, rule):
    """Whatever it forbids; a plan with it is a plan without it. (law F2)"""
    bound_by_it = scenario | {"rules": [*scenario["rules"], rule | {"name": "one more"}]}
    plan = solve(bound_by_it)
    if plan["status"] != "conflict":
        assert recheck(bound_by_it, plan) == []
        no_better(plan, solve(scenario))


@law
@given(over(*KINDS))
def test_a_flat_curve_changes_nothing(scenario):
    """One more tactic that yields nothing: value and bound of both plans hold each other. (law F3)"""
    as_good(solve(scenario), solve(scenario | {"tactics": [line("flat", FLAT), *scenario["tactics"]]}))


@law
@given(over("concave", "adstock", "pools", "S-shaped", "draws"), st.integers(0, 2), st.floats(0.3, 2.0))
def test_a_straight_line_can_be_split(scenario, place, slope):
    """Two halves, each with half of the limit, are worth what the whole is. (law F6)"""
    whole = copy.deepcopy(scenario)
    tactic = whole["tactics"][place]
    tactic |= {"response": {"family": "linear", "slope": slope}}
    half = tactic | {"spend": {"at_most": tactic["spend"]["at_most"] / 2}}
    others = [other for other in whole["tactics"] if other is not tactic]
    as_good(solve(whole), solve(whole | {"tactics": [half | {"name": "one"}, *others, half | {"name": "two"}]}))


@law
@given(over(*CONCAVE), st.floats(0.1, 0.5), st.floats(1.05, 1.6))
def test_a_tighter_goal_is_no_cheaper(scenario, share, factor):
    """What the last unit of a required goal costs grows with the goal, where curves are concave. (law F7)"""
    within = solve(scenario)["totals"]["revenue"]
    prices = [solve(_cheapest(scenario, within * share * more))["goals"][0]["price"] for more in (1.0, factor)]
    assert prices[0] <= prices[1] * (1 + 1e-4)


def _cheapest(scenario, least):
    goal = {"name": "FY", "metric": "revenue", "at_least": least, "required": True}
    return scenario | {"objective": {"minimize": "spend"}, "goals": [goal], "solve": {"gap": 1e-8}}


@law
@given(over("pools", "S-shaped pools"), st.sampled_from(["initial", "organic", "retention"]), st.floats(1.1, 3.0))
def test_more_demand_never_hurts(scenario, what, factor):
    """At the start, on its own or kept: whether demand left is worth something or not. (law F8)"""
    more = copy.deepcopy(scenario)
    [pool] = more["demand_pools"]
    pool[what] = min(1.0, pool[what] * factor) if what == "retention" else pool[what] * factor + 5
    no_better(solve(scenario), solve(more))


@law
@given(over("pools", "S-shaped pools"), st.sampled_from([0.0, 0.5, 1.0]))
def test_endless_demand_is_no_limit(scenario, retention):
    """A pool that always has enough and is worth nothing at the end: as if it were not there. (law F9)"""
    endless, free = copy.deepcopy(scenario), copy.deepcopy(scenario)
    endless["demand_pools"] = [{"name": "p", "organic": 100_000, "retention": retention}]
    del free["demand_pools"]
    for tactic in free["tactics"]:
        for field in ("feeds", "lead", "draws_from", "demand_per_outcome"):
            tactic.pop(field, None)
    as_good(solve(endless), solve(free))


@law
@given(over("draws"), st.floats(0.05, 0.9))
def test_more_confidence_is_worth_no_more(scenario, less):
    """The mean over fewer of the worst draws, and never more than the mean over all. (law F11)"""
    aim, more = scenario["objective"], max(less, scenario["objective"]["confidence"])
    plan = solve(scenario | {"objective": aim | {"confidence": more}})
    no_better(plan, solve(scenario | {"objective": aim | {"confidence": min(less, more)}}))
    no_better(plan, solve(scenario | {"objective": {"maximize": "revenue"}}))


@law
@given(over(*KINDS))
def test_names_change_no_value(scenario):
    """Tactics, pools and rules renamed so that their order turns: the same plan, up to the gap. (law F10)"""
    names = {"t0": "z", "t1": "y", "t2": "x", "p": "a pool"}
    other = _renamed(scenario, names)
    as_good(solve(scenario), solve(other))


def _renamed(part, names):
    if isinstance(part, dict):
        return {key: _renamed(own, names) for key, own in part.items()}
    if isinstance(part, list):
        return [_renamed(own, names) for own in part]
    return names.get(part, part) if isinstance(part, str) else part


GOALS = [
    {"name": "all", "metric": "revenue", "at_least": 100, "required": True},
    {"name": "part", "metric": "outcome", "at_least": 10, "scope": T1, "parent": "all"},
]


@law
@given(over(*KINDS))
def test_the_order_of_goals_and_pools_changes_nothing(scenario):
    """Every list but that of periods turned round: the same figures, to the last digit. (law D2)"""
    scenario = scenario | {"goals": GOALS}
    if "demand_pools" in scenario:
        scenario["demand_pools"] = [*scenario["demand_pools"], {"name": "b", "initial": 50}]
        more = line("t3", {"family": "linear", "slope": 1}, stage="downstream", draws_from="b")
        scenario["tactics"] = [*scenario["tactics"], more]
    lists = ("tactics", "rules", "goals", "demand_pools")
    turned = scenario | {key: scenario[key][::-1] for key in lists if key in scenario}
    plan, other = solve(scenario), solve(turned)
    assert (other["value"], other["bound"]) == (plan["value"], plan["bound"])
    assert _lines(other) == _lines(plan)


@pytest.mark.parametrize("seed", seeds([12], [0, 3]))
def test_under_draws_the_order_of_tactics_changes_nothing(seed):
    """Not one digit of the whole plan, its risk among it, nor where tactics share a pool. (law D2)"""
    stated = toy("draws", seed)
    drawing = line("t4", {"family": "linear", "slope": 1.3}, stage="downstream", draws_from="p")
    pool = {"name": "p", "initial": 70, "organic": 40.1, "end_value": 0.1}
    feeding = [own | {"feeds": "p"} for own in stated["tactics"]]
    shared = stated | {"tactics": [*feeding, drawing, drawing | {"name": "t3"}], "demand_pools": [pool]}
    for own in (stated, shared, shared | {"objective": {"maximize": "revenue"}}):
        plan, other = (_in_order(solve(own | {"tactics": own["tactics"][::way]})) for way in (1, -1))
        assert other == plan


def _in_order(part):
    """A plan without its seconds, its lists by what they say."""
    if isinstance(part, dict):
        return {key: _in_order(own) for key, own in part.items() if key != "seconds"}
    return sorted((_in_order(own) for own in part), key=repr) if isinstance(part, list) else part


def _lines(plan):
    return {(line["tactic"], line["period"]): line["spend"] for line in plan["allocations"]}


@pytest.mark.parametrize(("kind", "money"), crossed(["pools", "S-shaped pools", "on/off"], [1e-2, 1e4]))
def test_units_of_money_change_no_value(kind, money):
    """With demand and on/off decisions, too. (law U2)"""
    base = toy(kind, 1)
    scaled = in_units(base, money=money) | {"digits": 4 if money < 1 else 0}
    for rule in scaled["rules"]:
        rule |= {"minimum": rule["minimum"] * money} if "minimum" in rule else {}
    as_good(solve(base | {"digits": 2}), solve(scaled | {"digits": 4 if money < 1 else 0}))
