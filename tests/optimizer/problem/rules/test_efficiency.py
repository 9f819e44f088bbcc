"""A floor on return per money."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Efficiency
from tests.optimizer.problem.rules.samples import TV
from tests.optimizer.toys import scenario, valued

CASES = [
    ((10.0, 20.0), "revenue", 3.0, 10.0 / 30.0),  # 2·10 + 3·20 = 80 for 30
    ((10.0, 20.0), "revenue", 2.5, 0.0),
    ((10.0, 20.0), "profit", 2.0, 1.0 / 3.0),
    ((10.0, 20.0), "outcome", 80.0 / 30.0 * (1 + 9e-10), 0.0),
    ((0.0, 0.0), "revenue", 9.0, 0.0),
]


@pytest.mark.parametrize(("spend", "metric", "at_least", "violation"), CASES)
def test_how_much_return_is_missing(spend, metric, at_least, violation):
    """Per unit of money; nothing spent owes nothing; a billionth may be missing."""
    rule = Efficiency(name="r", metric=metric, at_least=at_least)
    assert rule.violation(valued(scenario(), *spend)) == pytest.approx(violation, rel=1e-12)


def test_slack_is_told_in_return_per_money():
    """80 for 30 is 2⅔; 10 at slope 2 is 2."""
    own = valued(scenario(), 10.0, 20.0)
    assert Efficiency(name="r", at_least=2.0).slack(own) == pytest.approx(2.0 / 3.0)
    assert Efficiency(name="r", scope=TV, at_least=2.0).slack(own) == 0.0


def test_a_floor_that_moves_by_one_moves_the_row_by_the_spend():
    """30 of money are spent."""
    assert Efficiency(name="r", at_least=2.0).leverage(valued(scenario(), 10.0, 20.0)) == 30.0


def test_spend_by_spend_is_no_return():
    """It is 1 whatever is spent."""
    with pytest.raises(ScenarioError) as refused:
        Efficiency(name="r", metric="spend", at_least=2.0)
    assert (refused.value.code, refused.value.path) == ("constant_ratio", "metric")
