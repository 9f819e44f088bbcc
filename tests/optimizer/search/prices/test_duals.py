"""A price is a derivative: against the same scenario solved with its limit a little lower and higher."""

import copy

import pytest

from optimizer.problem.rules import RULES as KINDS
from optimizer.search.prices.duals import prices_of
from tests.effort import seeds
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, valued, wire
from tests.optimizer.unranged import unranged
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

A, B, C = ({"tactics": [name]} for name in "abc")
CURVES = {"a": ROOT, "b": DOUBLE_ROOT, "c": {"family": "log", "coefficient": 80, "scale": 30}}
GOAL = [{"name": "limit", "metric": "revenue", "at_least": 700, "required": True}]
CARRY = {"family": "geometric", "retention": 0.5, "carry_in": [50]}
TWICE = [{"scope": A, "coefficient": 2}, {"scope": B, "coefficient": -1}]


def mix(**more):
    common = {"budget": {"at_most": 1000}, "solve": {"gap": 1e-9, "time_limit": 10}, "digits": 6}
    return wire(copy.deepcopy(CURVES), **common | more)


def ruled(kind, **limits):
    """The mix with one rule; every limit of it is moved."""
    document = mix(rules=[{"rule": kind, "name": "limit"} | limits])
    return (
        document,
        document["rules"][0],
        [key for key in ("at_least", "at_most", "amount", "share") if key in limits],
        "limit",
    )


def least(**more):
    return mix(objective={"minimize": "spend"}, budget={"at_most": 5000}, goals=copy.deepcopy(GOAL), **more)


def limited(document, tactic, **limits):
    """A document with a spend limit on one tactic."""
    own = next(each for each in document["tactics"] if each["name"] == tactic)
    own["spend"] = limits
    return document, own["spend"], list(limits), f"spend limit of {tactic}"


def weekly():
    document = mix(periods=["1", "2"], budget={"at_most": 1000, "by_period": {"1": {"at_most": 200}}})
    document["tactics"][0] |= {"adstock": CARRY, "seasonality": [1.2, 0.7]}
    return document


def changing(kind="change_limit", **limits):
    """Three periods whose seasons pull the spend apart, held by a limit on change."""
    document = mix(periods=["1", "2", "3"], budget={"at_most": 1000})
    for tactic in document["tactics"]:
        tactic |= {"seasonality": [1.0, 1.6, 0.5], "current_spend": 90}
    document["tactics"][0]["adstock"] = CARRY
    document["rules"] = [{"rule": kind, "name": "limit"} | limits]
    return document, document["rules"][0], [key for key in ("amount", "share") if key in limits], "limit"


def _budget(document, **budget):
    document["budget"] |= budget
    return document, document["budget"], ["exactly" if "exactly" in document["budget"] else "at_most"], "budget"


def _period():
    document = weekly()
    return document, document["budget"]["by_period"]["1"], ["at_most"], "budget of 1"


def _goal(document):
    return document, document["goals"][0], ["at_least"], "limit"


