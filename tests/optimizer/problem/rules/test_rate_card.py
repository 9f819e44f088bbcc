"""What money buys, against buying unit after unit."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import RateCard, Tier
from optimizer.problem.rules.rate_card import best_rate, media, media_rate
from tests.optimizer.problem.rules.samples import TV
from tests.optimizer.toys import scenario, valued
from tests.oracles import media as oracle

CARDS = {
    "volume": ([(0, 1), (100, 0.8), (200, 0.5)], False),
    "auction": ([(0, 2), (30, 3), (50, 4)], False),
    "all units": ([(0, 1), (100, 0.8), (200, 0.5)], True),
    "a tier that another overtakes": ([(0, 1), (100, 0.9), (120, 0.3)], True),
    "one price": ([(0, 4)], False),
}


def card(name, **more):
    """One of the cards."""
    tiers, all_units = CARDS[name]
    own = tuple(Tier(at_least=float(least), price=float(price)) for least, price in tiers)
    return RateCard(name="card", tiers=own, all_units=all_units, **more)


@pytest.mark.parametrize("name", CARDS)
def test_money_buys_the_most_that_it_pays_for(name):
    """At every spend: what bisection of the cost finds."""
    tiers, all_units = CARDS[name]
    stated = {"tiers": [{"at_least": least, "price": price} for least, price in tiers], "all_units": all_units}
    spends = np.array([0.0, 1.0, 35.99, 36.01, 59.9, 60.1, 79.0, 81.0, 99.0, 100.1, 141.0, 260.0, 1000.0])
    told = card(name).bought(spends)
    assert told == pytest.approx([oracle.bought(stated, spend) for spend in spends.tolist()], rel=1e-9)
    assert (np.diff(told) > 0).all()


def test_the_start_of_a_tier_is_reached_with_its_own_price():
    """80 of money pay for 100 units at 0.8: from there on, all units are cheaper."""
    assert card("all units").bought(np.array([79.99, 80.0])).tolist() == [79.99, 100.0]


def test_a_tier_is_reached_with_the_decimals_that_were_written():
    """0.8 × 14 is 11.2, though doubles multiply to a little more. (law R2)"""
    tiers = [{"at_least": 0.0, "price": 1.0}, {"at_least": 14.0, "price": 0.8}]
    own = RateCard(name="card", tiers=tuple(Tier(**tier) for tier in tiers), all_units=True)
    assert own.bought(np.array([11.19, 11.2])).tolist() == [11.19, 14.0]
    assert oracle.bought({"tiers": tiers, "all_units": True}, 11.2) == 14.0


def test_the_rate_is_what_one_more_unit_of_money_buys():
    """At list price: 1 over the tier's price, times the first price."""
    assert card("volume").rate(np.array([50.0, 150.0, 500.0])).tolist() == [1.0, 1.25, 2.0]
    assert card("auction").rate(np.array([0.0, 100.0])).tolist() == [1.0, 2 / 3]


def test_a_scope_buys_at_its_card_and_the_rest_at_list_price():
    """Cells without a card buy what they spend."""
    problem = scenario(rules=(card("volume", scope=TV),), at_most=1000.0)
    spend = np.array([[180.0], [180.0]])
    assert media(problem, spend).ravel().tolist() == [200.0, 180.0]
    assert media_rate(problem, spend).ravel().tolist() == [2.0, 1.0]
    assert best_rate(problem).tolist() == [2.0, 1.0]
    assert valued(problem, 180.0, 180.0).outcome.ravel().tolist() == [400.0, 540.0]


def test_no_spend_breaks_it():
    """It says what money buys."""
    own = valued(scenario(), 33.33, 1.0)
    rule = card("all units", scope=TV)
    assert (rule.violation(own), rule.slack(own)) == (0.0, np.inf)


def test_decisions_are_the_stretches_of_the_card():
    """Rounding does not leave a tier that was bought for."""
    low, high = card("all units", scope=TV).decided(valued(scenario(), 80.0, 1.0))
    assert (low.ravel().tolist(), high.ravel().tolist()) == ([80.0, 0.0], [100.0, np.inf])


@pytest.mark.parametrize(
    ("tiers", "all_units", "code", "path"),
    [
        ([], False, "empty", "tiers"),
        ([(5, 1)], False, "tiers_backwards", "tiers[0].at_least"),
        ([(0, 1), (50, 0.9), (50, 0.8)], False, "tiers_backwards", "tiers[2].at_least"),
        ([(0, 1), (50, 1.1)], True, "tiers_backwards", "tiers[1].price"),
    ],
)
def test_a_card_that_goes_backwards_is_refused(tiers, all_units, code, path):
    """By code and path."""
    own = tuple(Tier(at_least=float(least), price=float(price)) for least, price in tiers)
    with pytest.raises(ScenarioError) as refused:
        RateCard(name="card", tiers=own, all_units=all_units)
    assert (refused.value.code, refused.value.path) == (code, path)


def test_a_cell_has_one_card():
    """Two would say two things of what its money buys."""
    first, second = card("volume", scope=TV), card("auction")
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(first, RateCard(name="other", tiers=second.tiers)))
    assert (refused.value.code, refused.value.path) == ("two_rate_cards", "rules[1].scope")
