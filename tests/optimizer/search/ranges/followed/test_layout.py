"""A spend limit is worth what the spends that stand at it gain, whatever else holds others: against plans made anew."""

import pytest

from tests.optimizer.toys import line, wire
from tests.oracles.solve import solve

FIVE, WEAK = {"family": "linear", "slope": 5}, {"family": "linear", "slope": 0.1}
ROOT = {"family": "power", "coefficient": 40, "exponent": 0.5}
IN_2 = {"tactics": ["t"], "periods": ["2"]}
NONE_IN_2 = {"scope": IN_2, "at_most": 0}
OFF = [{"tactic": "t", "period": "2", "spend": 0}]
RULES = {
    "one period": {"rule": "active_periods", "scope": {"tactics": ["t"]}, "at_most": 1},
    "blackout": {"rule": "active_periods", "scope": {"tactics": ["t"]}, "blackout": ["2"]},
    "spend range": {"rule": "spend_range"} | NONE_IN_2,
    "share range": {"rule": "share_range"} | NONE_IN_2,
    "linear": {"rule": "linear", "terms": [{"scope": IN_2, "coefficient": 2}], "at_most": 0},
    "turnover": {"rule": "turnover_limit", "scope": IN_2, "amount": 0, "reference": OFF},
    "turnover lines": {"rule": "turnover_limit", "scope": IN_2, "lines": 0, "reference": OFF},
    "requires": {"rule": "requires", "scope": IN_2, "needs": {"tactics": ["c"]}, "minimum": 40},
    "exclusive": {"rule": "exclusive", "scope": {"periods": ["2"], "tactics": ["t", "b"]}},
    "active count": {"rule": "active_count", "scope": {"periods": ["2"]}, "at_most": 1},
    "at 3": {"rule": "spend_range", "scope": IN_2, "at_most": 3},
}


def held(rules, most=10.0):
    """A line that its limit holds in one period and a rule in the other; `b` takes what is left of the budget."""
    first = line("t", FIVE, spend={"at_most": most}, seasonality=[1, 0.9])
    tactics = [first, line("b", ROOT, spend={"at_most": 90}), line("c", WEAK)]
    rules = [rule | {"name": f"r{number}"} for number, rule in enumerate(rules)]
    return wire(tactics, periods=["1", "2"], budget={"at_most": 100}, rules=rules, digits=6, solve={"gap": 1e-9})


def limit_of(plan, tactic="t"):
    """The line of a tactic's spend limit."""
    return next(each for each in plan["rules"] if each["name"] == f"spend limit of {tactic}")


def check(made, at=10.0, tactic="t", step=1e-3):
    """The price is what raising the limit brings, and the same to 1 % where it is told to hold."""
    plans = [solve(made(most)) for most in (at, at + step)]
    own = limit_of(plans[0], tactic)
    assert own["price"] == pytest.approx((plans[1]["value"] - plans[0]["value"]) / step, rel=1e-3)
    for end in (own["price_holds_from"], own["price_holds_to"]):
        assert limit_of(solve(made(end)), tactic)["price"] == pytest.approx(own["price"], rel=0.0105)


@pytest.mark.parametrize("name", RULES)
def test_a_spend_that_a_rule_holds_is_none_of_the_spend_limit_s(name):
    """By hand where the rule holds it at 0: 5 in the one period, less what the budget costs."""
    check(lambda most: held([RULES[name]], most))
