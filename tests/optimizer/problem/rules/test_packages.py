"""Sold by the piece."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Packages
from tests.optimizer.problem.rules.samples import TV
from tests.optimizer.toys import scenario, valued


@pytest.mark.parametrize(
    ("price", "spend", "off"), [(15.0, 45.0, 0.0), (15.0, 47.0, 2.0), (15.0, 43.0, 2.0), (15.0, 0.0, 0.0)]
)
def test_how_far_the_next_whole_number_is(price, spend, off):
    """In money, to the nearer side."""
    own = valued(scenario(), spend, 1.0)
    rule = Packages(name="r", scope=TV, price=price)
    assert (rule.violation(own), rule.slack(own)) == (off, -off)


@pytest.mark.parametrize("pieces", [3, 7, 12_345, 999_999_999])
def test_whole_numbers_of_decimals_are_whole(pieces):
    """3 pieces of 0.1 are 0.3, as a person would write it; a cent more is not."""
    own, off = (valued(scenario(), float(f"{spend:.15g}"), 1.0) for spend in (pieces * 0.1, pieces * 0.1 + 0.01))
    rule = Packages(name="r", scope=TV, price=0.1)
    assert rule.violation(own) == 0.0
    assert rule.violation(off) == pytest.approx(0.01, rel=1e-3)


def test_decisions_are_the_numbers_of_pieces():
    """In the scope; the rest stays open."""
    low, high = Packages(name="r", scope=TV, price=15.0).decided(valued(scenario(), 44.9999, 1.0))
    assert low.ravel().tolist() == [45.0, 0.0]
    assert high.ravel().tolist() == [45.0, np.inf]


def test_a_price_of_nothing_is_refused():
    """Nothing is not sold by the piece."""
    with pytest.raises(ScenarioError) as refused:
        Packages(name="r", price=0.0)
    assert (refused.value.code, refused.value.path) == ("not_positive", "price")


def test_decided_amounts_are_decimals():
    """12 packages at 1.1 are 13.2: a double's 13.200000000000001 would be rounded up to the next cent."""
    low, high = Packages(name="r", scope=TV, price=1.1).decided(valued(scenario(), 13.2, 1.0))
    assert (low[0, 0], high[0, 0]) == (13.2, 13.2)


def test_a_cent_beside_large_packages_is_one():
    """No share of the price is forgiven: money is judged as decimals."""
    rule = Packages(name="r", scope=TV, price=2e9)
    assert rule.violation(valued(scenario(), 11_999_999_999.99, 1.0)) == pytest.approx(0.01, rel=1e-3)
    assert rule.violation(valued(scenario(), 0.01, 1.0)) == 0.01