CASES = {
    "budget": lambda: _budget(mix()),
    "exact budget": lambda: _budget(mix(budget={"exactly": 1000})),
    "budget over periods": lambda: _budget(weekly()),
    "budget of a period": _period,
    "spend range, upper": lambda: ruled("spend_range", scope=A, at_most=20),
    "spend range, lower": lambda: ruled("spend_range", scope=A, at_least=300),
    "spend range, both": lambda: ruled("spend_range", scope=A, at_least=300, at_most=300),
    "share, upper": lambda: ruled("share_range", scope=A, at_most=0.05),
    "share, lower": lambda: ruled("share_range", scope=A, at_least=0.4),
    "share, both": lambda: ruled("share_range", scope=A, at_least=0.4, at_most=0.4),
    "share of another": lambda: ruled("share_range", scope=A, of=B, at_most=0.1),
    "outcome, lower": lambda: ruled("metric_range", metric="outcome", scope=A, at_least=150),
    "outcome, upper": lambda: ruled("metric_range", metric="outcome", scope=B, at_most=300),
    "efficiency": lambda: ruled("efficiency", scope=A, at_least=2.5),
    "efficiency in profit": lambda: ruled("efficiency", metric="profit", scope=C, at_least=0.5),
    "linear": lambda: ruled("linear", terms=TWICE, at_most=-900),
    "change, amount": lambda: changing(amount=30),
    "change, share": lambda: changing(share=0.3),
    "change from today, share": lambda: changing(share=0.2, from_current=True, scope=B),
    "change of the sum": lambda: changing(share=0.1, from_current=True, together=True),
    "turnover, amount": lambda: changing("turnover_limit", amount=300),
    "turnover, share": lambda: changing("turnover_limit", share=0.2, scope=B),
    "turnover, few lines": lambda: changing("turnover_limit", amount=300, lines=4),
    "commitment": lambda: ruled("commitment", scope=C, amount=400),
    "spend limit, upper": lambda: limited(mix(), "b", at_most=300),
    "spend limit, lower": lambda: limited(mix(), "a", at_least=300),
    "spend limit over periods": lambda: limited(weekly(), "a", at_least=150),
    "goal beside an objective": lambda: _goal(mix(goals=[GOAL[0] | {"scope": A, "at_least": 150}])),
    "goal at the least spend": lambda: _goal(least()),
    "spend limit at the least spend, lower": lambda: limited(least(), "a", at_least=300),
    "spend limit at the least spend, upper": lambda: limited(least(), "b", at_most=300),
}
PROFIT = {"maximize": "profit"}
RULES = [name for name in CASES if "least spend" not in name]
CHARGED = ("budget", "share, upper", "efficiency in profit", "change, amount", "spend limit, upper", "linear")
TOLD = seeds(
    [*((name, None) for name in CASES), *((name, PROFIT) for name in CHARGED)], ((name, PROFIT) for name in RULES)
)


@pytest.mark.parametrize(("name", "aim"), TOLD, ids=str)
def test_a_price_is_what_a_little_more_of_the_limit_is_worth(name, aim):
    """Budget, periods, spend limits, every priced rule and goals; maximising and minimising."""
    document, holder, fields, limit = CASES[name]()
    document |= {"objective": aim} if aim else {}
    plan = solve(document)
    assert recheck(document, plan) == []
    step = 1e-4 * abs(holder[fields[0]])
    known = {line["name"]: line["price"] for line in plan["rules"] + plan["goals"]}
    ends = []
    for move in (-step, 2 * step):
        for field in fields:
            holder[field] += move
        with unranged():
            ends.append(solve(document)["value"])
    assert known.get(limit, 0.0) == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-3, abs=1e-4)


def test_limits_that_do_not_bind_have_a_price_of_nothing():
    """Twice the budget that profit wants."""
    document = mix(objective={"maximize": "profit"}, budget={"at_most": 1e6})
    plan = solve(document)
    assert plan["budget"]["price"] == 0.0


def test_without_duals_there_are_no_prices():
    """None rather than zero: nothing was proved about them."""
    model = toy("concave").model
    prices = prices_of(model, None, valued(model.scenario, 50.0, 50.0))
    assert (prices.limits, prices.charges) == ({}, None)


def test_what_a_unit_of_spend_is_charged_makes_marginals_equal():
    """In each cell that is free: worth of the next unit = the sum of all charges; here budget and share."""
    document, *_ = ruled("share_range", scope=A, at_least=0.4)
    plan = solve(document)
    marginal = {cell["tactic"]: cell["marginal_revenue"] for cell in plan["allocations"]}
    price = {line["name"]: line["price"] for line in plan["rules"]}
    share = price["limit"] / plan["totals"]["spend"]  # objective per unit of money
    assert marginal["a"] == pytest.approx(price["budget"] + share * (1.0 - 0.4), rel=1e-4)
    assert marginal["b"] == pytest.approx(price["budget"] - share * 0.4, rel=1e-4)


def test_every_kind_of_rule_with_a_price_has_a_case():
    """A new kind without one fails here."""
    tried = {rule["rule"] for case in CASES.values() for rule in case()[0].get("rules", [])}
    assert {kind for kind, rule in KINDS.items() if rule.priced} <= tried
